// The deck as the server of a running show leads it.

import type { RevealApi } from "reveal.js";
import { commandOf } from "../shared/keys";
import type { PageView } from "../shared/messages";
import { watchGestures } from "./gestures";
import type { Panels } from "./panels";
import type { DeckView, Intent, ServedPage, SlideInfo, TerminalPanel } from "./view";

export class Follower implements DeckView {
  onNavigate?: ((intent: Intent) => void) | undefined;
  private readonly deck: RevealApi;
  private readonly panels: Panels;
  private known: readonly SlideInfo[] | undefined;

  constructor(deck: RevealApi, element: HTMLElement, panels: Panels) {
    this.deck = deck;
    this.panels = panels;
    for (const panel of panels.all) panel.terminal(1);
    watchGestures(element, (intent) => this.onNavigate?.(intent));
    document.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("click", (event) => this.click(event), true);
  }

  show(slideId: string, fragments: number): void {
    const index = this.sections().findIndex((section) => section.id === slideId);
    if (index >= 0) this.deck.slide(index, 0, fragments - 1);
  }

  terminal(demo: string, n: number): TerminalPanel {
    return this.panels.terminal(demo, n);
  }

  showPages(demo: string, pages: readonly ServedPage[]): void {
    const shown = this.panels.shown(demo);
    for (const panel of this.panels.of(demo)) panel.showPages(panel === shown ? pages : []);
  }

  pageView(view: PageView): void {
    for (const panel of this.panels.all) panel.pageView(view);
  }

  zoom(level: number): void {
    this.panels.zoom(level);
  }

  blank(on: boolean): void {
    this.deck.togglePause(on);
  }

  slides(): readonly SlideInfo[] {
    this.known ??= this.describe();
    return this.known;
  }

  current(): { slide: string; fragment: number } {
    const indices: { f?: number } = this.deck.getIndices(); // `f` is missing on a slide without fragments
    return { slide: this.deck.getCurrentSlide().id, fragment: (indices.f ?? -1) + 1 };
  }

  private describe(): SlideInfo[] {
    return this.sections().map((section) => {
      const demo = section.dataset["demo"] ?? null;
      const places = [...section.querySelectorAll<HTMLElement>(".fragment")].map((f) => f.dataset["fragmentIndex"]);
      return {
        id: section.id,
        title: section.getAttribute("aria-label") ?? section.id,
        fragments: new Set(places).size,
        demo,
        steps: demo === null ? [] : ([...(this.panels.of(demo)[0]?.steps ?? [])]),
      };
    });
  }

  private sections(): HTMLElement[] {
    return this.deck.getHorizontalSlides();
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
    const command = commandOf(event, false);
    if (command === "next" || command === "next-slide") this.onNavigate?.("next");
    else if (command === "back" || command === "previous-slide") this.onNavigate?.("previous");
    else return;
    event.preventDefault();
  }

  private click(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#/']") : null;
    if (!link) return;
    event.preventDefault();
    this.onNavigate?.({ slide: decodeURIComponent(link.getAttribute("href")?.slice(2) ?? "") });
  }
}

/** Whether keys pressed here are typed: into a field, or into a terminal that was taken over. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(".xterm")) return target.closest(".qd-takes-keys") !== null;
  return target.closest("input,textarea,select,[contenteditable]") !== null;
}
