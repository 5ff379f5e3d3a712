// What a show tells its pages, and what pages tell a show.  The other end is `quarterdeck/show/web/protocol.py`.

export type Key =
  | "next"
  | "back"
  | "next-slide"
  | "previous-slide"
  | "first"
  | "last"
  | "reset"
  | "rerun"
  | "interrupt"
  | "hold"
  | "recording"
  | "blank"
  | "white"
  | "type"
  | "terminal"
  | "larger"
  | "smaller"
  | "invite";

/** How a step stands: how it ended, or that it has not. */
export type StepProgress =
  | "passed"
  | "failed"
  | "timed-out"
  | "interrupted"
  | "died"
  | "recorded"
  | "running"
  | "next"
  | "waiting";

export type Cover = "black" | "white";

/** What is drawn with. */
export type Ink = "pen" | "highlighter";

/** All times in seconds. */
export interface ClockReading {
  readonly elapsed: number;
  readonly running: boolean;
  readonly slideElapsed: number;
  readonly slidePlanned: number;
  /** When the plan leaves this slide. */
  readonly due: number;
  /** For the whole talk; 0 when nobody planned. */
  readonly planned: number;
}

export interface State {
  readonly type: "state";
  readonly slide: string;
  /** The slide's place, from 0. */
  readonly index: number;
  readonly count: number;
  readonly fragment: number;
  readonly demo: string | null;
  readonly steps: readonly StepProgress[];
  readonly status: string;
  /** The command being run, or how the last one ended; empty for neither. */
  readonly caption: string;
  readonly activity: "preparing" | "ready" | "running" | "broken" | null;
  readonly badge: "live" | "recorded" | "none";
  /** What the audience sees instead of the slide. */
  readonly blank: Cover | null;
  /** Whether the speaker holds the step under way. */
  readonly held: boolean;
  readonly typing: boolean;
  /** The terminal of the slide's demo that is in front, from 1. */
  readonly terminal: number;
  /** How much larger than placed the terminals' type is: a level from 0. */
  readonly zoom: number;
  /** Whether the audience is shown where to follow. */
  readonly inviting: boolean;
  /** What *next* would show. */
  readonly next: { readonly slide: string; readonly fragment: number };
}

/** What only the speaker's pages are told. */
export interface SpeakerState extends State {
  readonly intent: { readonly move: string; readonly text: string };
  readonly fault: string;
  /** What the speaker should know besides; empty for nothing. */
  readonly notice: string;
  /** Whether there is somewhere for others to follow. */
  readonly invites: boolean;
  /** How many pages of the audience follow. */
  readonly pages: number;
  readonly engine: string;
  readonly clock: ClockReading;
}

export interface StepLine {
  readonly kind: "typed" | "expected";
  readonly prompt: string;
  readonly text: string;
}

export interface OutlineStep {
  readonly id: string;
  readonly label: string;
  /** HTML, escaped by the server. */
  readonly narration: string;
  readonly terminal: number;
  readonly lines: readonly StepLine[];
}

export interface OutlineSlide {
  readonly id: string;
  readonly title: string;
  readonly section: string | null;
  readonly fragments: number;
  readonly seconds: number;
  /** HTML, escaped by the server. */
  readonly notes: string;
  readonly demo: string | null;
  readonly steps: readonly OutlineStep[];
}

export interface Snapshot {
  readonly type: "snapshot";
  readonly title: string;
  readonly role: "speaker" | "follower";
  /** Names the deck's page as it is now. */
  readonly edition: string;
}

/** A file that the audience may take home. */
export interface TakenHome {
  readonly name: string;
  readonly label: string;
}

/** A place on the slide, in shares of its width and height. */
export type Place = readonly [x: number, y: number];

export type ShowMessage =
  | State
  | SpeakerState
  | Snapshot
  | { readonly type: "outline"; readonly slides: readonly OutlineSlide[] }
  | { readonly type: "output"; readonly demo: string; readonly terminal: number; readonly data: string }
  | { readonly type: "clear"; readonly demo: string }
  | { readonly type: "page"; readonly demo: string; readonly url: string | null }
  | { readonly type: "point"; readonly x: number | null; readonly y: number | null }
  | { readonly type: "draw"; readonly slide: string; readonly stroke: string; readonly ink: Ink; readonly points: readonly Place[] }
  /** A stroke, or with null all of a slide. */
  | { readonly type: "erase"; readonly slide: string; readonly stroke: string | null }
  /** Where to follow; the rows of its QR code, `1` for a dark module. */
  | { readonly type: "invitation"; readonly address: string; readonly code: readonly string[] }
  | { readonly type: "files"; readonly files: readonly TakenHome[] }
  | { readonly type: "reload" };

export type PageMessage =
  | { readonly type: "key"; readonly key: Key }
  | { readonly type: "jump"; readonly slide: string }
  | { readonly type: "open"; readonly demo: string }
  | { readonly type: "input"; readonly data: string }
  | { readonly type: "point"; readonly x: number | null; readonly y: number | null }
  | { readonly type: "draw"; readonly slide: string; readonly stroke: string; readonly ink: Ink; readonly points: readonly Place[] }
  | { readonly type: "erase"; readonly slide: string; readonly whole: boolean };
