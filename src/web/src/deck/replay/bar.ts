// The bar under a replayed show: play, the slides, the time, the speed.

import { clockText } from "../../shared/clock";
import type { Chapter } from "./recorded";

const SPEEDS = [1, 1.25, 1.5, 2, 4] as const;

export interface Controls {
  toggle(): void;
  /** To a moment, in seconds. */
  seek(seconds: number): void;
  speed(speed: number): void;
}

export class Bar {
  private readonly chapters: readonly Chapter[];
  private readonly length: number;
  private readonly button = document.createElement("button");
  private readonly slider = document.createElement("input");
  private readonly time = document.createElement("span");
  private readonly slides = document.createElement("select");

  constructor(chapters: readonly Chapter[], length: number, controls: Controls) {
    this.chapters = chapters;
    this.length = length;
    const bar = document.createElement("div");
    bar.className = "qd-replay-bar";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "Replay of the show");

    this.button.type = "button";
    this.button.addEventListener("click", () => controls.toggle());
    this.playing(false);

    this.slider.type = "range";
    this.slider.min = "0";
    this.slider.max = String(length);
    this.slider.step = "0.1";
    this.slider.setAttribute("aria-label", "Time");
    this.slider.addEventListener("input", () => controls.seek(Number(this.slider.value)));

    this.time.className = "qd-replay-time";

    this.slides.setAttribute("aria-label", "Slide");
    chapters.forEach(({ start, number, title }, index) => {
      this.slides.add(new Option(`${clockText(start)}  ${number}. ${title}`, String(index)));
    });
    this.slides.addEventListener("change", () => controls.seek(chapters[this.slides.selectedIndex]?.start ?? 0));

    const speeds = document.createElement("select");
    speeds.setAttribute("aria-label", "Speed");
    for (const speed of SPEEDS) speeds.add(new Option(`${speed}×`, String(speed)));
    speeds.addEventListener("change", () => controls.speed(Number(speeds.value)));

    bar.append(this.button, this.slider, this.time, this.slides, speeds);
    document.body.append(bar);
  }

  playing(yes: boolean): void {
    this.button.textContent = yes ? "❚❚" : "►";
    this.button.setAttribute("aria-label", yes ? "Pause" : "Play");
  }

  show(seconds: number): void {
    const chapter = this.chapters.findLastIndex(({ start }) => start <= seconds);
    const text = `${clockText(seconds)} of ${clockText(this.length)}`;
    this.slider.value = String(seconds);
    this.slider.setAttribute("aria-valuetext", `${text}, ${this.chapters[chapter]?.title ?? ""}`);
    if (this.time.textContent !== text) this.time.textContent = text;
    if (document.activeElement !== this.slides) this.slides.selectedIndex = chapter;
  }
}
