// Plays a demo's recording in its panel, a step at a press, as the live demo would have looked.

import type { DemoPanel } from "./panel";
import type { RecordedOutput, Recording } from "./recordings";

/** Seconds that nothing happens, at most; longer waits of the recording are cut to it. */
const LONGEST_PAUSE = 1.5;

export class Player {
  private readonly panel: DemoPanel;
  private readonly recording: Recording;
  private shown = -1;
  /** What the running step has left, its times in milliseconds with the pauses bounded. */
  private pending: readonly RecordedOutput[] = [];
  private frame = 0;

  constructor(panel: DemoPanel, recording: Recording) {
    this.panel = panel;
    this.recording = recording;
    panel.badge("recorded");
    this.restore(0);
  }

  get playing(): boolean {
    return this.pending.length > 0;
  }

  /** Bring the panel to the state after so many steps; `play` lets the last of them run as it did. */
  go(steps: number, play: boolean): void {
    if (steps === this.shown) return;
    if (play && steps === this.shown + 1) {
      this.finish();
      this.play(steps);
    } else {
      this.restore(steps);
    }
  }

  /** Write at once what the running step has left. */
  finish(): void {
    cancelAnimationFrame(this.frame);
    const rest = this.pending;
    this.pending = [];
    if (rest.length === 0) return;
    this.write(rest);
    this.mark();
  }

  /** Bring the panel to a moment of a step: so many of its outputs are written.  It is drawn when that is done. */
  at(steps: number, outputs: number): Promise<void> {
    const events = this.recording.steps[steps - 1]?.events ?? [];
    if (steps !== this.shown || events.length - this.pending.length > outputs) {
      this.restore(Math.max(0, steps - 1));
      this.shown = steps;
      this.pending = events;
    }
    const count = outputs - (events.length - this.pending.length);
    const output = this.pending.slice(0, count);
    this.pending = this.pending.slice(count);
    this.write(output);
    this.mark();
    return this.panel.drawn();
  }

  private restore(steps: number): void {
    cancelAnimationFrame(this.frame);
    this.pending = [];
    this.shown = steps;
    this.panel.reset();
    this.write(this.recording.before.map(([terminal, data]) => [0, terminal, data] as const));
    this.panel.bringToFront(1);
    this.write(this.recording.steps.slice(0, steps).flatMap((step) => step.events));
    this.mark();
  }

  private play(steps: number): void {
    this.shown = steps;
    const began = performance.now();
    this.pending = schedule(this.recording.steps[steps - 1]?.events ?? []);
    this.mark();
    const tick = (now: number): void => {
      const due = this.pending.findIndex(([time]) => time > now - began);
      const count = due < 0 ? this.pending.length : due;
      const output = this.pending.slice(0, count);
      this.pending = this.pending.slice(count);
      this.write(output);
      if (this.pending.length) this.frame = requestAnimationFrame(tick);
      else this.mark();
    };
    if (this.pending.length) this.frame = requestAnimationFrame(tick);
  }

  /** Write to the terminals, as much at once as goes to the same one: xterm.js is slow in small pieces. */
  private write(output: readonly RecordedOutput[]): void {
    let start = 0;
    output.forEach(([, terminal], index) => {
      if (output[index + 1]?.[1] === terminal) return;
      const data = output.slice(start, index + 1).map(([, , text]) => text);
      this.panel.bringToFront(terminal);
      this.panel.terminal(terminal).write(data.join(""));
      start = index + 1;
    });
  }

  private showPages(): void {
    const pages = this.recording.steps[this.shown - 1]?.pages ?? [];
    const places = this.recording.steps.map(({ id }) => id);
    this.panel.showPages(
      pages.map(([step, url]) => ({ url, step, number: places.indexOf(step), form: "picture", about: "", mark: "" })),
    );
  }

  private mark(): void {
    const total = this.recording.steps.length;
    this.recording.steps.forEach((step, index) => {
      const running = this.playing && index === this.shown - 1;
      this.panel.step(step.id, index >= this.shown ? "waiting" : running ? "running" : "recorded");
    });
    if (!this.playing) this.showPages();
    const state = this.playing ? "running" : this.shown ? "recorded" : "waiting";
    this.panel.status(this.shown ? `Step ${this.shown} of ${total}` : `${total} ${total === 1 ? "step" : "steps"}`, state);
  }
}

function schedule(events: readonly RecordedOutput[]): RecordedOutput[] {
  let clock = 0;
  let before = 0;
  return events.map(([time, terminal, data]) => {
    clock += Math.min(Math.max(0, time - before), LONGEST_PAUSE) * 1000;
    before = time;
    return [clock, terminal, data] as const;
  });
}
