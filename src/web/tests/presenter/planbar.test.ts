import "../page";
import assert from "node:assert/strict";
import { test } from "node:test";
import { drawSections, PlanBar, sectionsOf } from "../../src/presenter/planbar";
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
const CLOCK: ClockReading = { elapsed: 0, running: true, slideElapsed: 0, slidePlanned: 0, due: 0, planned: 100, spent: [] };

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

test("the list has the time that each section took beside the plan's, and says which took longer", () => {
  const list = document.createElement("ol");
  drawSections(list, SLIDES, 3, [4, 40, 30, 0]);
  assert.deepEqual([...list.children].map((item) => [...item.children].map((cell) => cell.textContent)), [
    ["", "0:04", "0:10"],
    ["Ports", "1:10", "0:50"],
    ["Volumes", "", "0:40"],
  ]);
  assert.deepEqual([...list.children].map(({ className }) => className), ["", "", "here"]);
  assert.equal(list.querySelector(".over")?.textContent, "1:10");
});

test("a deck without sections has no list of them", () => {
  const list = document.createElement("ol");
  drawSections(list, [slide(null, 10), slide(null, 20)], 0, []);
  assert.equal(list.hidden, true);
});

test("without a plan there is no bar", () => {
  const [bar, text] = [document.createElement("div"), document.createElement("span")];
  new PlanBar(bar, text).draw(SLIDES, 0, { ...CLOCK, planned: 0 }, 5);
  assert.equal(bar.hidden, true);
  assert.equal(text.textContent, "");
});
