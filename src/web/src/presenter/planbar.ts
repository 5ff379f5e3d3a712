// The talk's plan as a bar: a part for each section, as long as its time, and the present as a mark on it; and as a
// list of the sections with the time that each took.

import { clockText } from "../shared/clock";
import { element, setText } from "../shared/elements";
import type { ClockReading, OutlineSlide } from "../shared/messages";
import { bringIntoView } from "../shared/steplist";

interface Section {
  readonly title: string;
  /** The places of its first slide and of the one after its last, from 0. */
  readonly first: number;
  readonly end: number;
  /** When the plan enters and leaves it, in seconds. */
  readonly starts: number;
  readonly ends: number;
}

export class PlanBar {
  private readonly bar: HTMLElement;
  private readonly text: HTMLElement;
  private readonly mark = element("b");
  private slides: readonly OutlineSlide[] = [];
  private sections: readonly Section[] = [];

  constructor(bar: HTMLElement, text: HTMLElement) {
    this.bar = bar;
    this.text = text;
  }

  /** @param elapsed Seconds since the talk began. */
  draw(slides: readonly OutlineSlide[], index: number, clock: ClockReading, elapsed: number): void {
    if (slides !== this.slides) this.begin(slides);
    this.bar.hidden = !clock.planned;
    const section = this.sections.find(({ first, end }) => first <= index && index < end);
    this.sections.forEach((one, place) => {
      const part = this.bar.children[place];
      part?.classList.toggle("done", one.end <= index);
      part?.classList.toggle("here", one === section);
    });
    const share = clock.planned ? Math.min(1, elapsed / clock.planned) : 0;
    this.mark.style.left = `${share * 100}%`;
    this.mark.hidden = !clock.running;
    setText(this.text, section && clock.planned ? sectionText(section, clock, elapsed) : "");
  }

  private begin(slides: readonly OutlineSlide[]): void {
    this.slides = slides;
    this.sections = sectionsOf(slides);
    const parts = this.sections.map(({ title, starts, ends }) => {
      const part = element("i");
      part.style.flexGrow = String(Math.max(1, ends - starts));
      part.title = title;
      return part;
    });
    this.bar.replaceChildren(...parts, this.mark);
  }
}

function sectionText(section: Section, clock: ClockReading, elapsed: number): string {
  const left = section.ends - elapsed;
  if (!clock.running) return `section: ${clockText(section.ends - section.starts)} planned`;
  return left >= 0 ? `section ends in ${clockText(left)}` : `section ${clockText(left)} over`;
}

/** Fill the list of sections; `elapsed` are the seconds that each slide has been shown. */
export function drawSections(list: HTMLElement, slides: readonly OutlineSlide[], index: number, elapsed: readonly number[]): void {
  const sections = sectionsOf(slides);
  list.hidden = sections.length < 2;
  list.replaceChildren(
    ...sections.map(({ title, first, end, starts, ends }) => {
      const taken = elapsed.slice(first, end).reduce((sum, seconds) => sum + seconds, 0);
      const planned = ends - starts;
      const over = planned > 0 && taken >= planned + 1;
      const cells = [
        element("span", "", title === "" ? (slides[first]?.title ?? "") : title),
        element("span", over ? "over" : "", taken ? clockText(taken) : ""),
        element("span", "", planned ? clockText(planned) : ""),
      ];
      return element("li", first <= index && index < end ? "here" : "", ...cells);
    }),
  );
  const here = list.querySelector<HTMLElement>(".here");
  if (here && list.dataset["index"] !== String(index)) bringIntoView(here);
  list.dataset["index"] = String(index);
}

export function sectionsOf(slides: readonly OutlineSlide[]): Section[] {
  const found: Section[] = [];
  let clock = 0;
  slides.forEach((slide, index) => {
    const last = found.at(-1);
    const title = slide.section ?? "";
    const ends = clock + slide.seconds;
    if (last?.title === title) found[found.length - 1] = { ...last, end: index + 1, ends };
    else found.push({ title, first: index, end: index + 1, starts: clock, ends });
    clock = ends;
  });
  return found;
}
