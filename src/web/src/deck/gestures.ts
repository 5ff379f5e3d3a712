// Swipes, and clicks on the arrows.  reveal.js' own handlers would pass by whoever leads the deck, so they
// are switched off (swipes) or kept from seeing the event (arrows).

/** px of the screen that a finger must move for a swipe. */
const SWIPE = 40;
/** Where a finger does something else: scrolls a terminal, plays a video, follows a link. */
const OWN_TOUCH = ".xterm, .qd-page, video, audio, a, button";

export function watchGestures(element: HTMLElement, go: (intent: "next" | "previous") => void): void {
  for (const type of ["click", "touchstart"]) {
    element.addEventListener(
      type,
      (event) => {
        const arrow = event.target instanceof Element ? event.target.closest(".controls button") : null;
        if (!arrow) return;
        event.stopPropagation();
        event.preventDefault();
        go(arrow.matches(".navigate-left, .navigate-up") ? "previous" : "next");
      },
      { capture: true, passive: false },
    );
  }

  let start: Touch | undefined;
  element.addEventListener("touchstart", (event) => {
    const elsewhere = event.target instanceof Element && event.target.closest(OWN_TOUCH) !== null;
    start = event.touches.length === 1 && !elsewhere ? event.touches[0] : undefined;
  });
  element.addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    if (!start || !end) return;
    const across = end.clientX - start.clientX;
    const down = end.clientY - start.clientY;
    start = undefined;
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) go(across < 0 ? "next" : "previous");
  });
}
