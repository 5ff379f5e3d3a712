// Pointing: while the mouse is held down on the current slide, the audience sees a dot there.

/** Milliseconds between two places sent. */
const PAUSE = 33;

export function point(cover: HTMLElement, send: (x: number | null, y: number | null) => void): void {
  let last = 0;
  const place = (event: PointerEvent): void => {
    const { left, top, width, height } = cover.getBoundingClientRect();
    const inside = (share: number): number => Math.max(0, Math.min(1, share));
    send(inside((event.clientX - left) / width), inside((event.clientY - top) / height));
  };
  cover.addEventListener("pointerdown", (event) => {
    cover.setPointerCapture(event.pointerId);
    place(event);
  });
  cover.addEventListener("pointermove", (event) => {
    if (!cover.hasPointerCapture(event.pointerId) || event.timeStamp - last < PAUSE) return;
    last = event.timeStamp;
    place(event);
  });
  for (const end of ["pointerup", "pointercancel"]) cover.addEventListener(end, () => send(null, null));
}
