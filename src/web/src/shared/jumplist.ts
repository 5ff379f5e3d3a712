// The dialog that lists the slides, narrowed by what is typed.

import { closeAtOnce, element } from "./elements";
import type { OutlineSlide } from "./messages";

export class JumpList {
  private readonly dialog: HTMLDialogElement;
  private readonly input: HTMLInputElement;
  private readonly list: HTMLOListElement;
  private readonly go: (slide: string) => void;
  private slides: readonly OutlineSlide[] = [];
  private here = 0;
  private chosen = 0;

  constructor(dialog: HTMLDialogElement, go: (slide: string) => void) {
    const input = dialog.querySelector("input");
    const list = dialog.querySelector("ol");
    if (!input || !list) throw new Error("the jump dialog is incomplete");
    this.dialog = dialog;
    this.input = input;
    this.list = list;
    this.go = go;
    input.addEventListener("input", () => this.narrow());
    dialog.addEventListener("keydown", (event) => this.press(event));
    closeAtOnce(dialog);
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  open(slides: readonly OutlineSlide[], here: number): void {
    this.slides = slides;
    this.here = here;
    this.input.value = "";
    this.dialog.showModal();
    this.narrow();
  }

  private narrow(): void {
    const wanted = this.input.value.trim().toLowerCase();
    const items = this.slides.flatMap((slide, index) => {
      const words = `${index + 1} ${slide.title} ${slide.section ?? ""} ${slide.id}`.toLowerCase();
      return words.includes(wanted) ? [this.item(slide, index)] : [];
    });
    this.list.replaceChildren(...items);
    this.choose(wanted ? 0 : this.here, "center");
  }

  private item(slide: OutlineSlide, index: number): HTMLElement {
    const entry = element("button", "", element("span", "number", String(index + 1)), element("span", "", slide.title));
    entry.type = "button";
    entry.tabIndex = -1;
    entry.dataset["slide"] = slide.id;
    if (slide.demo) entry.append(element("span", "tag", "demo"));
    if (index === this.here) entry.append(element("span", "tag", "here"));
    entry.addEventListener("click", () => this.leave(slide.id));
    return element("li", "", entry);
  }

  private press(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) this.choose(this.chosen + step);
    else if (event.key === "Enter") this.leave(this.entries()[this.chosen]?.dataset["slide"]);
    else return;
    event.preventDefault();
  }

  private choose(index: number, block: ScrollLogicalPosition = "nearest"): void {
    const entries = this.entries();
    this.chosen = Math.max(0, Math.min(entries.length - 1, index));
    entries.forEach((entry, at) => entry.classList.toggle("chosen", at === this.chosen));
    entries[this.chosen]?.scrollIntoView({ block });
  }

  private entries(): HTMLElement[] {
    return [...this.list.querySelectorAll("button")];
  }

  private leave(slide: string | undefined): void {
    this.dialog.close();
    if (slide !== undefined) this.go(slide);
  }
}
