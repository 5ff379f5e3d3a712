// One key for everything.  A demo's recorded steps are fragments after the slide's own, so reveal.js shows
// and undoes them, and keeps them in the page's address; the keys themselves are bound here, because a step
// that is still playing takes the next press for itself.

import type { RevealApi } from "reveal.js";
import { watchGestures } from "./gestures";
import type { Player } from "./player";

/** Key codes, as reveal.js binds them: space, page down, right, down, N, L, J; page up, left, up, P, H, K. */
const NEXT = [32, 34, 39, 40, 78, 76, 74];
const PREVIOUS = [33, 37, 38, 80, 72, 75];
/** What the arrow keys do in the overview. */
const ARROWS: Readonly<Record<string, "left" | "right" | "up" | "down">> = {
  ArrowLeft: "left",
  ArrowUp: "up",
  ArrowRight: "right",
  ArrowDown: "down",
};

/** Plays the recordings of an offline page as its slides and fragments come and go. */
export class Playback {
  private readonly deck: RevealApi;
  private readonly players: ReadonlyMap<HTMLElement, Player>;
  private playing = false;

  constructor(deck: RevealApi, element: HTMLElement, players: ReadonlyMap<HTMLElement, Player>) {
    this.deck = deck;
    this.players = players;
    for (const code of NEXT) deck.addKeyBinding(code, (event) => this.press(event, "next"));
    for (const code of PREVIOUS) deck.addKeyBinding(code, (event) => this.press(event, "previous"));
    watchGestures(element, (intent) => this.go(intent));
    for (const event of ["ready", "slidechanged", "fragmentshown", "fragmenthidden"]) {
      deck.on(event, () => this.synchronize());
    }
  }

  private press(event: KeyboardEvent, intent: "next" | "previous"): void {
    const arrow = ARROWS[event.key];
    if (this.deck.isOverview()) {
      if (arrow) this.deck[arrow]();
      else this.deck.toggleOverview(false);
    } else if (arrow && event.shiftKey) {
      this.deck.slide(intent === "next" ? this.deck.getHorizontalSlides().length - 1 : 0);
    } else {
      this.go(event.key === " " && event.shiftKey ? "previous" : intent);
    }
  }

  private go(intent: "next" | "previous"): void {
    if (intent === "next") this.next();
    else this.previous();
  }

  /** Finish the step that is playing; or else show the next fragment, play the next step, go to the next slide. */
  private next(): void {
    const player = this.players.get(this.deck.getCurrentSlide());
    if (player?.playing) {
      player.finish();
      return;
    }
    this.playing = true;
    if (!this.deck.nextFragment()) this.slide(1, -1);
    this.playing = false;
  }

  /** Undo what the last *next* did; the slide before is shown with all its fragments and steps. */
  private previous(): void {
    if (!this.deck.prevFragment()) this.slide(-1, Number.MAX_SAFE_INTEGER);
  }

  private slide(by: number, fragment: number): void {
    const { h } = this.deck.getIndices();
    const slide = this.deck.getHorizontalSlides()[h + by];
    if (!slide) return;
    const places = [...slide.querySelectorAll<HTMLElement>(".fragment")].map((f) => Number(f.dataset["fragmentIndex"]));
    this.deck.slide(h + by, 0, Math.min(fragment, Math.max(-1, ...places)));
  }

  private synchronize(): void {
    const slide = this.deck.getCurrentSlide();
    const steps = slide.querySelectorAll(".qd-step.visible").length;
    this.players.get(slide)?.go(steps, this.playing);
  }
}
