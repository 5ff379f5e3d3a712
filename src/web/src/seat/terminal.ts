// The attendee's terminal: as many cells as there is room for, or those that another page of the same attendee has.

import "@xterm/xterm/css/xterm.css";
import { Terminal } from "@xterm/xterm";
import { isFocusReport, swallow } from "../deck/screen";
import { COLUMNS_ALLOWED, ROWS_ALLOWED } from "./messages";
import { controlled, parts } from "./typed";

const SCROLLBACK = 5000;
/** px of type that can still be read, where the terminal is that of a larger page. */
const SMALLEST = 6;
const THEME = {
  background: "#0c1a2b",
  foreground: "#e6edf4",
  cursor: "#ffb199",
  cursorAccent: "#0c1a2b",
  selectionBackground: "#3d6186",
  black: "#33475c",
  red: "#ff8a7a",
  green: "#74d6a0",
  yellow: "#f2c468",
  blue: "#7db8ff",
  magenta: "#e0a3e8",
  cyan: "#6fd3e0",
  white: "#d3dde7",
  brightBlack: "#8296aa",
  brightRed: "#ffa99c",
  brightGreen: "#97e6ba",
  brightYellow: "#ffdc94",
  brightBlue: "#a5cfff",
  brightMagenta: "#f0c1f5",
  brightCyan: "#98e4ee",
  brightWhite: "#ffffff",
};

export interface Typist {
  /** Some text was typed or pasted. */
  typed(data: string): void;
  /** The page has room for another number of cells. */
  sized(columns: number, rows: number): void;
  /** The key that leaves the terminal was pressed. */
  left(): void;
}

export class SeatTerminal {
  private readonly place: HTMLElement;
  private readonly terminal: Terminal;
  private readonly typist: Typist;
  private told = "";
  /** The size of a cell in px, in type of the page's own size. */
  private cell: { readonly base: number; readonly across: number; readonly down: number } | undefined;
  /** The size that the terminal has, by the seat. */
  private grid: readonly [columns: number, rows: number] | undefined;
  /** Whether the next key is pressed with Ctrl, by a button for phones. */
  private control = false;

  constructor(place: HTMLElement, typist: Typist) {
    this.place = place;
    this.typist = typist;
    const style = getComputedStyle(place);
    this.terminal = new Terminal({
      fontFamily: style.fontFamily,
      fontSize: this.base,
      scrollback: SCROLLBACK,
      screenReaderMode: true,
      cursorBlink: false,
      theme: THEME,
    });
    swallow(this.terminal);
    this.terminal.attachCustomKeyEventHandler((event) => {
      if (event.key !== "F6") return true;
      event.stopPropagation(); // it would bring the focus back
      event.preventDefault();
      if (event.type === "keydown") typist.left();
      return false;
    });
    this.terminal.onData((data) => {
      if (!isFocusReport(data)) this.type(data);
    });
    this.terminal.open(place);
    this.terminal.textarea?.setAttribute("aria-label", "Terminal. F6 leaves it.");
    new ResizeObserver(() => this.fit()).observe(place);
  }

  write(data: string): void {
    this.terminal.write(data);
  }

  /** Show it in the size that it has in the seat. */
  show(columns: number, rows: number): void {
    if (!columns || !rows) return;
    this.grid = [columns, rows];
    if (this.terminal.cols !== columns || this.terminal.rows !== rows) {
      // What was printed before is drawn in the size that it was printed for.
      this.terminal.write("", () => {
        this.terminal.resize(columns, rows);
        this.fit();
      });
    } else this.fit();
  }

  focus(): void {
    this.terminal.focus();
  }

  /** Tell the seat again how much room there is: it is another one. */
  tellAgain(): void {
    this.told = "";
    this.fit();
  }

  /** Type something for a button. */
  press(data: string): void {
    this.type(data);
    this.focus();
  }

  set withControl(on: boolean) {
    this.control = on;
  }

  get withControl(): boolean {
    return this.control;
  }

  private get base(): number {
    return Number.parseFloat(getComputedStyle(this.place).fontSize);
  }

  private type(data: string): void {
    const text = this.control && data.length === 1 ? controlled(data) : data;
    this.control = false;
    for (const part of parts(text)) this.typist.typed(part);
  }

  private fit(): void {
    const screen = this.place.querySelector<HTMLElement>(".xterm-screen");
    const { clientWidth: width, clientHeight: height } = this.place;
    if (!screen?.offsetWidth || !width || !height) return;
    const { base } = this;
    if (this.cell?.base !== base) {
      // It can only be measured in type of this size: it begins so, and is set back to it first.
      if (this.terminal.options.fontSize !== base) {
        this.terminal.options.fontSize = base;
        requestAnimationFrame(() => this.fit());
        return;
      }
      const [across, down] = [screen.offsetWidth / this.terminal.cols, screen.offsetHeight / this.terminal.rows];
      this.cell = { base, across, down };
    }
    const { across, down } = this.cell;
    const columns = within(Math.floor(width / across), COLUMNS_ALLOWED);
    const rows = within(Math.floor(height / down), ROWS_ALLOWED);
    const told = `${columns} ${rows}`;
    if (told !== this.told) {
      this.told = told;
      this.typist.sized(columns, rows);
    }
    const [hasColumns, hasRows] = this.grid ?? [columns, rows];
    const share = Math.min(1, width / (across * hasColumns), height / (down * hasRows));
    const wanted = share === 1 ? base : Math.max(SMALLEST, Math.floor(base * share * 4) / 4);
    if (wanted !== this.terminal.options.fontSize) this.terminal.options.fontSize = wanted;
  }
}

function within(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value));
}
