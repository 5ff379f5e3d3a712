// One key for everything.  A demo's recorded steps are fragments after the slide's own, so reveal.js'
// keys, swipes, buttons and addresses work for them too.  All of them end in the deck's `next` and
// `prev`, which are replaced here.

import type { RevealApi } from "reveal.js";
import type { Player } from "./player";

/** Plays the recordings of an offline page as its slides and fragments come and go. */
export class Playback {
  private readonly deck: RevealApi;
  private readonly players: ReadonlyMap<HTMLElement, Player>;
  private playing = false;

  constructor(deck: RevealApi, players: ReadonlyMap<HTMLElement, Player>) {
    this.deck = deck;
    this.players = players;
    deck.next = () => this.next();
    deck.prev = () => this.previous();
    for (const event of ["ready", "slidechanged", "fragmentshown", "fragmenthidden"]) {
      deck.on(event, () => this.synchronize());
    }
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
    const last = slide.querySelectorAll(".fragment").length - 1;
    this.deck.slide(h + by, 0, Math.min(fragment, last));
  }

  private synchronize(): void {
    const slide = this.deck.getCurrentSlide();
    const steps = slide.querySelectorAll(".qd-step.visible").length;
    this.players.get(slide)?.go(steps, this.playing);
  }
}
