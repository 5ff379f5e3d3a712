// The steps of a slide's demo with their states; the one at hand with what to say, and what it should print.

import { element } from "./elements";
import type { OutlineStep, StepProgress } from "./messages";

const MARKS: Readonly<Record<StepProgress, string>> = {
  passed: "✓",
  recorded: "▶",
  failed: "✗",
  "timed-out": "✗",
  died: "✗",
  interrupted: "■",
  running: "●",
  next: "›",
  waiting: "·",
};

const WORDS: Readonly<Record<StepProgress, string>> = {
  passed: "passed",
  recorded: "played from the recording",
  failed: "failed",
  "timed-out": "took too long",
  died: "the shell ended",
  interrupted: "interrupted",
  running: "running",
  next: "next",
  waiting: "waiting",
};

/** Fill a list with the steps; the one at hand is unfolded, and brought into view when it becomes that. */
export function drawSteps(list: HTMLElement, steps: readonly OutlineStep[], states: readonly StepProgress[]): void {
  const atHand = Math.max(
    states.findIndex((state) => state === "running" || state === "next"),
    states.every((state) => state !== "running" && state !== "next") ? states.length - 1 : 0,
  );
  const items = steps.map((step, index) => {
    const state = states[index] ?? "waiting";
    const mark = element("span", "mark", MARKS[state]);
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", WORDS[state]);
    const item = element("li", `step ${state}`, mark, element("code", "label", step.label));
    if (state !== "waiting" && state !== "next" && state !== "passed") item.append(element("span", "word", WORDS[state]));
    if (index === atHand) {
      if (step.narration && states[index] !== "passed") item.prepend(narration(step));
      item.append(lines(step));
    }
    return item;
  });
  list.replaceChildren(...items);
  const shown = `${atHand} ${steps.map(({ label }) => label).join("\n")}`;
  if (list.dataset["shown"] !== shown && items[atHand]) bringIntoView(items[atHand]);
  list.dataset["shown"] = shown;
}

/** Scroll the pane that it is in, if there is one that scrolls; never the page, whose slide would go out of sight. */
export function bringIntoView(item: HTMLElement): void {
  let pane = item.parentElement;
  while (pane && pane !== document.body && !/auto|scroll/.test(getComputedStyle(pane).overflowY)) pane = pane.parentElement;
  if (!pane || pane === document.body) return;
  const [inner, outer] = [item.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (inner.top < outer.top) pane.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) pane.scrollTop += Math.min(inner.bottom - outer.bottom, inner.top - outer.top);
}

/** What the speaker says at a step: HTML that the show has escaped. */
function narration(step: OutlineStep): HTMLElement {
  const text = element("div", "narration");
  text.innerHTML = step.narration;
  return text;
}

function lines(step: OutlineStep): HTMLElement {
  const text = element("pre", "lines");
  text.tabIndex = 0;
  text.setAttribute("aria-label", "the step in full, with what it should print");
  for (const line of step.lines) {
    const prompt = line.kind === "typed" && line.prompt ? `${line.prompt} ` : "";
    text.append(element("span", line.kind, `${prompt}${line.text}\n`));
  }
  return text;
}
