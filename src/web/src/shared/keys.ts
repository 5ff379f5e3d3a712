// The speaker's keys, the same on every page and in the console.  They are PowerPoint's and reveal.js' where
// those have one; a clicker sends PageDown and PageUp.

import type { Key } from "./messages";

/** What a page does by itself at a key. */
export type PageKey =
  | "overview"
  | "full-screen"
  /** Full screen, and not back: some clickers send the key of a slide show's beginning at each press. */
  | "begin"
  | "jump"
  | "help"
  | "laser"
  | "pen"
  | "highlighter"
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
  h: "hold",
  x: "rerun",
  r: "reset",
  b: "blank",
  ".": "blank",
  w: "white",
  ",": "white",
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
  F5: "begin",
  "Shift+F5": "begin",
  g: "jump",
  "/": "jump",
  "?": "help",
  F1: "help",
  l: "laser",
  "Ctrl+l": "laser",
  d: "pen",
  "Ctrl+p": "pen",
  m: "highlighter",
  "Ctrl+i": "highlighter",
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
  ["B  .  W  ,", "Black, or white, out the audience's pages"],
  ["V", "Play the recording of this step"],
  ["I", "Interrupt the step"],
  ["H", "Hold the step; again, or next, goes on"],
  ["X", "Run the last step again"],
  ["R", "Reset the demo"],
  ["T", "Type into the terminal; F2 ends it"],
  ["S", "The other terminal; F3 while typing"],
  ["+  −", "Larger, smaller type in the terminal"],
  ["L  Ctrl L", "Laser pointer"],
  ["D  Ctrl P", "Draw on the slide; Esc ends it"],
  ["M  Ctrl I", "Highlight; Esc ends it"],
  ["Ctrl Z", "Take the last stroke away"],
  ["E", "Erase the drawing"],
  ["J", "Show the audience where to follow"],
  ["F  F5", "Full screen"],
  ["C", "Captions of commands, on the slides' page"],
  [">  <", "Larger, smaller notes"],
];

/** What a key that is held down may do again and again. */
const REPEATED: ReadonlySet<Key | PageKey> = new Set(["larger", "smaller", "larger-notes", "smaller-notes", "undo"]);

/**
 * Whether the press is none, but of a key that is held down, or that something lies on.
 *
 * It would run through a demo and out of it, and do and undo the rest.
 */
export function isHeldDown(event: KeyboardEvent, meaning: Key | PageKey | undefined): boolean {
  return event.repeat && meaning !== undefined && !REPEATED.has(meaning);
}

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
  const shift = event.shiftKey && (!letter || ctrl) ? "Shift+" : "";
  return ctrl + alt + shift + (letter ? latin(event) : event.key);
}

/** The character; on a keyboard with other letters than Latin ones, that of the same key on one with those. */
function latin(event: KeyboardEvent): string {
  const other = /^\p{L}$/u.test(event.key) && !/^[a-z]$/i.test(event.key);
  const place = other ? /^Key([A-Z])$/.exec(event.code)?.[1] : undefined;
  return (place ?? event.key).toLowerCase();
}
