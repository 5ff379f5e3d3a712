import "../page";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PlanBar, sectionsOf } from "../../src/presenter/planbar";
import type { ClockReading, OutlineSlide } from "../../src/shared/messages";

const slide = (section: string | null, seconds: number): OutlineSlide => ({
  id: `${section} ${seconds}`,
  title: "",
  section,
  fragments: 0,
  seconds,
  notes: "",
  demo: null,
  steps: [],
});
const SLIDES = [slide(null, 10), slide("Ports", 20), slide("Ports", 30), slide("Volumes", 40)];
const CLOCK: ClockReading = { elapsed: 0, running: true, slideElapsed: 0, slidePlanned: 0, due: 0, planned: 100 };

test("slides of one section that follow each other are one part", () => {
  assert.deepEqual(sectionsOf(SLIDES), [
    { title: "", first: 0, end: 1, starts: 0, ends: 10 },
    { title: "Ports", first: 1, end: 3, starts: 10, ends: 60 },
    { title: "Volumes", first: 3, end: 4, starts: 60, ends: 100 },
  ]);
});

test("the bar shows what is done, where the talk is, and when its section should end", () => {
  const [bar, text] = [document.createElement("div"), document.createElement("span")];
  const plan = new PlanBar(bar, text);
  plan.draw(SLIDES, 2, CLOCK, 26);
  assert.deepEqual([...bar.querySelectorAll("i")].map(({ className }) => className), ["done", "here", ""]);
  assert.equal(bar.querySelector("b")?.style.left, "26%");
  assert.equal(text.textContent, "section ends in 0:34");
  plan.draw(SLIDES, 2, CLOCK, 65);
  assert.equal(text.textContent, "section 0:05 over");
  plan.draw(SLIDES, 2, { ...CLOCK, running: false }, 0);
  assert.equal(text.textContent, "section: 0:50 planned");
});

test("without a plan there is no bar", () => {
  const [bar, text] = [document.createElement("div"), document.createElement("span")];
  new PlanBar(bar, text).draw(SLIDES, 0, { ...CLOCK, planned: 0 }, 5);
  assert.equal(bar.hidden, true);
  assert.equal(text.textContent, "");
});
