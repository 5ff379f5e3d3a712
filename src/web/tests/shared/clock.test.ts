import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, elapsed, pace, stepTime } from "../../src/shared/clock";
import type { ClockReading, SpeakerState } from "../../src/shared/messages";

const CLOCK: ClockReading = { elapsed: 100, running: true, slideElapsed: 10, slidePlanned: 60, due: 120, planned: 600, spent: [] };

test("times are written as the console writes them", () => {
  assert.deepEqual([0, 59.9, 245, 3723].map(clockText), ["0:00", "0:59", "4:05", "1:02:03"]);
});

test("within the time of its slide a talk is on time", () => {
  assert.deepEqual(pace(CLOCK, 0), { text: "on time", kind: "good" });
  assert.deepEqual(pace(CLOCK, 20.9), { text: "on time", kind: "good" });
});

test("after it the talk is late, a minute after it very late", () => {
  assert.equal(pace(CLOCK, 25).text, "0:05 late");
  assert.equal(pace(CLOCK, 25).kind, "late");
  assert.equal(pace(CLOCK, 80).kind, "very-late");
});

test("before its slide was due the talk is ahead", () => {
  assert.deepEqual(pace({ ...CLOCK, elapsed: 30 }, 0), { text: "0:30 ahead", kind: "early" });
});

test("without a plan there is no pace, and before the talk no time", () => {
  assert.equal(pace({ ...CLOCK, planned: 0 }, 0).kind, "none");
  assert.equal(pace({ ...CLOCK, running: false }, 50).kind, "none");
  assert.deepEqual(elapsed({ ...CLOCK, running: false }, 50), { now: "0:00", planned: "of 10:00" });
  assert.deepEqual(elapsed({ ...CLOCK, planned: 0 }, 5), { now: "1:45", planned: "" });
});

test("a step under way says how long it has run, and how long it took when recorded", () => {
  const state = { activity: "running", steps: ["passed", "running"], stepElapsed: 3, stepRecorded: 6.4 } as unknown as SpeakerState;
  assert.equal(stepTime(state, 2.5), " · 0:05 (recorded: 0:06)");
  assert.equal(stepTime({ ...state, stepRecorded: 0 }, 0), " · 0:03");
  assert.equal(stepTime({ ...state, stepRecorded: 0.2 }, 0), " · 0:03 (recorded: 0:01)");
  assert.equal(stepTime({ ...state, steps: ["passed", "next"] }, 0), "");
});
