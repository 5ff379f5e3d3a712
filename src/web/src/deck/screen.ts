// One terminal on the slide: an xterm.js whose cells fill the panel, crisp at every size of the window.
//
// reveal.js scales the whole slide with a CSS transform, and xterm.js then finds the mouse in the wrong
// cell.  So the type is set at the size it has on the screen, and the transform is undone.

import { Terminal, type IDisposable } from "@xterm/xterm";

export interface ScreenLook {
  readonly columns: number;
  readonly rows: number;
  /** Size and line height of its type, in px of the 1280-px slide. */
  readonly size: number;
  readonly lineHeight: number;
  readonly background: string;
  readonly color: string;
  readonly palette: readonly string[];
  readonly fontFamily: string;
}

const SCROLLBACK = 5000;
/** How many columns are seen at each level of type above the placed one; all rows and columns fit at the first. */
const COLUMNS_SEEN = [Infinity, Infinity, 80, 60] as const;
/** Width of a cell in shares of its type's size, in the monospaced families of themes. */
const CELL = 0.6;
/**
 * CAN and RIS (ECMA-48 8.3.6, 8.3.105): what was written before is drawn later, and a reset must not overtake it.
 */
export const RESET = "\x18\x1bc";
const ANSI = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export class Screen {
  readonly element: HTMLDivElement;
  private readonly terminal: Terminal;
  private readonly look: ScreenLook;
  private receiver: ((data: string) => void) | undefined;
  private opened = false;
  private level = 0;
  private shrink = 1;

  constructor(look: ScreenLook) {
    this.look = look;
    this.element = document.createElement("div");
    this.element.className = "qd-xterm";
    this.terminal = new Terminal({
      cols: look.columns,
      rows: look.rows,
      fontFamily: look.fontFamily,
      fontSize: look.size,
      scrollback: SCROLLBACK,
      disableStdin: true,
      cursorInactiveStyle: "block",
      screenReaderMode: true,
      theme: themeOf(look),
    });
    swallow(this.terminal);
    this.terminal.onRender(() => {
      this.pan();
      this.element.classList.toggle("qd-begun", this.terminal.buffer.active.cursorY > 0);
    });
    this.terminal.attachCustomKeyEventHandler(() => this.receiver !== undefined);
    this.terminal.onData((data) => {
      if (!isFocusReport(data)) this.receiver?.(data);
    });
  }

  write(data: string): void {
    this.terminal.write(data);
  }

  reset(): void {
    this.terminal.write(RESET);
  }

  set input(receiver: ((data: string) => void) | undefined) {
    const begins = receiver !== undefined && this.receiver === undefined;
    this.receiver = receiver;
    this.terminal.options.disableStdin = receiver === undefined;
    if (begins) this.takeKeys();
  }

  takeKeys(): void {
    if (this.receiver && this.opened) this.terminal.focus();
  }

  /** Whether the cursor is in the lower half. */
  get isCursorLow(): boolean {
    return this.terminal.buffer.active.cursorY >= this.look.rows / 2;
  }

  /**
   * Open it in its place, which must be visible, with fonts loaded; and fit it to the slide's scale.
   *
   * @param level How much larger than placed its type is, from 0.
   */
  fit(scale: number, level: number): void {
    this.level = level;
    if (!this.opened) {
      this.terminal.open(this.element);
      this.opened = true;
      this.terminal.textarea?.addEventListener("focus", () => {
        if (this.receiver === undefined) this.terminal.blur();
      });
      // xterm.js draws its cursor from the first focus on; this is one that takes it from nothing else.
      for (const type of ["focus", "blur"]) this.terminal.textarea?.dispatchEvent(new FocusEvent(type));
    }
    const room = this.element.parentElement;
    const screen = this.element.querySelector<HTMLElement>(".xterm-screen");
    if (!room?.clientWidth || !screen) return;
    const ratio = window.devicePixelRatio || 1;
    const size = this.look.size * this.enlargement(room);
    this.terminal.options.lineHeight = 1;
    this.terminal.options.fontSize = size * scale;
    const letters = screen.offsetHeight / this.look.rows;
    const wanted = Math.floor((this.look.lineHeight / this.look.size) * size * scale * ratio) / ratio;
    this.terminal.options.lineHeight = Math.max(1, (wanted + 0.01) / letters);
    const whole = this.isWhole;
    const { offsetWidth: width, offsetHeight: height } = screen;
    const shrink = Math.min(whole ? room.clientWidth / width : Infinity, whole ? room.clientHeight / height : Infinity, 1 / scale);
    this.shrink = shrink;
    this.element.style.width = whole ? `${room.clientWidth / shrink}px` : `${width}px`;
    this.element.style.height = whole ? `${room.clientHeight / shrink}px` : `${height}px`;
    this.pan();
  }

  /** Whether all columns and rows are seen. */
  private get isWhole(): boolean {
    return COLUMNS_SEEN[this.level] === Infinity;
  }

  /** The type's size in shares of the placed one. */
  private enlargement(room: Element): number {
    if (this.level === 0) return 1;
    const { columns, rows, size, lineHeight } = this.look;
    const across = room.clientWidth / (Math.min(columns, COLUMNS_SEEN[this.level] ?? 0) * size * CELL);
    return this.isWhole ? Math.min(across, room.clientHeight / (rows * lineHeight)) : across;
  }

  /** Keep the cursor in sight where not all columns and rows are. */
  private pan(): void {
    const room = this.element.parentElement;
    const screen = this.element.querySelector<HTMLElement>(".xterm-screen");
    if (!room || !screen) return;
    const { cursorX, cursorY } = this.terminal.buffer.active;
    const past = (end: number, cells: number, length: number, seen: number): number =>
      this.isWhole ? 0 : Math.max(0, (end / cells) * length * this.shrink - seen);
    const across = past(cursorX + 1, this.look.columns, screen.offsetWidth, room.clientWidth);
    const down = past(cursorY + 1, this.look.rows, screen.offsetHeight, room.clientHeight);
    this.element.style.transform = `translate(${-across}px, ${-down}px) scale(${this.shrink})`;
  }
}

