// Pages of the show inside a page of the speaker's: the slide, the next one, the overview; seen from both sides.

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

/** How long after a failure a frame is loaded again, in milliseconds. */
const PATIENCE = 300;

/**
 * Have a frame of the show's own loaded, however often that takes: when a machine's network changes, and it does
 * whenever a container starts, a browser may give up what it is just loading, even from that machine.
 *
 * @param loaded Called each time that the frame has its page.
 */
export function loadSurely(frame: HTMLIFrameElement, loaded: () => void = () => undefined): void {
  frame.addEventListener("load", () => {
    if (frame.contentDocument !== null) loaded();
    // What a browser shows instead of the page is not the show's, and so can't be looked into.
    else window.setTimeout(() => frame.isConnected && frame.setAttribute("src", frame.src), PATIENCE);
  });
}
