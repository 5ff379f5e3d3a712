import "../../page";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { SeatStrip } from "../../../src/deck/audience/seats";
import type { Seats } from "../../../src/shared/messages";

const told: Seats = {
  type: "seats",
  address: "http://192.168.1.5:7700/",
  code: "TIDE-42",
  rows: ["1"],
  exercises: [{ slide: "try-it", text: "11 of 14 have solved it" }, { slide: "more", text: "" }],
};
let strip: SeatStrip;
const shown = (): string | null => {
  const found = document.querySelector<HTMLElement>(".qd-seats");
  return found === null || found.hidden ? null : [...found.children].map((child) => child.textContent).join("|");
};

beforeEach(() => {
  document.body.replaceChildren();
  strip = new SeatStrip(document.body);
});

test("an exercise shows where to go, the code, and how many have solved it", () => {
  strip.fill(told);
  assert.equal(strip.show("try-it"), true);
  assert.equal(shown(), "Your seat 192.168.1.5:7700|Code TIDE-42|11 of 14 have solved it");
  assert.equal(strip.show("more"), true);
  assert.equal(shown(), "Your seat 192.168.1.5:7700|Code TIDE-42|");
});

test("any other slide shows nothing, and none does before the show has told something, or after it was cleared", () => {
  assert.equal(strip.show("try-it"), false);
  strip.fill(told);
  assert.equal(strip.show("welcome"), false);
  assert.equal(shown(), null);
  strip.clear();
  assert.equal(strip.show("try-it"), false);
  assert.equal(shown(), null);
});
