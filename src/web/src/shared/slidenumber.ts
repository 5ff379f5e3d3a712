// A slide's number and Enter go to that slide, as in PowerPoint.

/** How long a number waits for its Enter, in milliseconds. */
const PATIENCE = 4000;
const LONGEST = 4;

export class SlideNumber {
  private digits = "";
  private timer = 0;
  private readonly changed: (digits: string) => void;
  private readonly go: (index: number) => void;

  /**
   * @param changed Told what was typed so far, and an empty text when that is over.
   * @param go Called with the slide's place, from 0.
   */
  constructor(changed: (digits: string) => void, go: (index: number) => void) {
    this.changed = changed;
    this.go = go;
  }

  /** Whether the key was part of a number. */
  press(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (/^[0-9]$/.test(event.key)) {
      this.set((this.digits + event.key).slice(-LONGEST));
      return true;
    }
    const { digits } = this;
    if (!digits) return false;
    if (event.key === "Backspace") this.set(digits.slice(0, -1));
    else this.set("");
    if (event.key === "Enter") this.go(Number(digits) - 1);
    return event.key === "Enter" || event.key === "Backspace" || event.key === "Escape";
  }

  private set(digits: string): void {
    window.clearTimeout(this.timer);
    this.digits = digits;
    this.changed(digits);
    if (digits) this.timer = window.setTimeout(() => this.set(""), PATIENCE);
  }
}
