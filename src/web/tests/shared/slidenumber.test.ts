import { press } from "../page";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { SlideNumber } from "../../src/shared/slidenumber";

let said: string[] = [];
let gone: number[] = [];
let number: SlideNumber;

beforeEach(() => {
  said = [];
  gone = [];
  number = new SlideNumber((digits) => said.push(digits), (index) => gone.push(index));
});

const type = (...keys: string[]): boolean[] => keys.map((key) => number.press(press(key)));

test("a number and Enter go to that slide", () => {
  assert.deepEqual(type("1", "2", "Enter"), [true, true, true]);
  assert.deepEqual(gone, [11]);
  assert.deepEqual(said, ["1", "12", ""]);
});

test("Enter without a number is the show's", () => {
  assert.deepEqual(type("Enter", "Backspace", "Escape"), [false, false, false]);
  assert.deepEqual(gone, []);
});

test("digits can be taken back, and another key ends the number and keeps its meaning", () => {
  assert.deepEqual(type("1", "3", "Backspace", "n", "Enter"), [true, true, true, false, false]);
  assert.deepEqual(said, ["1", "13", "1", ""]);
  assert.deepEqual(gone, []);
});

test("with a modifier it is no digit", () => {
  assert.equal(number.press(press("1", { ctrlKey: true })), false);
});

test("a number that waits too long is forgotten", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  type("7");
  mock.timers.tick(10_000);
  mock.timers.reset();
  assert.deepEqual(said, ["7", ""]);
  assert.deepEqual(type("Enter"), [false]);
});
