// The overview on the presenter's page: the deck's own, in a frame that is loaded when it is first wanted.

import { element } from "../shared/elements";
import { CHOSEN, loadSurely } from "../shared/frames";

export class Grid {
  private readonly dialog: HTMLDialogElement;
  private frame: HTMLIFrameElement | undefined;

  constructor(dialog: HTMLDialogElement, go: (slide: string) => void) {
    this.dialog = dialog;
    document.addEventListener(CHOSEN, (event) => {
      this.close();
      const slide = (event as CustomEvent<string | null>).detail;
      if (slide !== null) go(slide);
    });
    // Until the frame is there, the keys are the page's.
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && event.key !== "o") return;
      event.preventDefault();
      this.close();
    });
  }

  open(): void {
    // A frame of its own each time: it opens where the show is, with the deck as it is.
    this.close();
    const frame = element("iframe");
    frame.title = "Overview of the slides";
    frame.src = "/?preview=overview";
    loadSurely(frame, () => frame.contentWindow?.focus());
    this.frame = frame;
    this.dialog.append(frame);
    this.dialog.showModal();
  }

  private close(): void {
    this.frame?.remove(); // with the focus that it has
    this.dialog.close();
    window.focus();
  }
}