function themeOf(look: ScreenLook): Record<string, string> {
  const colors: Record<string, string> = {
    background: look.background,
    foreground: look.color,
    cursor: look.color,
    cursorAccent: look.background,
    selectionBackground: `${look.color}55`,
  };
  ANSI.forEach((name, index) => {
    const bright = `bright${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    colors[name] = look.palette[index] ?? look.color;
    colors[bright] = look.palette[index + 8] ?? look.color;
  });
  return colors;
}

/**
 * Take out of the output what must do nothing here: queries of the terminal's state, whose replies nobody
 * waits for, and links (OSC 8), which a demo's output could lead anywhere.
 */
function swallow(terminal: Terminal): IDisposable[] {
  const always = (): boolean => true;
  const asks = (data: string): boolean => data.includes("?");
  const { parser } = terminal;
  return [
    ...[{ final: "c" }, { prefix: ">", final: "c" }, { prefix: "=", final: "c" }],
    ...[{ final: "n" }, { prefix: "?", final: "n" }, { final: "t" }, { prefix: ">", final: "q" }],
    ...[{ intermediates: "$", final: "p" }, { prefix: "?", intermediates: "$", final: "p" }],
  ]
    .map((id) => parser.registerCsiHandler(id, always))
    .concat(parser.registerDcsHandler({ intermediates: "$", final: "q" }, always))
    .concat(parser.registerOscHandler(8, always))
    .concat([4, 10, 11, 12].map((code) => parser.registerOscHandler(code, asks)));
}

/** What xterm.js sends when a program asked to be told of the focus (`CSI ? 1004 h`). */
function isFocusReport(data: string): boolean {
  return data === "\x1b[I" || data === "\x1b[O";
}
