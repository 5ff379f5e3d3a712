// The size of the notes' type, kept for the next talk.

const KEY = "quarterdeck-notes-size";
/** In shares of the page's own type. */
const SIZES = [0.9, 1, 1.15, 1.3, 1.5, 1.75, 2.1];
const USUAL = 2;

export class NotesSize {
  private readonly notes: HTMLElement;
  private index: number;

  constructor(notes: HTMLElement) {
    this.notes = notes;
    const kept = Number(localStorage.getItem(KEY) ?? USUAL);
    this.index = Number.isInteger(kept) ? kept : USUAL;
    this.change(0);
  }

  change(by: number): void {
    this.index = Math.max(0, Math.min(SIZES.length - 1, this.index + by));
    this.notes.style.fontSize = `${SIZES[this.index]}em`;
    localStorage.setItem(KEY, String(this.index));
  }
}
