// The show that a page carries, in its `qd-show` element.

import type { ShowMessage } from "../../shared/messages";
import type { SlideInfo } from "../view";

/** A message, and the seconds since the talk began. */
export type Told = readonly [seconds: number, message: ShowMessage];

/** One stay at a slide. */
export interface Chapter {
  /** Seconds since the talk began. */
  readonly start: number;
  readonly title: string;
  /** The slide's number, from 1. */
  readonly number: number;
}

export function readShow(page: Document = document): readonly Told[] {
  const element = page.getElementById("qd-show");
  return JSON.parse(element?.textContent ?? "[]") as Told[];
}

export function chaptersOf(told: readonly Told[], slides: readonly SlideInfo[]): readonly Chapter[] {
  const titles = new Map(slides.map(({ id, title }) => [id, title]));
  const chapters: Chapter[] = [];
  let slide = "";
  for (const [start, message] of told) {
    if (message.type !== "state" || message.slide === slide) continue;
    slide = message.slide;
    // Slides that were passed in no time, before the talk began say, are none.
    if (chapters.at(-1)?.start === start) chapters.pop();
    chapters.push({ start, title: titles.get(slide) ?? slide, number: message.index + 1 });
  }
  return chapters;
}
