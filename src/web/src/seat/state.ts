// What an attendee's page knows, and how each message changes it.  Nothing is drawn here.

import type { Contact } from "../shared/lifeline";
import type { Ending, Exercise, Progress, SeatMessage, Status, Welcome } from "./messages";

/** Seconds before the end at which the page begins to warn. */
export const WARNING = 15 * 60;
const NOTHING_DONE: Progress = { passed: 0, checks: 0, hints: 0, done: false, missing: [] };

export interface SeatView {
  readonly contact: Contact;
  readonly welcome: Welcome | undefined;
  readonly status: Status | undefined;
  /** How many get a seat before this attendee; undefined for one who doesn't wait. */
  readonly waiting: number | undefined;
  /** Whether the seat doesn't answer. */
  readonly away: boolean;
  /** Whether the seat was started anew elsewhere, which the attendee hasn't seen to yet. */
  readonly moved: boolean;
  readonly notice: string;
  /** When the seat is closed, in seconds by the desk's clock. */
  readonly expires: number | undefined;
  /** What the desk's clock is ahead of the page's, in seconds. */
  readonly ahead: number;
  readonly stuck: boolean;
  /** Who asks to use the terminal; undefined for nobody. */
  readonly asks: string | undefined;
  /** Who uses it; undefined for nobody. */
  readonly helps: string | undefined;
  /** Where a browser reaches the pages of containers, by their ports; empty for those that can't be reached. */
  readonly pages: Readonly<Record<number, string>>;
  readonly ended: Ending | undefined;
}

export const BEGINNING: SeatView = {
  contact: "lost",
  welcome: undefined,
  status: undefined,
  waiting: undefined,
  away: false,
  moved: false,
  notice: "",
  expires: undefined,
  ahead: 0,
  stuck: false,
  asks: undefined,
  helps: undefined,
  pages: {},
  ended: undefined,
};

/** The view after a message; `now` is the page's clock in seconds. */
export function after(view: SeatView, message: SeatMessage, now: number): SeatView {
  switch (message.type) {
    case "welcome":
      return {
        ...BEGINNING,
        contact: "there",
        status: view.status,
        moved: view.moved,
        welcome: message,
        expires: message.expires,
        ahead: message.at - now,
        stuck: message.stuck,
        pages: view.pages,
      };
    case "beat":
      return { ...view, ahead: message.at - now };
    case "status":
      return { ...view, status: message, waiting: undefined, away: false };
    case "waiting":
      return { ...view, waiting: message.position, away: false, status: undefined };
    case "away":
      return { ...view, away: true };
    case "moved":
      return { ...view, moved: true, pages: {} };
    case "notice":
      return { ...view, notice: message.text };
    case "expires":
      return { ...view, expires: message.at };
    case "help-asked":
      return { ...view, asks: message.by || "The organiser" };
    case "helping":
      return { ...view, asks: undefined, helps: message.on ? message.by || "The organiser" : undefined };
    case "called":
      return { ...view, stuck: message.on };
    case "page":
      return { ...view, pages: { ...view.pages, [message.port]: message.url } };
    case "ended":
      return { ...view, ended: message.reason, contact: "ended", asks: undefined, helps: undefined, moved: false };
    case "output":
      return view;
  }
}

export function exerciseOf(view: SeatView): Exercise | undefined {
  return view.status?.exercises.find(({ name }) => name === view.status?.exercise);
}

/** The one after it that isn't done; after the last, the first of those. */
export function nextOf(status: Status): Exercise | undefined {
  const place = status.exercises.findIndex(({ name }) => name === status.exercise);
  const others = [...status.exercises.slice(place + 1), ...status.exercises.slice(0, Math.max(0, place))];
  return others.find(({ name }) => !progressOf(status, name).done);
}

export function progressOf(status: Status | undefined, name: string | null | undefined): Progress {
  return status?.progress[name ?? ""] ?? NOTHING_DONE;
}

/** Seconds until the seat is closed. */
export function secondsLeft(view: SeatView, now: number): number {
  return view.expires === undefined ? Infinity : Math.max(0, view.expires - (now + view.ahead));
}

/** What is said of the time that is left, or nothing while there is enough. */
export function expiryText(view: SeatView, now: number): string {
  const left = secondsLeft(view, now);
  if (left > WARNING || view.ended) return "";
  const minutes = Math.ceil(left / 60);
  const when = minutes > 1 ? `in ${minutes} minutes` : left > 0 ? "in less than a minute" : "now";
  return `Your seat is closed ${when}, with all that you made in it. The organiser can give you more time.`;
}

/** What has happened to the seat, as a heading and a sentence; undefined while it can be used. */
export function absence(view: SeatView): readonly [heading: string, text: string] | undefined {
  if (view.ended) return ENDINGS[view.ended];
  if (view.waiting) {
    const before = view.waiting === 1 ? "One other person is" : `${view.waiting} others are`;
    return ["All seats are taken", `${before} before you. This page opens yours as soon as there is one.`];
  }
  if (view.waiting === 0) return ["Your seat is being made ready", "This takes a few seconds."];
  if (view.away) return ["Your seat doesn’t answer", "It is looked for. If its machine is gone, you get another one."];
  return view.status ? undefined : ["Finding your seat", "This takes a moment."];
}

const ENDINGS: Readonly<Record<Ending, readonly [string, string]>> = {
  expired: ["Your seat is closed", "Its time is up. The organiser can give you more."],
  closed: ["Your seat is closed", "The organiser has ended it."],
  idle: ["Your seat was given back", "Nobody was here for a while. You get another one; what you have done still counts."],
};

/** What the last checks say, in words. */
export function verdict(progress: Progress): string {
  if (!progress.checks) return progress.done ? "You have done this exercise." : "";
  if (progress.passed === progress.checks) return "Done: nothing is missing.";
  return `${progress.passed} of ${progress.checks} checks pass`;
}

/** The port and the rest of an address that means the seat itself; undefined for others. */
export function inSeat(address: string): readonly [port: number, path: string] | undefined {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  if (!["http:", "https:"].includes(url.protocol)) return undefined;
  if (!["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].includes(url.hostname)) return undefined;
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return [port, `${url.pathname}${url.search}${url.hash}`];
}
