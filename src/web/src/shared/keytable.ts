// The pages' keys.  Written by `src/web/generate.py` from `quarterdeck/show/keys.py`.

import type { Key } from "./messages";

/** What a page does itself at a key. */
export type PageKey =
  | "arrow"
  | "begin"
  | "captions"
  | "erase"
  | "full-screen"
  | "help"
  | "highlighter"
  | "jump"
  | "larger-notes"
  | "laser"
  | "overview"
  | "pen"
  | "question"
  | "smaller-notes"
  | "undo";

/** The keys that command the show, by their names with modifiers. */
export const SHOW_KEYS: Readonly<Record<string, Key>> = {
  " ": "next",
  ArrowRight: "next",
  ArrowDown: "next",
  PageDown: "next",
  Enter: "next",
  n: "next",
  ArrowLeft: "back",
  ArrowUp: "back",
  PageUp: "back",
  Backspace: "back",
  p: "back",
  "Shift+ArrowRight": "next-slide",
  "Alt+ArrowRight": "next-slide",
  "Shift+ArrowLeft": "previous-slide",
  "Alt+ArrowLeft": "previous-slide",
  Home: "first",
  End: "last",
  b: "blank",
  ".": "blank",
  w: "white",
  ",": "white",
  j: "invite",
  v: "recording",
  i: "interrupt",
  h: "hold",
  x: "rerun",
  r: "reset",
  t: "type",
  s: "terminal",
  F3: "terminal",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  z: "page",
};

export const PAGE_KEYS: Readonly<Record<string, PageKey>> = {
  g: "jump",
  "/": "jump",
  o: "overview",
  Escape: "overview",
  l: "laser",
  "Ctrl+l": "laser",
  d: "pen",
  "Ctrl+p": "pen",
  m: "highlighter",
  "Ctrl+i": "highlighter",
  "Ctrl+a": "arrow",
  "Ctrl+z": "undo",
  e: "erase",
  f: "full-screen",
  F5: "begin",
  "Shift+F5": "begin",
  c: "captions",
  ">": "larger-notes",
  "<": "smaller-notes",
  y: "question",
  "?": "help",
  F1: "help",
};

/** Those that count while the speaker types; the programs in the terminal get all others. */
export const TYPING_KEYS: Readonly<Record<string, Key>> = {
  F2: "type",
  F3: "terminal",
};

/** What is written on the first key of each action, for buttons. */
export const CAPS: Readonly<Record<Key | PageKey, string>> = {
  next: "Space",
  back: "←",
  "next-slide": "Shift →",
  "previous-slide": "Shift ←",
  first: "Home",
  last: "End",
  reset: "R",
  rerun: "X",
  interrupt: "I",
  hold: "H",
  recording: "V",
  blank: "B",
  white: "W",
  type: "T",
  terminal: "S",
  larger: "+",
  smaller: "−",
  page: "Z",
  invite: "J",
  arrow: "",
  begin: "F5",
  captions: "C",
  erase: "E",
  "full-screen": "F",
  help: "?",
  highlighter: "M",
  jump: "G",
  "larger-notes": ">",
  laser: "L",
  overview: "O",
  pen: "D",
  question: "Y",
  "smaller-notes": "<",
  undo: "Ctrl Z",
};

/** What each key does, for those who ask with `?`; keys are two spaces apart. */
export const HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ["Space  →  ↓  PgDn  Enter  N", "Next: item, then step, then slide"],
  ["←  ↑  PgUp  Backspace  P", "Back: undo the last of these"],
  ["Shift →  Shift ←", "Next and previous slide, at once"],
  ["Home  End", "First and last slide"],
  ["7 Enter", "Go to slide 7"],
  ["G  /", "Jump to a slide, with search"],
  ["O  Esc", "Overview of the slides"],
  ["B  .  W  ,", "Black out the audience's screens, or make them white"],
  ["V", "Play the recording of this step"],
  ["I", "Interrupt the step"],
  ["H", "Hold (pause) the step; H or Next continues"],
  ["X", "Run the last step again"],
  ["R", "Reset the demo"],
  ["T", "Type into the terminal; F2 ends it"],
  ["S", "Switch terminals; F3 while typing"],
  ["+  −", "Larger, smaller type in the terminal"],
  ["Z", "The page that the demo opened: enlarge, close"],
  ["L  Ctrl L", "Laser pointer"],
  ["D  Ctrl P", "Draw on the slide; Esc ends it"],
  ["M  Ctrl I", "Highlight; Esc ends it"],
  ["Ctrl Z", "Undo the last stroke"],
  ["E", "Erase the drawings on the slide"],
  ["J", "Show the address for followers (QR code)"],
  ["F  F5", "Full screen"],
  ["C", "Captions of commands, on the audience's page"],
  [">  <", "Larger, smaller notes"],
  ["Y", "Look at the commands that a save has changed"],
];
