import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeatMessage, Status } from "../../src/seat/messages";
import { BEGINNING, absence, after, expiryText, inSeat, nextOf, progressOf, verdict, type SeatView } from "../../src/seat/state";

const DONE = { passed: 2, checks: 2, hints: 0, done: true, missing: [] };
const STATUS: Status = {
  type: "status",
  up: 1,
  exercise: "second",
  exercises: ["first", "second", "third"].map((name) => ({ name, title: name, checks: 2, hints: 1, minutes: null })),
  progress: { second: { passed: 1, checks: 2, hints: 1, done: false, missing: ["No page."] } },
  ports: [8080],
  busy: false,
  fault: "",
  columns: 100,
  rows: 24,
};
const WELCOME: SeatMessage = {
  type: "welcome",
  at: 1000,
  workshop: "Docker",
  name: "Ada",
  expires: 5000,
  stuck: false,
  slides: true,
  kit: false,
};

/** The view after some messages at the page's time 900. */
function seen(...messages: SeatMessage[]): SeatView {
  return messages.reduce((view, message) => after(view, message, 900), BEGINNING);
}

test("a page that has just come says what it waits for, until its seat is there", () => {
  assert.match(absence(BEGINNING)?.[0] ?? "", /Finding/);
  assert.match(absence(seen(WELCOME, { type: "waiting", position: 3 }))?.[1] ?? "", /^3 others are before you/);
  assert.match(absence(seen(WELCOME, { type: "waiting", position: 1 }))?.[1] ?? "", /^One other person is before you/);
  assert.match(absence(seen(WELCOME, { type: "waiting", position: 0 }))?.[0] ?? "", /made ready/);
  assert.equal(absence(seen(WELCOME, { type: "waiting", position: 0 }, STATUS)), undefined);
});

test("a seat that doesn't answer is told from one that came back elsewhere, and one that is over", () => {
  assert.match(absence(seen(WELCOME, STATUS, { type: "away" }))?.[0] ?? "", /doesn’t answer/);
  const moved = seen(WELCOME, STATUS, { type: "away" }, { type: "moved" }, STATUS);
  assert.equal(absence(moved), undefined);
  assert.equal(moved.moved, true);
  for (const reason of ["expired", "closed", "idle"] as const) {
    const over = seen(WELCOME, STATUS, { type: "helping", on: true, by: "" }, { type: "ended", reason });
    assert.ok(absence(over)?.[0]);
    assert.equal(over.contact, "ended");
    assert.equal(over.helps, undefined);
  }
});

test("a page that comes back keeps the exercise in view, and hears anew what else there is", () => {
  const before = seen(WELCOME, STATUS, { type: "notice", text: "Lunch" }, { type: "page", port: 8080, url: "http://x/" });
  const back = after(before, WELCOME, 900);
  assert.equal(back.status, STATUS);
  assert.equal(back.notice, "");
  assert.deepEqual(back.pages, { 8080: "http://x/" });
});

test("the warning counts by the desk's clock", () => {
  const view = seen(WELCOME);
  assert.equal(expiryText(view, 900), "");
  assert.match(expiryText(view, 4900 - 599), /in 10 minutes/);
  assert.match(expiryText(view, 4900 - 30), /in less than a minute/);
  assert.match(expiryText(view, 4901), /closed now/);
  assert.equal(expiryText(after(view, { type: "expires", at: 9000 }, 900), 4901), "");
  const later = after(view, { type: "beat", at: 4950 }, 900);
  assert.match(expiryText(later, 900), /in less than a minute/);
});

test("the organiser asks first, and is seen while in the terminal", () => {
  const asking = seen(WELCOME, STATUS, { type: "help-asked", by: "" });
  assert.equal(asking.asks, "The organiser");
  const helped = after(asking, { type: "helping", on: true, by: "Grace" }, 900);
  assert.deepEqual([helped.asks, helped.helps], [undefined, "Grace"]);
  assert.equal(after(helped, { type: "helping", on: false, by: "" }, 900).helps, undefined);
  assert.equal(after(helped, { type: "called", on: true }, 900).stuck, true);
});

test("the next exercise is one that isn't done, after the last one the first of those", () => {
  assert.equal(nextOf(STATUS)?.name, "third");
  assert.equal(nextOf({ ...STATUS, progress: { third: DONE } })?.name, "first");
  assert.equal(nextOf({ ...STATUS, progress: { first: DONE, third: DONE } }), undefined);
  assert.equal(nextOf({ ...STATUS, exercise: null })?.name, "first");
});

test("what the checks say is said in words", () => {
  assert.equal(verdict(progressOf(STATUS, "second")), "1 of 2 checks pass");
  assert.equal(verdict(progressOf(STATUS, "first")), "");
  assert.match(verdict(DONE), /nothing is missing/);
  assert.match(verdict({ ...DONE, passed: 0, checks: 0 }), /You have done/);
});

test("an address on this machine means the seat", () => {
  assert.deepEqual(inSeat("http://localhost:8080/a?b#c"), [8080, "/a?b#c"]);
  assert.deepEqual(inSeat("http://127.0.0.1:8080"), [8080, "/"]);
  assert.deepEqual(inSeat("https://localhost"), [443, "/"]);
  for (const other of ["https://example.org:8080/", "http://localhost.example.org/", "mailto:a@localhost", "nonsense"]) {
    assert.equal(inSeat(other), undefined);
  }
});
