import "../../page";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Lookback } from "../../../src/deck/audience/lookback";
import type { DeckView, Intent } from "../../../src/deck/view";

class View {
  onNavigate?: (intent: Intent) => void;
  private here = { slide: "c", fragment: 0 };

  slides(): readonly { id: string; fragments: number }[] {
    return ["a", "b", "c", "d"].map((id) => ({ id, fragments: 2 }));
  }

  show(slide: string, fragment: number): void {
    this.here = { slide, fragment };
  }

  current(): { slide: string; fragment: number } {
    return this.here;
  }
}

let view: View;
let lookback: Lookback;
const text = (selector: string): string => document.querySelector(selector)?.textContent ?? "";

beforeEach(() => {
  document.body.replaceChildren();
  view = new View();
  lookback = new Lookback(view as unknown as DeckView, () => undefined, () => undefined);
  lookback.allow(true);
  lookback.follow("c", 1);
});

test("a follower looks back at slides as they were in the end, and sees how far behind it is", () => {
  view.onNavigate?.("previous");
  assert.deepEqual(view.current(), { slide: "b", fragment: 2 });
  assert.equal(lookback.away, true);
  assert.equal(text(".qd-return"), "Back to live · 1 slide behind");
  view.onNavigate?.("previous");
  assert.equal(text(".qd-return"), "Back to live · 2 slides behind");
});

test("no further than the show, and from there it follows again", () => {
  lookback.go("d");
  assert.equal(lookback.away, false);
  lookback.go("a");
  lookback.go("c");
  assert.equal(lookback.away, false);
  assert.equal(lookback.reach, 3);
});

test("who is away stays away while the show moves", () => {
  lookback.go("a");
  lookback.follow("d", 0);
  assert.equal(lookback.away, true);
  assert.equal(text(".qd-return"), "Back to live · 3 slides behind");
});

test("one who may not look back follows at once", () => {
  lookback.go("a");
  lookback.allow(false);
  assert.equal(lookback.away, false);
  lookback.go("a");
  assert.equal(lookback.away, false);
});
