// The panel of a slide's demo: a bar with the demo's title, its steps and a badge, and its terminals.

import { Screen, type ScreenLook, type TerminalType } from "./screen";
import type { Badge, StepState, TerminalPanel } from "./view";

const LABELS: Record<Badge, string> = { live: "Live", recorded: "Recorded", none: "" };

export class DemoPanel {
  readonly demo: string;
  private readonly figure: HTMLElement;
  private readonly look: ScreenLook;
  /** The places of the demo's terminals, by their numbers; any other takes the last one's. */
  private readonly rooms = new Map<number, HTMLElement>();
  private readonly terminals = new Map<number, Screen>();
  private scale = 0;
  private level = 0;
  private inFront = 1;

  constructor(figure: HTMLElement, palette: readonly string[]) {
    this.figure = figure;
    this.demo = figure.dataset["demo"] ?? "";
    for (const room of figure.querySelectorAll<HTMLElement>(".qd-room")) {
      this.rooms.set(Number(room.dataset["terminal"]), room);
    }
    const { types, background, color } = figure.dataset;
    this.look = {
      types: JSON.parse(types ?? "[]") as TerminalType[],
      background: background ?? "#000000",
      color: color ?? "#ffffff",
      palette,
      fontFamily: getComputedStyle(part(figure, ".qd-screen")).fontFamily,
    };
  }

  /** The slide that it stands on. */
  get slide(): HTMLElement | null {
    return this.figure.closest("section");
  }

  get steps(): string[] {
    return [...this.figure.querySelectorAll<HTMLElement>(".qd-dots i")].map((dot) => dot.dataset["step"] ?? "");
  }

  terminal(n: number): TerminalPanel {
    const screen = this.screen(n);
    const panel: TerminalPanel = {
      write: (data) => screen.write(data),
      reset: () => screen.reset(),
      front: () => this.bringToFront(n),
      badge: (kind) => this.badge(kind),
      status: (text, state) => this.status(text, state),
      step: (id, state) => this.step(id, state),
      takeKeys: () => screen.takeKeys(),
    };
    Object.defineProperty(panel, "onInput", {
      set: (receiver: ((data: string) => void) | undefined) => {
        screen.input = receiver;
        this.figure.classList.toggle("qd-takes-keys", receiver !== undefined);
      },
    });
    return panel;
  }

  /** Fit the terminals to the slide's scale; call it when the slide has become visible. */
  fit(scale: number): void {
    this.scale = scale;
    for (const screen of this.terminals.values()) screen.fit(scale, this.level);
  }

  /** Larger type, by a level from 0: the panel takes the whole slide for it. */
  zoom(level: number): void {
    if (level === this.level) return;
    this.level = level;
    this.figure.classList.toggle("qd-zoomed", level > 0);
    if (this.scale) this.fit(this.scale);
  }

  /** Fresh, empty terminals; the first is in front. */
  reset(): void {
    this.screen(1);
    for (const screen of this.terminals.values()) screen.reset();
    this.bringToFront(1);
  }

  badge(kind: Badge): void {
    const badge = part(this.figure, ".qd-badge");
    badge.textContent = LABELS[kind];
    badge.dataset["kind"] = kind;
    badge.hidden = kind === "none";
  }

  status(text: string, state: StepState): void {
    const status = part(this.figure, ".qd-status");
    status.textContent = text;
    status.dataset["state"] = state;
  }

  step(id: string, state: StepState): void {
    for (const dot of this.figure.querySelectorAll<HTMLElement>(".qd-dots i")) {
      if (dot.dataset["step"] === id) dot.dataset["state"] = state;
    }
  }

  /** Show what a container serves over the terminal: in the half where the cursor isn't. */
  openPage(url: string): void {
    this.closePage();
    const address = new URL(url);
    if (address.origin === location.origin || !/^https?:$/.test(address.protocol)) return;
    const frame = document.createElement("iframe");
    frame.src = uncached(address);
    frame.title = `Page at ${address.host}`;
    frame.referrerPolicy = "no-referrer";
    frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin");
    const bar = document.createElement("div");
    bar.className = "qd-address";
    bar.textContent = address.href;
    const page = document.createElement("div");
    page.className = "qd-page";
    page.classList.toggle("qd-upper", this.terminals.get(1)?.isCursorLow ?? false);
    page.append(bar, frame);
    this.figure.append(page);
  }

  closePage(): void {
    this.figure.querySelector(".qd-page")?.remove();
  }

  private screen(n: number): Screen {
    let screen = this.terminals.get(n);
    if (!screen) {
      screen = new Screen(this.look);
      this.terminals.set(n, screen);
      this.room(n).append(screen.element);
      this.figure.classList.add("qd-on");
      this.stack();
      if (this.scale) screen.fit(this.scale, this.level);
    }
    return screen;
  }

  bringToFront(n: number): void {
    this.screen(n);
    if (n === this.inFront) return;
    this.inFront = n;
    this.stack();
  }

  private room(n: number): HTMLElement {
    const room = this.rooms.get(n) ?? [...this.rooms.values()].at(-1);
    if (!room) throw new Error(`the panel of ${this.demo} has no place for a terminal`);
    return room;
  }

  /** Of those that share a place, show the one in front, or else the one that the place belongs to. */
  private stack(): void {
    const front = this.room(this.inFront);
    for (const [n, screen] of this.terminals) {
      const shown = n === this.inFront || (this.rooms.has(n) && this.room(n) !== front);
      screen.element.classList.toggle("qd-behind", !shown);
    }
    for (const room of this.rooms.values()) room.classList.toggle("qd-front", this.rooms.size > 1 && room === front);
    const tabs = part(this.figure, ".qd-tabs");
    tabs.hidden = [...this.terminals.keys()].every((n) => this.rooms.has(n));
    tabs.textContent = `Terminal ${this.inFront} of ${Math.max(...this.terminals.keys())}`;
  }
}

function part(figure: HTMLElement, selector: string): HTMLElement {
  const found = figure.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the panel of ${figure.dataset["demo"]} has no ${selector}`);
  return found;
}

/**
 * The address in a form that the browser's cache has never seen. Servers that send Last-Modified alone let a browser
 * show what an earlier step, or yesterday's container, served there; and a page of another origin can't be reloaded.
 */
function uncached(address: URL): string {
  const fresh = new URL(address);
  fresh.search += `${fresh.search ? "&" : "?"}${Date.now().toString(36)}`;
  return fresh.href;
}
