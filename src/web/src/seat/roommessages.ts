// The messages between the organiser's room and the front desk.
// Written by `src/web/generate.py` from `quarterdeck/seats/desk/roommessages.py`.

import type { Ending, Exercise, Progress } from "./messages";

export const NOTICE_LIMIT = 500;

export type Where = "waiting" | "starting" | "ready" | "silent" | "ended";

/** The first message of a page, or of a connection to an attendee's terminal. */
export interface RoomHello {
  readonly type: "hello";
  readonly token: string;
  /** Whose terminal it is about; null for the room. */
  readonly attendee: string | null;
}

/** Tell everybody; an empty text takes it back. */
export interface Announce {
  readonly type: "announce";
  readonly text: string;
}

/** Ask an attendee whether the organiser may use the terminal. */
export interface AskHelp {
  readonly type: "ask";
  readonly attendee: string;
}

/** The terminal isn't needed any more. */
export interface LeaveHelp {
  readonly type: "leave";
  readonly attendee: string;
}

/** The organiser has seen to an attendee who asked for help. */
export interface Seen {
  readonly type: "seen";
  readonly attendee: string;
}

/** Begin an attendee's exercise again. */
export interface Reset {
  readonly type: "reset";
  readonly attendee: string;
}

/** Give more time. */
export interface Extend {
  readonly type: "extend";
  /** Null for everybody. */
  readonly attendee: string | null;
  readonly minutes: number;
}

/** Close a seat. */
export interface End {
  readonly type: "end";
  /** Null for all. */
  readonly attendee: string | null;
}

/** An attendee. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly exercise: string | null;
  readonly progress: Readonly<Record<string, Progress>>;
  /** Since when help is asked for, by the desk's clock. */
  readonly stuck: number | null;
  readonly where: Where;
  /** How many get a seat before. */
  readonly position: number;
  readonly host: string;
  /** How often the seat was lost with its host. */
  readonly moved: number;
  readonly ended: Ending | null;
  readonly expires: number;
  /** When something was done last. */
  readonly active: number;
  /** How many pages are open. */
  readonly pages: number;
  /** `asked`, `granted` or `refused` where the organiser has asked for the terminal. */
  readonly help: string | null;
  /** Why there is no exercise under way. */
  readonly fault: string;
}

/** A host. */
export interface HostLine {
  readonly name: string;
  readonly seats: number;
  /** Those of them that nobody has. */
  readonly warm: number;
  /** How many more it can take; null for one that doesn't answer. */
  readonly room: number | null;
}

/** What went wrong with a host. */
export interface FaultLine {
  readonly at: number;
  readonly host: string;
  readonly text: string;
}

/** The whole room. */
export interface Room {
  readonly type: "room";
  /** The desk's clock, in seconds since 1970. */
  readonly at: number;
  readonly title: string;
  readonly code: string;
  /** Where attendees go. */
  readonly address: string;
  /** Its QR code, `1` for a dark module. */
  readonly rows: readonly string[];
  /** The most seats at a time. */
  readonly count: number;
  readonly exercises: readonly Exercise[];
  readonly people: readonly Person[];
  readonly hosts: readonly HostLine[];
  readonly notice: string;
  readonly faults: readonly FaultLine[];
  /** Wrong codes so far. */
  readonly wrong: number;
}

/** A sign of life, about every second. */
export interface RoomBeat {
  readonly type: "beat";
  readonly at: number;
}

/** What the page gets. */
export type RoomMessage =
  | Room
  | RoomBeat;

/** What the page sends. */
export type RoomPageMessage =
  | RoomHello
  | Announce
  | AskHelp
  | LeaveHelp
  | Seen
  | Reset
  | Extend
  | End;
