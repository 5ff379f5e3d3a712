// The speaker's keys, the same on every page and in the console.  They are PowerPoint's and reveal.js' where
// those have one; a clicker sends PageDown and PageUp.

import type { Key } from "./messages";

/** What a page does by itself at a key. */
export type PageKey =
  | "overview"
  | "full-screen"
  | "jump"
  | "help"
  | "laser"
  | "pen"
  | "arrow"
  | "undo"
  | "erase"
  | "captions"
  | "larger-notes"
  | "smaller-notes";

const SHOW_KEYS: Readonly<Record<string, Key>> = {
  " ": "next",
  Enter: "next",
  ArrowRight: "next",
  ArrowDown: "next",
  PageDown: "next",
  n: "next",
  ArrowLeft: "back",
  ArrowUp: "back",
  PageUp: "back",
  Backspace: "back",
  p: "back",
  "Shift+ArrowRight": "next-slide",
  "Shift+ArrowLeft": "previous-slide",
  "Alt+ArrowRight": "next-slide",
  "Alt+ArrowLeft": "previous-slide",
  Home: "first",
  End: "last",
  v: "recording",
  i: "interrupt",
  x: "rerun",
  r: "reset",
  b: "blank",
  ".": "blank",
  t: "type",
  s: "terminal",
  F3: "terminal",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  j: "invite",
};

const PAGE_KEYS: Readonly<Record<string, PageKey>> = {
  o: "overview",
  Escape: "overview",
  f: "full-screen",
  F5: "full-screen",
  g: "jump",
  "/": "jump",
  "?": "help",
  F1: "help",
  l: "laser",
  "Ctrl+l": "laser",
  d: "pen",
  "Ctrl+p": "pen",
  "Ctrl+a": "arrow",
  "Ctrl+z": "undo",
  e: "erase",
  c: "captions",
  ">": "larger-notes",
  "<": "smaller-notes",
};

/** While the speaker types, the programs in the terminal get every other key. */
const TYPING_KEYS: Readonly<Record<string, Key>> = { F2: "type", F3: "terminal" };

/** What each key does, for those who ask with `?`. */
export const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ["Space  →  ↓  PgDn  Enter  N", "Next: item, then step, then slide"],
  ["←  ↑  PgUp  Backspace  P", "Back: undo the last of these"],
  ["Shift →  Shift ←", "Next and previous slide, at once"],
  ["Home  End", "First and last slide"],
  ["7 Enter", "Go to slide 7"],
  ["G  /", "Jump to a slide, with search"],
  ["O  Esc", "Overview of the slides"],
  ["B  .", "Black out the audience's pages"],
  ["V", "Play the recording of this step"],
  ["I", "Interrupt the step"],
  ["X", "Run the last step again"],
  ["R", "Reset the demo"],
  ["T", "Type into the terminal; F2 ends it"],
  ["S", "The other terminal; F3 while typing"],
  ["+  −", "Larger, smaller type in the terminal"],
  ["L  Ctrl L", "Laser pointer"],
  ["D  Ctrl P", "Draw on the slide; Esc ends it"],
  ["Ctrl Z", "Take the last stroke away"],
  ["E", "Erase the drawing"],
  ["J", "Show the audience where to follow"],
  ["F  F5", "Full screen"],
  ["C", "Captions of commands, on the slides' page"],
  [">  <", "Larger, smaller notes"],
];

/** The command of a key press; undefined where there is none, or where the key is typed into something. */
export function commandOf(event: KeyboardEvent, typing: boolean): Key | undefined {
  if (typing) return TYPING_KEYS[nameOf(event)];
  return isTyped(event) ? undefined : SHOW_KEYS[nameOf(event)];
}

/** What the page itself does at a key press; undefined for nothing. */
export function pageKeyOf(event: KeyboardEvent, typing: boolean): PageKey | undefined {
  return typing || isTyped(event) ? undefined : PAGE_KEYS[nameOf(event)];
}

/** Whether the key belongs to the element that has the focus. */
export function isTyped(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return false;
  // What was just closed keeps the focus for a moment.
  if (target.closest("dialog:not([open])")) return false;
  if (target.closest("input,textarea,select,dialog,[contenteditable]")) return true;
  return target.closest("button,a,summary") !== null && (event.key === " " || event.key === "Enter");
}

/** The key with its modifiers; Shift counts only where it makes no other character, Caps Lock never. */
function nameOf(event: KeyboardEvent): string {
  const letter = event.key.length === 1;
  const ctrl = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const alt = event.altKey ? "Alt+" : "";
  const shift = event.shiftKey && !letter ? "Shift+" : "";
  return ctrl + alt + shift + (letter ? event.key.toLowerCase() : event.key);
}
