// The clock of the talk, as text; `quarterdeck/show/machine/clock.py` counts alike.

import type { ClockReading, SpeakerState } from "./messages";

export interface Pace {
  readonly text: string;
  readonly kind: "none" | "early" | "good" | "late" | "very-late";
}

/** How late is very late, in seconds. */
const VERY_LATE = 60;

/** `4:05`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.floor(Math.abs(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** How long the step under way has been running, and how long it took when it was recorded; empty for no step. */
export function stepTime(state: SpeakerState, since: number): string {
  if (state.activity !== "running" || state.steps.every((step) => step !== "running")) return "";
  const now = clockText(state.stepElapsed + since);
  return state.stepRecorded ? ` · ${now} (recorded: ${clockText(Math.max(1, Math.round(state.stepRecorded)))})` : ` · ${now}`;
}

/** How far the talk is off its plan; within the time of the slide itself it is on time. */
export function pace(clock: ClockReading, since: number): Pace {
  if (!clock.planned || !clock.running) return { text: "", kind: "none" };
  const elapsed = clock.elapsed + since;
  const late = elapsed - clock.due;
  const early = clock.due - clock.slidePlanned - elapsed;
  if (late >= 1) return { text: `${clockText(late)} late`, kind: late >= VERY_LATE ? "very-late" : "late" };
  if (early >= 1) return { text: `${clockText(early)} ahead`, kind: "early" };
  return { text: "on time", kind: "good" };
}

/** The time elapsed, and the whole that was planned. */
export function elapsed(clock: ClockReading, since: number): { now: string; planned: string } {
  return {
    now: clockText(clock.running ? clock.elapsed + since : 0),
    planned: clock.planned ? `of ${clockText(clock.planned)}` : "",
  };
}
