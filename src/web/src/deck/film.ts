// The deck as a camera sees it: any moment of it at once, without keys, clocks and transitions.
//
// `quarterdeck film` opens the offline page with `?film`, asks for one moment after the other through
// `quarterdeckFilm`, and takes a picture of each.

import type { RevealApi } from "reveal.js";
import type { Player } from "./player";

export class Film {
  private readonly deck: RevealApi;
  private readonly players: ReadonlyMap<HTMLElement, Player>;
  private readonly fit: () => void;
  private slide = "";
  private shown = "";

  /** @param fit Fits the terminals of the slide that is shown to its scale. */
  constructor(deck: RevealApi, players: ReadonlyMap<HTMLElement, Player>, fit: () => void) {
    this.deck = deck;
    this.players = players;
    this.fit = fit;
    // Nobody can press the key that an empty panel invites to press.
    for (const screens of document.querySelectorAll("[data-first]")) screens.removeAttribute("data-first");
  }

  /**
   * Show a moment; it is drawn when the promise is fulfilled.
   *
   * @param id The slide's id.
   * @param fragments How many of its own fragments have appeared.
   * @param step The step of its demo that is seen, from 1; 0 before the first.
   * @param outputs How many outputs of that step have been written.
   */
  async show(id: string, fragments: number, step: number, outputs: number): Promise<boolean> {
    const slide = document.getElementById(id);
    if (!slide) throw new Error(`no slide ${id}`);
    const place = `${id} ${fragments} ${step}`;
    if (place !== this.shown) {
      this.shown = place;
      this.deck.slide(this.deck.getIndices(slide).h, 0, fragments + step - 1);
    }
    await this.players.get(slide)?.at(step, outputs);
    await Promise.all([...slide.querySelectorAll("img")].map((image) => image.decode().catch(() => undefined)));
    await drawn();
    if (id !== this.slide) {
      // xterm.js draws nothing until it has seen that it is visible; only then are its cells of their final size.
      this.slide = id;
      this.fit();
      await drawn();
    }
    return true;
  }
}

/** What was written is drawn in the next frame; in the one after it the page has been laid out for that. */
async function drawn(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}
