// What the speaker has drawn: a sheet over the slide that shows the strokes of the slide being shown.

import type { Ink, Place } from "../../shared/messages";

const SVG = "http://www.w3.org/2000/svg";
/** Of slides, in px; strokes are as wide on every slide. */
const WIDTH = 1280;
const HEIGHT = 720;

interface Stroke {
  readonly ink: Ink;
  readonly points: Place[];
}

export class Drawing {
  private readonly sheet = document.createElementNS(SVG, "svg");
  private readonly strokes = new Map<string, Map<string, Stroke>>();
  private slide = "";

  constructor() {
    this.sheet.setAttribute("class", "qd-drawing");
    this.sheet.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.sheet.setAttribute("aria-hidden", "true");
  }

  /** Begin a stroke of a slide, or make it longer. */
  draw(slide: string, stroke: string, ink: Ink, points: readonly Place[]): void {
    let strokes = this.strokes.get(slide);
    if (!strokes) this.strokes.set(slide, (strokes = new Map<string, Stroke>()));
    const drawn = strokes.get(stroke) ?? { ink, points: [] };
    drawn.points.push(...points);
    strokes.set(stroke, drawn);
    if (slide === this.slide) this.line(stroke, drawn);
  }

  /** Take a stroke of a slide away, or all. */
  erase(slide: string, stroke: string | null): void {
    if (stroke === null) this.strokes.delete(slide);
    else this.strokes.get(slide)?.delete(stroke);
    if (slide === this.slide) this.redraw();
  }

  clear(): void {
    this.strokes.clear();
    this.redraw();
  }

  /** Show the strokes of a slide. */
  show(slide: string): void {
    const slides = document.querySelector(".reveal .slides");
    if (slides && this.sheet.parentElement !== slides) slides.append(this.sheet);
    if (slide === this.slide) return;
    this.slide = slide;
    this.redraw();
  }

  private redraw(): void {
    this.sheet.replaceChildren();
    for (const [stroke, drawn] of this.strokes.get(this.slide) ?? []) this.line(stroke, drawn);
  }

  /** A light line under the coloured one of a pen, so that it is seen on any ground. */
  private line(stroke: string, { ink, points }: Stroke): void {
    let group = [...this.sheet.children].find((child) => child.getAttribute("data-stroke") === stroke);
    if (!group) {
      group = document.createElementNS(SVG, "g");
      group.setAttribute("data-stroke", stroke);
      group.setAttribute("data-ink", ink);
      group.append(document.createElementNS(SVG, "path"), document.createElementNS(SVG, "path"));
      this.sheet.append(group);
    }
    for (const path of group.children) path.setAttribute("d", pathOf(points));
  }
}

function pathOf(points: readonly Place[]): string {
  const at = ([x, y]: Place): string => `${(x * WIDTH).toFixed(1)} ${(y * HEIGHT).toFixed(1)}`;
  const [first, ...rest] = points.map(at);
  if (first === undefined) return "";
  // A dot is a line that goes nowhere, with round ends.
  return `M${first}${rest.length ? rest.map((place) => `L${place}`).join("") : `L${first}`}`;
}
