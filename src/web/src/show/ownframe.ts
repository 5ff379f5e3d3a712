// Frames that hold a page of the show itself.

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
