// Which command or page action a key press means; `keytable.ts` has the keys.

import { PAGE_KEYS, SHOW_KEYS, TYPING_KEYS, type PageKey } from "./keytable";
import type { Key } from "./messages";

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
