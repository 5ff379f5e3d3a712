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
    document.addEventListener("keydown", (event) => this.key(event));
  }

  show(text: string): void {
    if (this.line.textContent !== text) this.line.textContent = text;
  }

  private key(event: KeyboardEvent): void {
    const target = event.target;
    const typed = target instanceof Element && target.closest("input,textarea,[contenteditable]") !== null;
    if (typed || event.key !== "c" || event.ctrlKey || event.metaKey || event.altKey) return;
    const seen = this.line.classList.toggle("seen");
    localStorage.setItem(KEPT, seen ? "seen" : "");
  }
}
