// A QR code (ISO/IEC 18004) as a drawing, dark on white whatever the page's colours are.

const SVG = "http://www.w3.org/2000/svg";

/** @param rows The code with its quiet zone, `1` for a dark module. */
export function qrCode(rows: readonly string[]): SVGElement {
  const size = [rows[0]?.length ?? 0, rows.length].join(" ");
  const drawing = shape("svg", { viewBox: `0 0 ${size}`, role: "img", "aria-label": "QR code of the address" });
  const dark = rows.flatMap((row, y) => Array.from(row, (module, x) => (module === "1" ? `M${x} ${y}h1v1h-1z` : "")));
  drawing.append(
    shape("rect", { width: "100%", height: "100%", fill: "#fff" }),
    shape("path", { d: dark.join(""), fill: "#000" }),
  );
  return drawing;
}

function shape(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
