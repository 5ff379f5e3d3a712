// A small sign at the lower edge: while the page has lost the show, and for a few words to its reader.

/** Shorter breaks are not worth a word; in milliseconds. */
const PATIENCE = 1500;

export class Notice {
  private readonly sign = document.createElement("div");
  private timer = 0;
  private lost = "";
  private word = "";

  constructor(wanted: boolean) {
    this.sign.className = "qd-notice";
    this.sign.setAttribute("role", "status");
    if (wanted) document.body.append(this.sign);
  }

  connected(yes: boolean, ended: boolean): void {
    window.clearTimeout(this.timer);
    if (yes) this.set("", this.word);
    else if (ended) this.set("The show has ended.", this.word);
    else this.timer = window.setTimeout(() => this.set("Looking for the show …", this.word), PATIENCE);
  }

  /** Say something until something else is said; an empty text takes it away. */
  say(text: string): void {
    this.set(this.lost, text);
  }

  private set(lost: string, word: string): void {
    this.lost = lost;
    this.word = word;
    this.sign.textContent = lost || word;
  }
}
