import "../page";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutlineStep } from "../../src/shared/messages";
import { drawSteps } from "../../src/shared/steplist";

const step = (id: string): OutlineStep => ({
  id,
  label: `echo ${id}`,
  narration: "",
  terminal: 1,
  lines: [
    { kind: "typed", prompt: "$", text: `echo ${id}` },
    { kind: "expected", prompt: "", text: `<b>${id}</b>` },
  ],
});
const STEPS = [step("one"), step("two"), step("three")];

test("the step at hand is unfolded, and what it prints is text", () => {
  const list = document.createElement("ol");
  drawSteps(list, STEPS, ["passed", "running", "waiting"]);
  assert.deepEqual([...list.children].map((item) => item.querySelector("pre") !== null), [false, true, false]);
  assert.equal(list.querySelector("pre")?.textContent, "$ echo two\n<b>two</b>\n");
  assert.equal(list.querySelector("b"), null);
});

test("what the speaker says at the step at hand comes before it, until it has passed", () => {
  const list = document.createElement("ol");
  const told = STEPS.map((each) => ({ ...each, narration: `<p>Say <em>${each.id}</em>.</p>` }));
  drawSteps(list, told, ["passed", "next", "waiting"]);
  assert.deepEqual([...list.querySelectorAll(".narration")].map((text) => text.textContent), ["Say two."]);
  assert.equal(list.children[1]?.firstElementChild?.className, "narration");
  drawSteps(list, told, ["passed", "passed", "passed"]);
  assert.equal(list.querySelector(".narration"), null);
});

test("how a step ended is said in words where it isn't plain", () => {
  const list = document.createElement("ol");
  drawSteps(list, STEPS, ["timed-out", "recorded", "next"]);
  assert.deepEqual([...list.querySelectorAll(".word")].map((word) => word.textContent), ["took too long", "played from the recording"]);
  assert.deepEqual([...list.querySelectorAll("[role=img]")].map((mark) => mark.getAttribute("aria-label")), [
    "took too long",
    "played from the recording",
    "next",
  ]);
});

test("after the last step that one stays unfolded", () => {
  const list = document.createElement("ol");
  drawSteps(list, STEPS, ["passed", "passed", "failed"]);
  assert.equal(list.lastElementChild?.querySelector("pre")?.textContent.startsWith("$ echo three"), true);
});
