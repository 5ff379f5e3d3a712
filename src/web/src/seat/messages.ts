// The messages between an attendee's page, the front desk and the seat.
// Written by `src/web/generate.py` from `quarterdeck/seats/messages.py`.

export const INPUT_LIMIT = 4096;
export const COLUMNS_ALLOWED = [20, 240] as const;
export const ROWS_ALLOWED = [4, 80] as const;

export type SeatWord = "verify" | "hint" | "reset";

export type Ending = "expired" | "idle" | "closed";

/** What is typed into the terminal. */
export interface Input {
  readonly type: "input";
  readonly data: string;
}

/** How many cells of a terminal the page has room for. Several pages may show one terminal: it has the size that the page in use has room for. */
export interface Size {
  readonly type: "size";
  readonly columns: number;
  readonly rows: number;
}

/** Leave the exercise under way, which removes what was made in it, and begin another or the same one. */
export interface Begin {
  readonly type: "begin";
  readonly exercise: string;
}

/** A button for what can be typed at the prompt as well; the answer is in the next `Status`. */
export interface Word {
  readonly type: "word";
  readonly word: SeatWord;
}

/** Show the page that a container serves at a port of the seat: the desk answers with `PageAt`. */
export interface Open {
  readonly type: "open";
  readonly port: number;
}

/** Whether the attendee asks for help. */
export interface Stuck {
  readonly type: "stuck";
  readonly on: boolean;
}

/** Whether the organiser may use the attendee's terminal; `false` also ends it. */
export interface Consent {
  readonly type: "consent";
  readonly yes: boolean;
}

/** An exercise of the workshop. */
export interface Exercise {
  readonly name: string;
  readonly title: string;
  readonly checks: number;
  readonly hints: number;
  /** How long it is meant to take; null where nobody says. */
  readonly minutes: number | null;
}

/** How far an attendee is with an exercise, by the checks when they ran last. */
export interface Progress {
  readonly passed: number;
  /** How many ran; 0 before the first `verify`. */
  readonly checks: number;
  /** How many hints were shown, each counted once. */
  readonly hints: number;
  /** Whether all checks have passed at any time: a reset or another exercise takes nothing away. */
  readonly done: boolean;
  /** What the checks that failed say is still to do. */
  readonly missing: readonly string[];
}

/** How a seat is: sent to its pages after each change, and to the desk when it asks. */
export interface Status {
  readonly type: "status";
  /** Seconds since the seat's server started: less than before is another seat. */
  readonly up: number;
  /** The name of the one that was begun last; null before the first. */
  readonly exercise: string | null;
  readonly exercises: readonly Exercise[];
  /** By the exercise's name; those that were never begun are missing. */
  readonly progress: Readonly<Record<string, Progress>>;
  /** Where containers of the exercise under way may serve pages, by its script. */
  readonly ports: readonly number[];
  /** Whether the exercise can't be asked anything now: it is prepared, checked or removed. */
  readonly busy: boolean;
  /** Why the exercise has ended by itself, or empty; to begin it again may help. */
  readonly fault: string;
  /** The terminal's size, which pages with room for another one show smaller or with an edge. */
  readonly columns: number;
  readonly rows: number;
}

/** What the terminal printed. */
export interface Printed {
  readonly type: "output";
  readonly data: string;
}

/** The first message on every connection: whose seat it is. */
export interface Welcome {
  readonly type: "welcome";
  /** The desk's clock, in seconds since 1970. */
  readonly at: number;
  /** The workshop's title. */
  readonly workshop: string;
  /** The attendee's, as given at the door. */
  readonly name: string;
  /** When the seat is closed, by the desk's clock. */
  readonly expires: number;
  /** Whether the attendee has asked for help. */
  readonly stuck: boolean;
  /** Whether the desk has the slides for attendees, at `/slides`. */
  readonly slides: boolean;
  /** Whether the desk has the attendees' kit, at `/kit`. */
  readonly kit: boolean;
}

/** A sign of life, about every second; a page that hears none for some seconds has lost the desk. */
export interface Beat {
  readonly type: "beat";
  /** The desk's clock, in seconds since 1970. */
  readonly at: number;
}

/** There is no seat yet. */
export interface Waiting {
  readonly type: "waiting";
  /** How many get one before; 0 while this attendee's is being made ready. */
  readonly position: number;
}

/** The seat doesn't answer: the desk looks for it, or starts it elsewhere. */
export interface Away {
  readonly type: "away";
}

/** The seat was started again elsewhere: at its exercise, with what was done kept, and without its containers. */
export interface Moved {
  readonly type: "moved";
}

/** What the organiser tells everybody; empty takes back what was told. */
export interface Notice {
  readonly type: "notice";
  readonly text: string;
}

/** When the seat is closed, because that has changed, or will be soon. */
export interface Expires {
  readonly type: "expires";
  /** By the desk's clock. */
  readonly at: number;
}

/** The organiser would like to use the attendee's terminal: the page asks, and answers with `Consent`. */
export interface HelpAsked {
  readonly type: "help-asked";
  /** Who asks; empty for the organiser. */
  readonly by: string;
}

/** Whether the organiser sees and uses the terminal now, which the page shows as long as it is so. */
export interface Helping {
  readonly type: "helping";
  readonly on: boolean;
  readonly by: string;
}

/** Whether the attendee has asked for help: it was asked in another tab, or the organiser has seen to it. */
export interface Called {
  readonly type: "called";
  readonly on: boolean;
}

/** The address at which a browser is let in to the page at a port of the seat; `?to=` names a path in it. */
export interface PageAt {
  readonly type: "page";
  readonly port: number;
  /** Empty where it can't be reached. */
  readonly url: string;
}

/** The seat is over, with all that was made in it: nothing more comes. */
export interface Ended {
  readonly type: "ended";
  readonly reason: Ending;
}

/** What the page gets. */
export type SeatMessage =
  | Status
  | Printed
  | Welcome
  | Beat
  | Waiting
  | Away
  | Moved
  | Notice
  | Expires
  | HelpAsked
  | Helping
  | Called
  | PageAt
  | Ended;

/** What the page sends. */
export type SeatPageMessage =
  | Input
  | Size
  | Begin
  | Word
  | Open
  | Stuck
  | Consent;
