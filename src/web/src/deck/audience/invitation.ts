// Where to follow on one's own device, or to get a seat at an exercise, in large letters and as a QR code.

import { element, plain } from "../../shared/elements";

const SVG = "http://www.w3.org/2000/svg";

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

function qrCode(rows: readonly string[]): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${rows[0]?.length ?? 0} ${rows.length}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "QR code of the address");
  const path = document.createElementNS(SVG, "path");
  const dark = rows.flatMap((row, y) => row.split("").flatMap((module, x) => (module === "1" ? [`M${x} ${y}h1v1h-1z`] : [])));
  path.setAttribute("d", dark.join(""));
  svg.append(path);
  return svg;
}
