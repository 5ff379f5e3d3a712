// The speaker's keys, the same on every page and in the console; a clicker sends PageDown and PageUp.

import type { Key } from "./messages";

const KEYS: Readonly<Record<string, Key>> = {
  " ": "next",
  Enter: "next",
  ArrowRight: "next",
  PageDown: "next",
  n: "next",
  ArrowLeft: "back",
  PageUp: "back",
  Backspace: "back",
  ArrowDown: "next-slide",
  ArrowUp: "previous-slide",
  Home: "first",
  End: "last",
  p: "recording",
  i: "interrupt",
  e: "rerun",
  r: "reset",
  b: "blank",
  ".": "blank",
  t: "type",
};

/** Ends typing into the terminal: the programs in it get every other key. */
export const END_TYPING = "F2";

/** The command of a key press; undefined where there is none, or where the key is typed into something. */
export function commandOf(event: KeyboardEvent, typing: boolean): Key | undefined {
  if (typing) return event.key === END_TYPING ? "type" : undefined;
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.target;
  if (target instanceof Element && target.closest("input,textarea,select,dialog,[contenteditable]")) return undefined;
  if (target instanceof Element && target.closest("button,a,summary") && (event.key === " " || event.key === "Enter")) {
    return undefined;
  }
  return KEYS[event.key];
}
