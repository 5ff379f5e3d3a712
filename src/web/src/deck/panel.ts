// The panel of a slide's demo: a bar with the demo's title, its steps and a badge, and its terminals.

import { Screen, type ScreenLook } from "./screen";
import type { Badge, StepState, TerminalPanel } from "./view";

const LABELS: Record<Badge, string> = { live: "Live", recorded: "Recorded", none: "" };

export class DemoPanel {
  readonly demo: string;
  private readonly figure: HTMLElement;
  private readonly look: ScreenLook;
  private readonly screens: HTMLElement;
  private readonly terminals = new Map<number, Screen>();
  private scale = 0;
  private level = 0;
  private inFront = 1;

  constructor(figure: HTMLElement, palette: readonly string[]) {
    this.figure = figure;
    this.demo = figure.dataset["demo"] ?? "";
    this.screens = part(figure, ".qd-screens");
    const { columns, rows, size, lineHeight, background, color } = figure.dataset;
    this.look = {
      columns: Number(columns),
      rows: Number(rows),
      size: Number(size),
      lineHeight: Number(lineHeight),
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
      this.screens.append(screen.element);
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

  private stack(): void {
    for (const [n, screen] of this.terminals) screen.element.classList.toggle("qd-behind", n !== this.inFront);
    const tabs = part(this.figure, ".qd-tabs");
    tabs.hidden = this.terminals.size < 2;
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
