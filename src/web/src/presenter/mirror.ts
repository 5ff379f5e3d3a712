// The demo's terminal over the current slide, for the speaker who has taken it over.

import { Terminal } from "@xterm/xterm";
import { RESET } from "../deck/screen";
import { TERMINAL_LIMIT } from "../shared/messages";

/** Width of a cell in shares of the type's size, in monospaced families. */
const CELL = 0.602;
/** What programs may ask a terminal; the stage answers nothing, and so does this page. */
const QUERIES = [{ final: "c" }, { prefix: ">", final: "c" }, { final: "n" }, { prefix: "?", final: "n" }] as const;

export class Mirror {
  private readonly place: HTMLElement;
  private readonly terminal: Terminal;
  private readonly texts = new Map<string, string>();
  private shown: string | null = null;
  private opened = false;

  constructor(place: HTMLElement, typed: (data: string) => void) {
    this.place = place;
    this.terminal = new Terminal({ scrollback: 2000, screenReaderMode: true });
    for (const id of QUERIES) this.terminal.parser.registerCsiHandler(id, () => true);
    this.terminal.onData(typed);
    new ResizeObserver(() => this.fit()).observe(place);
  }

  write(demo: string, terminal: number, data: string): void {
    const name = nameOf(demo, terminal);
    const text = (this.texts.get(name) ?? "") + data;
    this.texts.set(name, text.length > 2 * TERMINAL_LIMIT ? text.slice(-TERMINAL_LIMIT) : text);
    if (name === this.shown && this.opened) this.terminal.write(data);
  }

  /** Empty the terminals of a demo, or of all. */
  clear(demo?: string): void {
    const cleared = (name: string): boolean => demo === undefined || name.startsWith(nameOf(demo, ""));
    for (const name of [...this.texts.keys()].filter(cleared)) this.texts.delete(name);
    if (this.shown !== null && cleared(this.shown)) this.terminal.write(RESET);
  }

  /** Show a terminal of a demo, in its own size, while the speaker types. */
  show(demo: string | null, terminal: number, typing: boolean, columns: number, rows: number): void {
    this.place.hidden = !typing;
    if (!typing || demo === null) {
      if (this.opened) this.terminal.blur();
      return;
    }
    if (!this.opened) {
      this.terminal.open(this.place);
      this.opened = true;
      this.shown = null;
    }
    if (this.terminal.cols !== columns || this.terminal.rows !== rows) {
      this.terminal.write("", () => {
        this.terminal.resize(columns, rows);
        this.fit();
      });
    }
    const name = nameOf(demo, terminal);
    if (name !== this.shown) {
      this.shown = name;
      this.terminal.write(RESET);
      this.terminal.write(this.texts.get(name) ?? "");
    }
    this.fit();
    this.terminal.focus();
  }

  /** Have the keys again, after a click elsewhere, say. */
  takeKeys(): void {
    if (this.opened && !this.place.hidden) this.terminal.focus();
  }

  private fit(): void {
    if (this.opened && this.place.clientWidth) {
      this.terminal.options.fontSize = Math.floor((this.place.clientWidth - 24) / this.terminal.cols / CELL);
    }
  }
}

function nameOf(demo: string, terminal: number | ""): string {
  return `${demo}\n${terminal}`;
}
