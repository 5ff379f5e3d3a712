// The overview: all slides in a grid, small.  Arrows move, Enter or a click goes there, Escape leaves.

import { closeAtOnce, element, setText } from "../../shared/elements";

/** What only works once, or moves by itself, is left out of a slide's small copy. */
const LEFT_OUT = ".qd-pages:not(.qd-at-end), .qd-xterm, .qd-step, iframe, video, audio, aside";

/** The key that opens it, and a clicker's two: who has come here by a wrong button must get out again. */
const LEAVING: ReadonlySet<string> = new Set(["o", "O", "PageDown", "PageUp"]);

export class Overview {
  private readonly dialog = element("dialog", "qd-overview");
  private readonly list = element("ol");
  private readonly heading = element("h2");
  private readonly go: (slide: string) => void;
  private here = "";

  /** @param go Called with the slide that was chosen. */
  constructor(go: (slide: string) => void) {
    this.go = go;
    this.dialog.setAttribute("aria-label", "Overview of the slides");
    this.dialog.append(this.heading, this.list);
    this.dialog.addEventListener("keydown", (event) => this.press(event));
    closeAtOnce(this.dialog);
    document.body.append(this.dialog);
  }

  get isOpen(): boolean {
    return this.dialog.open;
  }

  /**
   * Show the slides.
   *
   * @param here The slide that has the focus.
   * @param count How many may be seen, from the first.
   */
  open(here: string, count: number): void {
    const sections = [...document.querySelectorAll<HTMLElement>(".reveal .slides > section.qd-slide")].slice(0, count);
    if (this.list.childElementCount !== sections.length) {
      this.list.replaceChildren(...sections.map((section, index) => this.item(section, index)));
    }
    setText(this.heading, `${count} slides: arrows and Enter, or a click; Esc goes back`);
    if (!this.dialog.open) this.dialog.showModal();
    this.mark(here);
    this.focus();
  }

  close(): void {
    this.dialog.close();
  }

  /** Mark the slide that the show is on. */
  mark(here: string): void {
    this.here = here;
    for (const button of this.buttons()) {
      if (button.dataset["slide"] === here) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** Give the focus to the slide that the show is on. */
  focus(): void {
    const button = this.buttons().find(({ dataset }) => dataset["slide"] === this.here) ?? this.buttons()[0];
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: "center" });
  }

  private item(section: HTMLElement, index: number): HTMLElement {
    const title = section.getAttribute("aria-label") ?? section.id;
    const number = element("b", "", String(index + 1));
    const button = element("button", "", small(section), element("span", "qd-caption", number, title));
    button.type = "button";
    button.dataset["slide"] = section.id;
    button.addEventListener("click", () => this.choose(section.id));
    return element("li", "", button);
  }

  private choose(slide: string): void {
    this.close();
    this.go(slide);
  }

  private press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const buttons = this.buttons();
    const at = buttons.findIndex((button) => button === document.activeElement);
    const columns = Math.max(1, buttons.findIndex(({ offsetTop }) => offsetTop !== buttons[0]?.offsetTop));
    const target = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      ArrowDown: at + columns,
      ArrowUp: at - columns,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (target !== undefined) buttons[target]?.focus();
    else if (LEAVING.has(event.key)) {
      this.dialog.dispatchEvent(new Event("cancel"));
      this.close();
    }
    else if (event.key === "Enter" || event.key === " " || event.key === "Tab" || event.key === "Escape") {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.list.querySelectorAll("button")];
  }

  /** Have a function called when it is left without a choice. */
  onLeave(left: () => void): void {
    this.dialog.addEventListener("cancel", left);
  }
}

/** A slide in small: the copy does nothing, and readers of the screen have its title instead. */
function small(section: HTMLElement): HTMLElement {
  const copy = section.cloneNode(true) as HTMLElement;
  copy.removeAttribute("id");
  copy.removeAttribute("hidden");
  copy.className = "qd-slide";
  copy.style.cssText = `background:${section.style.background}`;
  for (const part of copy.querySelectorAll(LEFT_OUT)) part.remove();
  for (const part of copy.querySelectorAll("[id]")) part.removeAttribute("id");
  const frame = element("div", "qd-thumb", copy);
  frame.inert = true;
  frame.setAttribute("aria-hidden", "true");
  return frame;
}
