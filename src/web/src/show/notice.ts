// A small sign in the corner while the page has lost the show.

/** Shorter breaks are not worth a word; in milliseconds. */
const PATIENCE = 1500;

export class Notice {
  private readonly sign = document.createElement("div");
  private timer = 0;

  constructor(wanted: boolean) {
    this.sign.className = "qd-notice";
    this.sign.setAttribute("role", "status");
    if (wanted) document.body.append(this.sign);
  }

  connected(yes: boolean): void {
    window.clearTimeout(this.timer);
    if (yes) this.sign.textContent = "";
    else this.timer = window.setTimeout(() => (this.sign.textContent = "Looking for the show …"), PATIENCE);
  }
}
