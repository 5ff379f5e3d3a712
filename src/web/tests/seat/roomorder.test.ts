// Who comes first in the organiser's room, and what is said of each.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hostName, minutesText, ordered, progressText, seatText, standings, stuckText } from "../../src/seat/roomorder";
import type { Person, Room } from "../../src/seat/roommessages";

const ADA: Person = {
  id: "1",
  name: "Ada",
  exercise: "try-first",
  progress: {},
  stuck: null,
  where: "ready",
  position: 0,
  host: "one",
  moved: 0,
  ended: null,
  expires: 0,
  active: 0,
  pages: 1,
  help: null,
  fault: "",
};
const progress = { passed: 1, checks: 2, hints: 0, done: false, missing: [] };

test("those who ask for help come first, the longest first; those whose seat is over last", () => {
  const people: Person[] = [
    { ...ADA, name: "Zoe" },
    { ...ADA, name: "Ended", where: "ended", ended: "closed" },
    { ...ADA, name: "Late call", stuck: 20 },
    { ...ADA, name: "Silent", where: "silent" },
    { ...ADA, name: "Early call", stuck: 10 },
    ADA,
  ];
  const names = ordered(people).map(({ name }) => name);
  assert.deepEqual(names, ["Early call", "Late call", "Silent", "Ada", "Zoe", "Ended"]);
});

test("the seat's state is said in words", () => {
  assert.equal(seatText({ ...ADA, moved: 2 }), "one, moved 2 ×");
  assert.equal(seatText({ ...ADA, where: "waiting", position: 3 }), "waits, 3rd in the queue");
  assert.equal(seatText({ ...ADA, where: "waiting", position: 12 }), "waits, 12th in the queue");
  assert.equal(seatText({ ...ADA, where: "ended", ended: "idle" }), "gone, unused");
});

test("a host is said in few letters", () => {
  assert.equal(hostName(""), "this machine");
  assert.equal(hostName("one"), "one");
  assert.equal(hostName("two.example.org"), "two");
  assert.equal(hostName("ssh://ada@two.example.org:22"), "two");
  assert.equal(hostName("tcp://10.78.0.11:2375"), "10.78.0.11");
  assert.equal(hostName("tcp://[fd00::1]:2375"), "[fd00::1]");
  assert.equal(hostName("unix:///run/docker.sock"), "this machine");
});

test("checks and hints of the exercise are counted", () => {
  assert.equal(progressText(ADA), "");
  assert.equal(progressText({ ...ADA, progress: { "try-first": { ...progress, hints: 1 } } }), "1 of 2 checks, 1 hint");
  assert.equal(progressText({ ...ADA, progress: { "try-first": { ...progress, done: true } } }), "solved");
  assert.equal(progressText({ ...ADA, fault: "no such image" }), "no such image");
});

test("the room is counted by exercise, without those who have gone", () => {
  const solved = { "try-first": { ...progress, done: true } };
  const gone: Person = { ...ADA, where: "ended", ended: "expired", progress: solved };
  const exercise = { name: "try-first", title: "First", checks: 2, hints: 1, minutes: null };
  const room = { exercises: [exercise], people: [ADA, gone] } as unknown as Room;
  assert.deepEqual(standings(room), [{ exercise, at: 1, done: 1 }]);
});

test("time is said in minutes", () => {
  assert.equal(minutesText(-5), "0 min");
  assert.equal(minutesText(89 * 60), "89 min");
  assert.equal(minutesText(3.5 * 3600), "3 h 30 min");
  assert.equal(minutesText(4 * 3600), "4 h");
  assert.equal(stuckText(40), "asks for help");
  assert.equal(stuckText(150), "asks for help for 3 min");
});
