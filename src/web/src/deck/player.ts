// Plays a demo's recording in its panel, a step at a press, as the live demo would have looked.

import type { DemoPanel } from "./panel";
import type { Recording } from "./recordings";
import type { TerminalPanel } from "./view";

/** Seconds that nothing happens, at most; longer waits of the recording are cut to it. */
const LONGEST_PAUSE = 1.5;

/** Output of one step with the pauses bounded: milliseconds from the step's beginning, and data. */
type Schedule = readonly (readonly [number, string])[];

export class Player {
  private readonly terminal: TerminalPanel;
  private readonly panel: DemoPanel;
  private readonly recording: Recording;
  private shown = -1;
  private pending: Schedule = [];
  private frame = 0;

  constructor(panel: DemoPanel, recording: Recording) {
    this.panel = panel;
    this.recording = recording;
    this.terminal = panel.terminal(1);
    this.terminal.badge("recorded");
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
    this.terminal.write(rest.map(([, data]) => data).join(""));
    this.mark();
  }

  private restore(steps: number): void {
    cancelAnimationFrame(this.frame);
    this.pending = [];
    this.shown = steps;
    this.terminal.reset();
    const played = this.recording.steps.slice(0, steps).flatMap((step) => step.events.map(([, data]) => data));
    this.terminal.write(this.recording.before + played.join(""));
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
      const data = this.pending.slice(0, count).map(([, text]) => text);
      this.pending = this.pending.slice(count);
      if (data.length) this.terminal.write(data.join(""));
      if (this.pending.length) this.frame = requestAnimationFrame(tick);
      else this.mark();
    };
    if (this.pending.length) this.frame = requestAnimationFrame(tick);
  }

  private mark(): void {
    const total = this.recording.steps.length;
    this.recording.steps.forEach((step, index) => {
      const running = this.playing && index === this.shown - 1;
      this.panel.step(step.id, index >= this.shown ? "waiting" : running ? "running" : "recorded");
    });
    const state = this.playing ? "running" : this.shown ? "recorded" : "waiting";
    this.panel.status(this.shown ? `Step ${this.shown} of ${total}` : `${total} ${total === 1 ? "step" : "steps"}`, state);
  }
}

function schedule(events: readonly (readonly [number, string])[]): Schedule {
  let clock = 0;
  let before = 0;
  return events.map(([time, data]) => {
    clock += Math.min(Math.max(0, time - before), LONGEST_PAUSE) * 1000;
    before = time;
    return [clock, data] as const;
  });
}
