// The panel of a slide's demo: a bar with the demo's title, its steps and a badge, and its terminals.

import type { PageView } from "../shared/messages";
import { Screen, type ScreenLook, type TerminalType } from "./screen";
import type { Badge, ServedPage, StepState, TerminalPanel } from "./view";

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
  private view: PageView = "beside";
  /** How many pages stand side by side at the end: each has its place from the first on. */
  private readonly pageCount: number;

  constructor(figure: HTMLElement, palette: readonly string[]) {
    this.figure = figure;
    this.demo = figure.dataset["demo"] ?? "";
    for (const room of figure.querySelectorAll<HTMLElement>(".qd-room")) {
      this.rooms.set(Number(room.dataset["terminal"]), room);
    }
    const { types, background, color, pages } = figure.dataset;
    this.pageCount = Number(pages ?? 1);
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
    const share = this.terminalsShare();
    for (const screen of this.terminals.values()) screen.fit(scale, this.level, share);
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

  /** When all that was written is on the screens. */
  async drawn(): Promise<void> {
    await Promise.all([...this.terminals.values()].map((screen) => screen.drawn()));
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

  /** Show what containers serve below the terminal, which then scrolls above it: these pages, and no others. */
  showPages(pages: readonly ServedPage[]): void {
    const shown = pages.filter(({ url }) => isElsewhere(url));
    let region = this.region;
    if (shown.length === 0) {
      region?.remove();
      this.showPageView();
      return;
    }
    if (!region) {
      region = document.createElement("div");
      region.className = "qd-pages";
      this.figure.append(region);
    }
    region.style.setProperty("--count", String(Math.max(this.pageCount, shown.length)));
    const before = [...region.children] as HTMLElement[];
    const wanted = shown.map((page) => before.find((old) => old.dataset["number"] === String(page.number)) ?? this.drawPage(page));
    // A frame that is moved is loaded again, so that those that stay are left where they are.
    for (const old of before) if (!wanted.includes(old)) old.remove();
    wanted.forEach((page, index) => {
      if (region.children[index] !== page) region.insertBefore(page, region.children[index] ?? null);
    });
    this.showPageView();
  }

  pageView(view: PageView): void {
    this.view = view;
    this.showPageView();
  }

  private showPageView(): void {
    const open = this.region !== null;
    const before = this.figure.className;
    this.figure.classList.toggle("qd-paged", open && this.view === "beside");
    this.figure.classList.toggle("qd-page-large", open && this.view === "large");
    this.figure.classList.toggle("qd-page-closed", open && this.view === "closed");
    if (this.figure.className !== before && this.scale) this.fit(this.scale);
  }

  /** Where the pages are, if there are any. */
  private get region(): HTMLElement | null {
    return this.figure.querySelector<HTMLElement>(".qd-pages:not(.qd-at-end)");
  }

  /** The part of the terminals' height that the pages leave to them. */
  private terminalsShare(): number {
    const screens = part(this.figure, ".qd-screens");
    const whole = this.figure.clientHeight - screens.offsetTop - screens.offsetLeft; // as much below it as beside it
    return this.figure.classList.contains("qd-paged") && whole > 0 ? Math.min(1, screens.offsetHeight / whole) : 1;
  }

  private drawPage(page: ServedPage): HTMLElement {
    const { url, number, form, about, mark } = page;
    const address = new URL(url);
    const element = document.createElement("div");
    element.className = "qd-page";
    element.dataset["number"] = String(number);
    const bar = document.createElement("div");
    bar.className = "qd-address";
    bar.textContent = shown(address);
    element.append(bar);
    const source = page.picture ?? this.picture(page.step);
    if (form === "frame") {
      const frame = document.createElement("iframe");
      frame.src = uncached(address);
      frame.title = `Page at ${address.host}`;
      frame.referrerPolicy = "no-referrer";
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-same-origin");
      element.append(frame);
    } else if (form === "picture" && source !== undefined) {
      const image = document.createElement("img");
      image.src = source;
      image.alt = `Page at ${address.host}`;
      element.append(image);
      if (mark) {
        const label = document.createElement("span");
        label.textContent = mark;
        bar.append(label);
      }
    } else {
      element.classList.add("qd-card");
      const text = document.createElement("div");
      text.className = "qd-about";
      text.textContent = about;
      element.append(text);
    }
    return element;
  }

  /** The picture of the page that a step opened when it was recorded. */
  private picture(step: string): string | undefined {
    const images = [...this.figure.querySelectorAll<HTMLImageElement>("img[data-step]")];
    return images.find((image) => image.dataset["step"] === step)?.src;
  }

  private screen(n: number): Screen {
    let screen = this.terminals.get(n);
    if (!screen) {
      screen = new Screen(this.look);
      this.terminals.set(n, screen);
      this.room(n).append(screen.element);
      this.figure.classList.add("qd-on");
      this.stack();
      if (this.scale) screen.fit(this.scale, this.level, this.terminalsShare());
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

/** An address as it is shown: what browsers leave out too is left out. */
function shown({ protocol, host, pathname, search }: URL): string {
  const path = pathname === "/" && !search ? "" : `${pathname}${search}`;
  return `${protocol === "http:" ? "" : `${protocol}//`}${host}${path}`;
}

/** Whether an address is a page of somebody else's: the show's own pages are never in its slides. */
function isElsewhere(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const address = new URL(url);
  return address.origin !== location.origin && /^https?:$/.test(address.protocol);
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
