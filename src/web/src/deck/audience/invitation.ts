// Where to follow on one's own device, or to get a seat at an exercise, in large letters and as a QR code.

import { element, plain } from "../../shared/elements";
import { qrCode } from "../../shared/qrcode";

export class Invitation {
  private readonly card = element("aside", "qd-invitation");

  private readonly title: string;

  constructor(title: string) {
    this.title = title;
    this.card.setAttribute("aria-label", title);
    this.card.hidden = true;
  }

  /**
   * What the card says.
   *
   * @param code The rows of the QR code (ISO/IEC 18004), `1` for a dark module.
   * @param typed What is to be typed there.
   */
  fill(address: string, code: readonly string[], typed = ""): void {
    const text = element("p", "", this.title, element("strong", "", plain(address)));
    if (typed) text.append("Code ", element("strong", "", typed));
    this.card.replaceChildren(qrCode(code), text);
    if (!this.card.isConnected) document.body.append(this.card);
  }

  show(yes: boolean): void {
    this.card.hidden = !yes || !this.card.hasChildNodes();
  }
}
