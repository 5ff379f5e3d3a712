// A follower may look back at earlier slides, and returns to the show with one press.

import { ON_THIS_MACHINE } from "../../shared/connection";
import { element, setText } from "../../shared/elements";
import type { Download } from "../../shared/messages";
import type { DeckView } from "../view";

/** How long the bar stays after the last sign of its reader, in milliseconds. */
const PATIENCE = 3500;

export class Lookback {
  /** Whether the page shows something else than the show does. */
  away = false;
  private readonly view: DeckView;
  private readonly redraw: () => void;
  private readonly bar = element("nav", "qd-followbar");
  private readonly place = element("span", "qd-place");
  private readonly back = button("‹", "The slide before", () => this.step(-1));
  private readonly forth = button("›", "The next slide", () => this.step(1));
  private readonly live = button("", "", () => this.stay());
  private readonly files = element("span", "qd-files");
  private slide = "";
  private timer = 0;
  private allowed = false;

  /** @param overview Opens the overview of the slides that were shown. */
  constructor(view: DeckView, redraw: () => void, overview: () => void) {
    this.view = view;
    this.redraw = redraw;
    this.live.className = "qd-return";
    const grid = button("Overview", "", overview);
    this.bar.setAttribute("aria-label", "Follow the show");
    this.bar.append(this.back, this.place, this.forth, grid, this.live, this.files);
    this.bar.hidden = true;
    document.body.append(this.bar);
    for (const sign of ["pointermove", "pointerdown", "focusin"]) document.addEventListener(sign, () => this.wake());
  }

  /** Whether this page may look back at all. */
  allow(yes: boolean): void {
    this.allowed = yes;
    this.bar.hidden = !yes;
    if (!yes) {
      if (this.away) this.stay();
      return;
    }
    this.view.onNavigate = (intent) => {
      if (intent === "next") this.step(1);
      else if (intent === "previous") this.step(-1);
      else this.go(intent.slide);
    };
  }

  /** How many slides may be seen, from the first: those up to where the show is. */
  get reach(): number {
    return this.indexOf(this.slide) + 1;
  }

  /** Where the show is now. */
  follow(slide: string, fragment: number): void {
    this.slide = slide;
    const here = this.view.current();
    if (this.away && here.slide === slide && here.fragment === fragment) this.away = false;
    this.draw();
  }

  /** What may be taken home. */
  offer(files: readonly Download[]): void {
    const links = files.map(({ name, label }) => {
      const link = element("a", "", label);
      link.href = `/files/${encodeURIComponent(name)}`;
      link.download = name;
      return link;
    });
    this.files.replaceChildren(...(links.length ? [element("span", "", "Take it home:"), ...links] : []));
    // On this machine the page may be on the projector: there the bar waits for the mouse.
    this.bar.classList.toggle("qd-offering", links.length > 0 && !ON_THIS_MACHINE);
  }

  /** Go to a slide that was shown already. */
  go(slide: string): void {
    const index = this.indexOf(slide);
    const live = this.indexOf(this.slide);
    const target = this.view.slides()[index];
    if (!this.allowed || !target || index > live) return;
    if (index === live) {
      this.stay();
      return;
    }
    this.away = true;
    this.view.show(target.id, target.fragments);
    this.draw();
    this.redraw();
  }

  private step(by: number): void {
    const next = this.view.slides()[this.indexOf(this.view.current().slide) + by];
    if (next) this.go(next.id);
  }

  /** Be where the show is from now on. */
  private stay(): void {
    this.away = false;
    this.redraw();
    this.draw();
  }

  private draw(): void {
    const here = this.indexOf(this.away ? this.view.current().slide : this.slide);
    const behind = this.indexOf(this.slide) - here;
    setText(this.place, `${here + 1} / ${this.view.slides().length}`);
    setText(this.live, this.away ? `Back to live · ${behind === 1 ? "1 slide" : `${behind} slides`} behind` : "Live");
    this.live.disabled = !this.away;
    this.back.disabled = here <= 0;
    this.forth.disabled = behind <= 0;
    this.bar.classList.toggle("qd-away", this.away);
  }

  private wake(): void {
    this.bar.classList.add("qd-awake");
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.bar.classList.remove("qd-awake"), PATIENCE);
  }

  private indexOf(slide: string): number {
    return this.view.slides().findIndex(({ id }) => id === slide);
  }
}

function button(text: string, label: string, press: () => void): HTMLButtonElement {
  const made = element("button", "", text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", () => {
    press();
    made.blur(); // the keys are the slides' again
  });
  return made;
}
