// The demos' panels of a deck.  A demo may stand on several slides; all its panels then show the same.

import { DemoPanel } from "./panel";
import type { Badge, StepState, TerminalPanel } from "./view";

export class Panels {
  readonly all: readonly DemoPanel[];

  constructor(element: HTMLElement, palette: readonly string[]) {
    const figures = element.querySelectorAll<HTMLElement>(".qd-terminal");
    this.all = [...figures].map((figure) => new DemoPanel(figure, palette));
  }

  of(demo: string): readonly DemoPanel[] {
    const panels = this.all.filter((panel) => panel.demo === demo);
    if (panels.length === 0) throw new Error(`no slide of this deck shows the demo ${demo}`);
    return panels;
  }

  /** The demo's panel on the slide that is shown, or else its first. */
  shown(demo: string): DemoPanel | undefined {
    const panels = this.of(demo);
    return panels.find((panel) => panel.slide?.classList.contains("present")) ?? panels[0];
  }

  terminal(demo: string, n: number): TerminalPanel {
    return new SameTerminals(this.of(demo).map((panel) => panel.terminal(n)));
  }

  /** Larger type in all terminals, by a level from 0. */
  zoom(level: number): void {
    for (const panel of this.all) panel.zoom(level);
  }

  /** Fit the terminals of the slide that is shown to its scale. */
  fit(scale: number): void {
    for (const panel of this.all) if (panel.slide?.classList.contains("present")) panel.fit(scale);
  }
}

class SameTerminals implements TerminalPanel {
  private readonly terminals: readonly TerminalPanel[];

  constructor(terminals: readonly TerminalPanel[]) {
    this.terminals = terminals;
  }

  write(data: string): void {
    for (const terminal of this.terminals) terminal.write(data);
  }

  reset(): void {
    for (const terminal of this.terminals) terminal.reset();
  }

  front(): void {
    for (const terminal of this.terminals) terminal.front();
  }

  badge(kind: Badge): void {
    for (const terminal of this.terminals) terminal.badge(kind);
  }

  status(text: string, state: StepState): void {
    for (const terminal of this.terminals) terminal.status(text, state);
  }

  step(id: string, state: StepState): void {
    for (const terminal of this.terminals) terminal.step(id, state);
  }

  set onInput(receiver: ((data: string) => void) | undefined) {
    for (const terminal of this.terminals) terminal.onInput = receiver;
  }

  takeKeys(): void {
    for (const terminal of this.terminals) terminal.takeKeys();
  }
}
