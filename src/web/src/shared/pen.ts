// The speaker's pointer and pen: what the mouse, a finger or a stylus does on a picture of the slide.

import { POINTS_LIMIT, type Ink, type PageMessage, type Place } from "./messages";

/** `arrow` points while it is held down, `laser` wherever it is; an ink draws while it is held down. */
export type Tool = "arrow" | "laser" | Ink;

/** Milliseconds between two messages. */
const PAUSE = 33;
/** Shares of the slide that the pen moves before there is another point. */
const STEP = 0.0015;

export class Pen {
  /** Called when the tool has changed. */
  changed?: () => void;
  private current: Tool = "arrow";
  private readonly surface: HTMLElement;
  private readonly slide: () => string | undefined;
  private readonly send: (message: PageMessage) => void;
  private timer = 0;
  /** Where the pointer is to be shown, null for nowhere; undefined once the audience has been told. */
  private place: Place | null | undefined;
  /** Whether the audience sees the pointer. */
  private pointing = false;
  private stroke: { readonly slide: string; readonly id: string; readonly ink: Ink; last: Place; waiting: Place[] } | undefined;

  /**
   * @param surface What covers the slide exactly.
   * @param slide The slide that it shows.
   */
  constructor(surface: HTMLElement, slide: () => string | undefined, send: (message: PageMessage) => void) {
    this.surface = surface;
    this.slide = slide;
    this.send = send;
    surface.dataset["tool"] = this.current;
    surface.addEventListener("pointerdown", (event) => this.press(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) surface.addEventListener(end, () => this.lift());
    surface.addEventListener("pointerleave", (event) => {
      if (!surface.hasPointerCapture(event.pointerId)) this.point(null);
    });
  }

  get tool(): Tool {
    return this.current;
  }

  /** Take a tool, or put it away when it is in use. */
  toggle(tool: Tool): void {
    this.take(this.current === tool ? "arrow" : tool);
  }

  take(tool: Tool): void {
    if (tool === this.current) return;
    this.lift();
    this.current = tool;
    this.surface.dataset["tool"] = tool;
    this.changed?.();
  }

  /** Take the last stroke of the slide away, or all. */
  erase(whole: boolean): void {
    const slide = this.slide();
    if (slide !== undefined) this.send({ type: "erase", slide, whole });
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.surface.setPointerCapture(event.pointerId);
    const place = this.placeOf(event);
    const slide = this.slide();
    const tool = this.current;
    if (tool === "arrow" || tool === "laser") this.point(place);
    else if (slide !== undefined) {
      this.stroke = { slide, id: Math.random().toString(36).slice(2), ink: tool, last: place, waiting: [place] };
      this.soon();
    }
  }

  private move(event: PointerEvent): void {
    const held = this.surface.hasPointerCapture(event.pointerId);
    if (this.current === "laser" || (this.current === "arrow" && held)) this.point(this.placeOf(event));
    const { stroke } = this;
    if (!stroke || !held) return;
    const moves = event.getCoalescedEvents();
    for (const move of moves.length ? moves : [event]) {
      const place = this.placeOf(move);
      if (Math.hypot(place[0] - stroke.last[0], place[1] - stroke.last[1]) < STEP) continue;
      stroke.last = place;
      stroke.waiting.push(place);
    }
    this.soon();
  }

  private lift(): void {
    this.flush();
    this.stroke = undefined;
    this.point(null);
  }

  private point(place: Place | null): void {
    this.place = place;
    this.soon();
  }

  /** At once when nothing was sent just before, else together with what follows. */
  private soon(): void {
    if (this.timer) return;
    this.flush();
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      if (this.place !== undefined || this.stroke?.waiting.length) this.soon();
    }, PAUSE);
  }

  private flush(): void {
    const { place, stroke } = this;
    this.place = undefined;
    if (place !== undefined && (place !== null || this.pointing)) {
      this.pointing = place !== null;
      this.send({ type: "point", x: place?.[0] ?? null, y: place?.[1] ?? null });
    }
    while (stroke?.waiting.length) {
      const points = stroke.waiting.splice(0, POINTS_LIMIT);
      this.send({ type: "draw", slide: stroke.slide, stroke: stroke.id, ink: stroke.ink, points });
    }
  }

  private placeOf(event: PointerEvent): Place {
    const { left, top, width, height } = this.surface.getBoundingClientRect();
    const share = (part: number, whole: number): number => Math.round(Math.max(0, Math.min(1, part / whole)) * 1e4) / 1e4;
    return [share(event.clientX - left, width), share(event.clientY - top, height)];
  }
}
