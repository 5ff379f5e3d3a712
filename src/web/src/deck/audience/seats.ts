// At an exercise: where attendees get their seats, and how far the room is, in the lower margin of the slide.

import { element, plain, setText } from "../../shared/elements";
import type { Seats } from "../../shared/messages";

export class SeatStrip {
  private readonly strip = element("aside", "qd-seats");
  private readonly address = element("strong");
  private readonly code = element("strong");
  private readonly standing = element("span", "qd-standing");
  private lines = new Map<string, string>();

  /** @param parent What has the size of a slide. */
  constructor(parent: Element | null) {
    this.strip.setAttribute("aria-label", "Seats");
    this.strip.hidden = true;
    const code = element("span", "", "Code ", this.code);
    this.strip.append(element("span", "", "Your seat ", this.address), code, this.standing);
    parent?.append(this.strip);
  }

  fill({ address, code, exercises }: Seats): void {
    setText(this.address, plain(address));
    setText(this.code, code);
    this.lines = new Map(exercises.map(({ slide, text }) => [slide, text]));
  }

  /** Nothing is known any more. */
  clear(): void {
    this.lines.clear();
  }

  /** Show what belongs to a slide, and whether there is any. */
  show(slide: string): boolean {
    const text = this.lines.get(slide);
    this.strip.hidden = text === undefined;
    setText(this.standing, text ?? "");
    return text !== undefined;
  }
}
