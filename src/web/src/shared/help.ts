// All keys, in a dialog.

import { closeAtOnce, element } from "./elements";

export class Help {
  private readonly dialog = element("dialog", "qd-help");

  constructor(keys: readonly (readonly [keys: string, meaning: string])[]) {
    const list = element("dl");
    for (const [names, meaning] of keys) {
      const caps = names.split("  ").map((name) => element("kbd", "", name));
      list.append(element("div", "", element("dt", "", ...caps), element("dd", "", meaning)));
    }
    const close = element("button", "", "Close");
    close.type = "button";
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.setAttribute("aria-label", "Keys");
    this.dialog.append(element("div", "qd-help-head", element("h2", "", "Keys"), close), list);
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    // A clicker's two buttons, when a wrong one has opened it.
    this.dialog.addEventListener("keydown", (event) => {
      if (event.key !== "PageDown" && event.key !== "PageUp") return;
      event.preventDefault();
      event.stopPropagation();
      this.dialog.close();
    });
    closeAtOnce(this.dialog);
    document.body.append(this.dialog);
  }

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }
}
