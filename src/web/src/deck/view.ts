// What leads a deck from outside sees of it: the page of a running show is driven through this.

import type { PageView } from "../shared/messages";

/** Where a terminal's output comes from. */
export type Badge = "live" | "recorded" | "none";

/** How a step, or the whole demo, stands. */
export type StepState = "waiting" | "running" | "passed" | "failed" | "recorded";

/** One terminal in the panel of a slide's demo. */
export interface TerminalPanel {
  /** Output, as the terminal receives it; escape sequences may be cut anywhere. */
  write(data: string): void;
  /** A fresh, empty terminal. */
  reset(): void;
  /** Be the one that is seen. */
  front(): void;
  badge(kind: Badge): void;
  /** A few words beside the demo's title, and what colour they have. */
  status(text: string, state: StepState): void;
  /** The state of one step's dot, by the step's id. */
  step(id: string, state: StepState): void;
  /** What is typed into it.  While it isn't set, the terminal takes no keys. */
  onInput?: ((data: string) => void) | undefined;
  /** Have the keys again, where something else has got them, and `onInput` is set. */
  takeKeys(): void;
}

/** A page that a container serves, or served. */
export interface ServedPage {
  readonly url: string;
  /** Another number: it is loaded again. */
  readonly number: number;
  /** The id of the step that opened it. */
  readonly step: string;
  /** What stands in its place: the page itself, its picture where there is one, or a card with its address. */
  readonly form: "frame" | "picture" | "card";
  /** The source of a picture that was taken of it in this show; without one, the picture of its recording is taken. */
  readonly picture?: string | undefined;
  /** What a card says. */
  readonly about: string;
  /** What the bar says beside the address of a picture; empty for nothing. */
  readonly mark: string;
}

export interface SlideInfo {
  readonly id: string;
  readonly title: string;
  /** How many fragments appear one by one, the demo's steps not counted. */
  readonly fragments: number;
  readonly demo: string | null;
  /** The ids of the demo's shown steps. */
  readonly steps: readonly string[];
}

/** Where a page asks to go; only pages that may command ask. */
export type Intent = "next" | "previous" | { readonly slide: string };

export interface DeckView {
  /** Show a slide with so many of its fragments visible. */
  show(slideId: string, fragments: number): void;
  /** The `n`th terminal of a demo, from 1. */
  terminal(demo: string, n: number): TerminalPanel;
  /** Show what containers serve over the demo's terminal: these pages, and no others. */
  showPages(demo: string, pages: readonly ServedPage[]): void;
  /** How large the pages of containers are. */
  pageView(view: PageView): void;
  /** Larger type in all terminals, by a level from 0. */
  zoom(level: number): void;
  /** Black out the slide. */
  blank(on: boolean): void;
  slides(): readonly SlideInfo[];
  current(): { readonly slide: string; readonly fragment: number };
  /** Set where the page may command; keys, swipes and clicks on links then go there. */
  onNavigate?: ((intent: Intent) => void) | undefined;
}
