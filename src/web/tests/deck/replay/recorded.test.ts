import assert from "node:assert/strict";
import { test } from "node:test";
import { chaptersOf, type Told } from "../../../src/deck/replay/recorded";
import type { SlideInfo } from "../../../src/deck/view";
import type { State } from "../../../src/shared/messages";

const slide = (id: string): SlideInfo => ({ id, title: id.toUpperCase(), fragments: 0, demo: null, steps: [] });
const at = (seconds: number, id: string, index: number): Told => [seconds, { type: "state", slide: id, index } as State];

test("each stay at a slide is a chapter", () => {
  const told = [at(0, "a", 0), at(5, "a", 0), at(9, "b", 1), at(20, "a", 0)];
  assert.deepEqual(chaptersOf(told, [slide("a"), slide("b")]), [
    { start: 0, title: "A", number: 1 },
    { start: 9, title: "B", number: 2 },
    { start: 20, title: "A", number: 1 },
  ]);
});

test("slides that were passed in no time are not", () => {
  const told = [at(0, "a", 0), at(0, "b", 1), at(0, "c", 2), at(7, "d", 3)];
  assert.deepEqual(chaptersOf(told, []).map(({ title }) => title), ["c", "d"]);
});
