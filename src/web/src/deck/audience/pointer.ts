// The speaker's pointer on the slide.

export class Pointer {
  private readonly dot = document.createElement("div");

  constructor() {
    this.dot.className = "qd-pointer";
    this.dot.setAttribute("aria-hidden", "true");
    this.dot.hidden = true;
  }

  /** In shares of the slide's width and height; null hides it. */
  show(x: number | null, y: number | null): void {
    this.dot.hidden = x === null || y === null;
    if (x === null || y === null) return;
    const slides = document.querySelector(".reveal .slides");
    if (slides && this.dot.parentElement !== slides) slides.append(this.dot);
    this.dot.style.left = `${x * 100}%`;
    this.dot.style.top = `${y * 100}%`;
  }
}
