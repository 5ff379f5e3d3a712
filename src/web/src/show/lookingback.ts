// A follower may look back at earlier slides, and returns to the show with one press.

import type { DeckView } from "../deck/view";

export class LookingBack {
  /** Whether the page shows something else than the show does. */
  away = false;
  private readonly view: DeckView;
  private readonly redraw: () => void;
  private readonly button = document.createElement("button");
  private slide = "";

  constructor(view: DeckView, redraw: () => void) {
    this.view = view;
    this.redraw = redraw;
    this.button.type = "button";
    this.button.className = "qd-return";
    this.button.textContent = "Back to the show";
    this.button.hidden = true;
    this.button.addEventListener("click", () => this.back());
    document.body.append(this.button);
  }

  /** Whether this page may look back at all. */
  allow(yes: boolean): void {
    if (!yes) {
      if (this.away) this.back();
      return;
    }
    this.view.onNavigate = (intent) => {
      const slides = this.view.slides();
      const { slide } = this.view.current();
      const here = slides.findIndex(({ id }) => id === slide);
      const live = slides.findIndex(({ id }) => id === this.slide);
      if (intent === "next") this.go(here + 1, live);
      else if (intent === "previous") this.go(here - 1, live);
      else this.go(slides.findIndex(({ id }) => id === intent.slide), live);
    };
  }

  /** Where the show is now. */
  live(slide: string, fragment: number): void {
    this.slide = slide;
    const here = this.view.current();
    if (this.away && here.slide === slide && here.fragment === fragment) this.back();
  }

  private go(index: number, live: number): void {
    const slides = this.view.slides();
    const target = slides[index];
    if (!target || index > live) return;
    if (index === live) {
      this.back();
      return;
    }
    this.away = true;
    this.button.hidden = false;
    this.view.show(target.id, target.fragments);
  }

  private back(): void {
    this.away = false;
    this.button.hidden = true;
    this.redraw();
  }
}
