// The command being run, and how it ended, in one line: read out by screen readers, and seen after C was pressed.

const KEPT = "quarterdeck-captions";

export class Captions {
  private readonly line = document.createElement("div");

  constructor(wanted: boolean) {
    this.line.className = "qd-captions";
    this.line.setAttribute("role", "status");
    this.line.setAttribute("aria-label", "Demo");
    if (!wanted) return;
    document.body.append(this.line);
    this.line.classList.toggle("seen", localStorage.getItem(KEPT) === "seen");
  }

  show(text: string): void {
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  /** Let everybody see it, or only hear it; kept for the next talk. */
  toggle(): void {
    const seen = this.line.classList.toggle("seen");
    localStorage.setItem(KEPT, seen ? "seen" : "");
  }
}
