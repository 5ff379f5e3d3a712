// The messages between a show and its pages.
// Written by `src/web/generate.py` from `quarterdeck/show/web/protocol.py`.

export const ZOOM_LIMIT = 3;
export const POINTS_LIMIT = 200;
export const TERMINAL_LIMIT = 262144;
export const WRONG_TOKEN = 4401;

export type Badge = "live" | "recorded" | "none";

export type StepProgress = "passed" | "failed" | "timed-out" | "interrupted" | "died" | "recorded" | "running" | "next" | "waiting";

export type PageName = "audience" | "preview" | "presenter" | "remote" | "stage";

export type Place = readonly [number, number];

export type Activity = "preparing" | "ready" | "running" | "broken";

export type Cover = "black" | "white";

export type Ink = "pen" | "highlighter";

export type Key = "next" | "back" | "next-slide" | "previous-slide" | "first" | "last" | "reset" | "rerun" | "interrupt" | "hold" | "recording" | "blank" | "white" | "type" | "terminal" | "larger" | "smaller" | "page" | "invite";

export type Move = "unblank" | "fragment" | "step" | "queue" | "wait" | "go-on" | "recording" | "slide" | "end";

export type PageView = "beside" | "large" | "closed";

/** The first message of every page: what it is, and the token if it may command. */
export interface Hello {
  readonly type: "hello";
  readonly page: PageName;
  readonly token?: string;
}

/** A message that moves the show: it counts for what the page showed when it was given, and at that time only. */
export interface Order {
  /** That of the state that the page showed. */
  readonly revision?: number;
  /** When it was given, by the show's own clock in seconds; pages know that from its beats. */
  readonly at?: number;
}

/** A command of the speaker that is one key. */
export interface Press extends Order {
  readonly type: "key";
  readonly key: Key;
}

/** Go to a slide. */
export interface GoTo extends Order {
  readonly type: "jump";
  /** Its id. */
  readonly slide: string;
}

/** Go to the slide of a demo, unless the show is there already. */
export interface OpenDemo extends Order {
  readonly type: "open";
  readonly demo: string;
}

/** What the speaker types into the terminal in front. */
export interface Typing extends Order {
  readonly type: "input";
  readonly data: string;
}

/** Where the speaker points on the slide; null for nowhere. */
export interface Pointing {
  readonly type: "point";
  readonly x: number | null;
  readonly y: number | null;
}

/** More points of a stroke on a slide. */
export interface Drawing {
  readonly type: "draw";
  /** Its id. */
  readonly slide: string;
  /** A name for the stroke that no other has. */
  readonly stroke: string;
  readonly ink: Ink;
  readonly points: readonly Place[];
}

/** Remove the last stroke of a slide, or all. */
export interface Erasing {
  readonly type: "erase";
  readonly slide: string;
  readonly whole: boolean;
}

/** The speaker's answer to a question. */
export interface Answer {
  readonly type: "answer";
  /** Its number: one that was asked meanwhile is not answered. */
  readonly question: number;
  readonly yes: boolean;
}

/** A slide with some of its fragments visible. */
export interface Position {
  readonly slide: string;
  readonly fragment: number;
}

/** Where the show is: sent to every page after each change. */
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
  readonly activity: Activity | null;
  readonly badge: Badge;
  /** What the audience sees instead of the slide. */
  readonly blank: Cover | null;
  /** Whether the speaker holds the step under way. */
  readonly held: boolean;
  readonly typing: boolean;
  /** The terminal of the slide's demo that is in front, from 1. */
  readonly terminal: number;
  /** How many commands the show has taken. */
  readonly revision: number;
  /** How much larger than placed the terminals' type is: a level from 0. */
  readonly zoom: number;
  /** Whether the audience is shown where to follow. */
  readonly inviting: boolean;
  /** How the pages that the slide's demo has opened are shown. */
  readonly page: PageView;
  /** What *next* would show. */
  readonly next: Position;
}

/** What *next* will do. */
export interface Upcoming {
  readonly move: Move;
  readonly text: string;
}

/** The clock of the talk; all times in seconds. */
export interface ClockReading {
  readonly elapsed: number;
  readonly running: boolean;
  readonly slideElapsed: number;
  readonly slidePlanned: number;
  /** When the plan leaves this slide. */
  readonly due: number;
  /** For the whole talk; 0 if nobody planned. */
  readonly planned: number;
  /** On each slide of the outline, over all visits. */
  readonly spent: readonly number[];
}

/** The state with what only the speaker's pages get. */
export interface SpeakerState extends State {
  readonly intent: Upcoming;
  readonly fault: string;
  /** Seconds since the step under way began; 0 if none is. */
  readonly stepElapsed: number;
  /** Seconds that it took when it was recorded; 0 if that is unknown. */
  readonly stepRecorded: number;
  /** Whether the slide's demo has opened a page. */
  readonly served: boolean;
  /** Whether the slide's demo has a recording. */
  readonly recorded: boolean;
  /** What the speaker should know besides; empty for nothing. */
  readonly notice: string;
  /** Whether there is an address for followers. */
  readonly invites: boolean;
  /** How many pages of the audience follow. */
  readonly pages: number;
  readonly engine: string;
  /** Of the terminals of the slide's demo, as they are now. */
  readonly columns: number;
  readonly rows: number;
  readonly clock: ClockReading;
}

