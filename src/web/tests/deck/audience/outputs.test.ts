import "../../page";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Outputs } from "../../../src/deck/audience/outputs";
import type { DeckView, TerminalPanel } from "../../../src/deck/view";

let written: string[] = [];
const view = {
  slides: () => [{ id: "s", title: "", fragments: 0, demo: "web", steps: [] }],
  terminal: (demo: string, n: number) =>
    ({
      write: (data: string) => written.push(`${demo} ${n} ${data}`),
      reset: () => written.push(`${demo} ${n} reset`),
    }) as unknown as TerminalPanel,
} as unknown as DeckView;

beforeEach(() => {
  written = [];
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.defineProperty(globalThis, "requestAnimationFrame", { value: (draw: () => void) => setTimeout(draw, 16), configurable: true });
});
afterEach(() => mock.timers.reset());

test("what comes in one frame is one write for each terminal in turn", () => {
  const outputs = new Outputs(view);
  outputs.add("web", 1, "a");
  outputs.add("web", 1, "b");
  outputs.add("web", 2, "c");
  outputs.add("web", 1, "d");
  assert.deepEqual(written, []);
  mock.timers.tick(16);
  assert.deepEqual(written, ["web 1 ab", "web 2 c", "web 1 d"]);
});

test("what a demo printed that is cleared is never written", () => {
  const outputs = new Outputs(view);
  outputs.add("web", 1, "old");
  mock.timers.tick(16);
  outputs.add("web", 1, "older");
  outputs.clear("web");
  mock.timers.tick(16);
  assert.deepEqual(written, ["web 1 old", "web 1 reset"]);
});

test("a demo that the deck doesn't have prints nowhere", () => {
  const outputs = new Outputs(view);
  outputs.add("other", 1, "x");
  mock.timers.tick(16);
  assert.deepEqual(written, []);
});
