// Terminals' output on its way to the panels, one write a frame: xterm.js is much faster in large pieces.

import type { DeckView } from "../view";

/** How long output waits in a tab that is not visible, where no frames are drawn; in milliseconds. */
const HIDDEN_DELAY = 100;

export class Outputs {
  private readonly view: DeckView;
  private readonly known = new Map<string, Set<number>>();
  private pending: { demo: string; terminal: number; data: string }[] = [];
  private scheduled = false;

  constructor(view: DeckView) {
    this.view = view;
  }

  add(demo: string, terminal: number, data: string): void {
    if (!this.view.slides().some((slide) => slide.demo === demo)) return;
    const last = this.pending.at(-1);
    if (last?.demo === demo && last.terminal === terminal) last.data += data;
    else this.pending.push({ demo, terminal, data });
    if (this.scheduled) return;
    this.scheduled = true;
    if (document.hidden) window.setTimeout(() => this.flush(), HIDDEN_DELAY);
    else window.requestAnimationFrame(() => this.flush());
  }

  /** Empty the terminals of a demo, or all. */
  clear(demo?: string): void {
    this.pending = demo === undefined ? [] : this.pending.filter((output) => output.demo !== demo);
    for (const [name, numbers] of this.known) {
      if (demo !== undefined && name !== demo) continue;
      for (const number of numbers) this.view.terminal(name, number).reset();
    }
  }

  private flush(): void {
    this.scheduled = false;
    const outputs = this.pending;
    this.pending = [];
    for (const { demo, terminal, data } of outputs) {
      let numbers = this.known.get(demo);
      if (!numbers) this.known.set(demo, (numbers = new Set()));
      numbers.add(terminal);
      this.view.terminal(demo, terminal).write(data);
    }
  }
}