/** A line of a step: typed, or expected to be printed. */
export interface StepLine {
  readonly kind: "typed" | "expected";
  readonly prompt: string;
  readonly text: string;
}

/** A step of a demo, for the speaker's pages. */
export interface OutlineStep {
  readonly id: string;
  readonly label: string;
  /** HTML, escaped by the server. */
  readonly narration: string;
  readonly terminal: number;
  readonly lines: readonly StepLine[];
}

/** A slide, for the speaker's pages. */
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

/** The slides with their notes; only for the speaker's pages. */
export interface Outline {
  readonly type: "outline";
  readonly slides: readonly OutlineSlide[];
}

/** The first of the messages that bring a page to the present, whatever it has seen before. */
export interface Snapshot {
  readonly type: "snapshot";
  readonly title: string;
  readonly role: "speaker" | "follower";
  /** Names the deck's page as it is now. */
  readonly edition: string;
  /** The show's own clock, in seconds. */
  readonly at: number;
}

/** A sign of life, about every second; a page that hears none for some seconds has lost the show. */
export interface Beat {
  readonly type: "beat";
  /** The show's own clock, in seconds. */
  readonly at: number;
}

/** What a demo would do. */
export interface QuestionLine {
  readonly demo: string;
  readonly text: string;
}

/** A question that only a speaker can decide; only for the speaker's pages. */
export interface Asked {
  readonly type: "question";
  /** 0: nothing is asked any more. */
  readonly number: number;
  readonly text: string;
  readonly lines: readonly QuestionLine[];
}

/** What a terminal of a demo printed. */
export interface Printed {
  readonly type: "output";
  readonly demo: string;
  readonly terminal: number;
  readonly data: string;
}

/** The terminals of a demo are empty. */
export interface TerminalsCleared {
  readonly type: "clear";
  readonly demo: string;
}

/** A page that a container serves, or served when its demo was recorded. */
export interface Served {
  readonly url: string;
  /** Another number: it is to be loaded again. */
  readonly number: number;
  /** The id of the step that opened it, by which pages find its recorded picture. */
  readonly step: string;
  /** The `data:` URL of a picture of it, taken when it was opened; only in the replay of a show. */
  readonly picture?: string;
}

/** The pages that a demo has opened, all of them; none closes those that are open. */
export interface PagesShown {
  readonly type: "pages";
  readonly demo: string;
  readonly pages: readonly Served[];
  /** Whether to load them; else their pictures are in their place, or cards with their addresses. */
  readonly framed: boolean;
  /** Whether containers serve them; else the demo plays its recording. */
  readonly live: boolean;
}

/** Where the speaker points on the slide; null for nowhere. */
export interface Pointer {
  readonly type: "point";
  readonly x: number | null;
  readonly y: number | null;
}

/** More points of a stroke on a slide. */
export interface StrokeDrawn {
  readonly type: "draw";
  readonly slide: string;
  readonly stroke: string;
  readonly ink: Ink;
  readonly points: readonly Place[];
}

/** A stroke was removed from a slide; null for all strokes. */
export interface StrokeErased {
  readonly type: "erase";
  readonly slide: string;
  readonly stroke: string | null;
}

/** The address for followers. */
export interface Invitation {
  readonly type: "invitation";
  readonly address: string;
  /** The rows of its QR code, `1` for a dark module. */
  readonly code: readonly string[];
}

/** How far the room is with the exercise of a slide. */
export interface ExerciseLine {
  /** Its id. */
  readonly slide: string;
  /** Empty if nobody knows. */
  readonly text: string;
}

/** Where attendees get their seats, and how far they are with the exercises. */
export interface Seats {
  readonly type: "seats";
  readonly address: string;
  /** What they type to get in. */
  readonly code: string;
  /** Those of the QR code that has both, `1` for a dark module. */
  readonly rows: readonly string[];
  readonly exercises: readonly ExerciseLine[];
}

/** A file that the audience may take home. */
export interface Download {
  readonly name: string;
  readonly label: string;
}

/** What the audience may take home. */
export interface Downloads {
  readonly type: "files";
  readonly files: readonly Download[];
}

/** The deck was replaced: the page should load again. */
export interface Reload {
  readonly type: "reload";
}

/** The speaker has ended the show: nothing more comes. */
export interface ShowEnded {
  readonly type: "ended";
}

/** What a show sends. */
export type ShowMessage =
  | State
  | SpeakerState
  | Outline
  | Snapshot
  | Beat
  | Asked
  | Printed
  | TerminalsCleared
  | PagesShown
  | Pointer
  | StrokeDrawn
  | StrokeErased
  | Invitation
  | Seats
  | Downloads
  | Reload
  | ShowEnded;

/** What a page sends. */
export type PageMessage =
  | Hello
  | Press
  | GoTo
  | OpenDemo
  | Typing
  | Pointing
  | Drawing
  | Erasing
  | Answer;
