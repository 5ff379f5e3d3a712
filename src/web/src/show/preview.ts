// A page that is part of one of the speaker's: the slide, what comes next, or the overview.

/** The event that an overview sends to the page that it is part of: a slide's id, or null when it was left. */
export const CHOSEN = "quarterdeck-chosen";

export type PreviewKind = "current" | "next" | "overview";

/** A preview that was given the focus gives its keys to the page that it is part of. */
export function passKeysOn(): void {
  if (window.parent === window) return;
  const receiver = window.parent.document;
  document.addEventListener("keydown", (event) => {
    const { key, code, repeat, ctrlKey, altKey, metaKey, shiftKey } = event;
    receiver.dispatchEvent(new KeyboardEvent("keydown", { key, code, repeat, ctrlKey, altKey, metaKey, shiftKey }));
  });
}

export function tellOverview(slide: string | null): void {
  if (window.parent === window) return;
  window.parent.document.dispatchEvent(new CustomEvent(CHOSEN, { detail: slide }));
}
