// One terminal on the slide: an xterm.js whose cells fill the panel, crisp at every size of the window.
//
// reveal.js scales the whole slide with a CSS transform, and xterm.js then finds the mouse in the wrong
// cell.  So the type is set at the size it has on the screen, and the transform is undone.

import { Terminal, type IDisposable } from "@xterm/xterm";

/** Size and line height of type, in px of the 1280-px slide, and the terminal's cells in it. */
export type TerminalType = readonly [size: number, lineHeight: number, columns: number, rows: number];

export interface ScreenLook {
  /** As it is placed, and at each level of larger type. */
  readonly types: readonly TerminalType[];
  readonly background: string;
  readonly color: string;
  readonly palette: readonly string[];
  readonly fontFamily: string;
}

const SCROLLBACK = 5000;
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
  /** The part of its height that is seen; its rows move up so that the cursor's is. */
  private share = 1;
  /** How high its rows are in its place, and by how much they are scaled to it. */
  private row = 0;
  private shrink = 1;

  constructor(look: ScreenLook) {
    this.look = look;
    this.element = document.createElement("div");
    this.element.className = "qd-xterm";
    const [size, , columns, rows] = this.type;
    this.terminal = new Terminal({
      cols: columns,
      rows,
      fontFamily: look.fontFamily,
      fontSize: size,
      scrollback: SCROLLBACK,
      disableStdin: true,
      cursorInactiveStyle: "block",
      screenReaderMode: true,
      theme: themeOf(look),
    });
    swallow(this.terminal);
    this.terminal.onRender(() => {
      this.element.classList.toggle("qd-begun", this.terminal.buffer.active.cursorY > 0);
      this.pan();
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

  /** When all that was written has been read. */
  drawn(): Promise<void> {
    return new Promise((done) => this.terminal.write("", done));
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

  /**
   * Open it in its place, which must be visible, with fonts loaded; and fit it to the slide's scale.
   *
   * @param level How much larger than placed its type is, from 0.
   * @param share The part of its height that its place shows.
   */
  fit(scale: number, level: number, share: number): void {
    this.level = level;
    this.share = share;
    if (!this.opened) {
      this.terminal.open(this.element);
      this.opened = true;
      this.terminal.textarea?.addEventListener("focus", () => {
        if (this.receiver === undefined) this.terminal.blur();
      });
      // xterm.js draws its cursor from the first focus on; this is one that takes it from nothing else.
      for (const type of ["focus", "blur"]) this.terminal.textarea?.dispatchEvent(new FocusEvent(type));
    }
    const [, , columns, rows] = this.type;
    if (this.terminal.cols === columns && this.terminal.rows === rows) this.layOut(scale);
    else {
      // What was written before is drawn in the size that it was written for, and then wraps anew.
      this.terminal.write("", () => {
        this.terminal.resize(columns, rows);
        this.layOut(scale);
      });
    }
  }

  private get type(): TerminalType {
    const type = this.look.types[Math.min(this.level, this.look.types.length - 1)];
    if (!type) throw new Error("a terminal has at least one size");
    return type;
  }

  /** Set the type so that all cells fill the room, whatever the browser rounds. */
  private layOut(scale: number): void {
    const room = this.element.parentElement;
    const screen = this.element.querySelector<HTMLElement>(".xterm-screen");
    if (!room?.clientWidth || !screen) return;
    const [size, lineHeight, , rows] = this.type;
    const ratio = window.devicePixelRatio || 1;
    this.terminal.options.lineHeight = 1;
    this.terminal.options.fontSize = size * scale;
    const letters = screen.offsetHeight / rows;
    const wanted = Math.floor(lineHeight * scale * ratio) / ratio;
    this.terminal.options.lineHeight = Math.max(1, (wanted + 0.01) / letters);
    const { offsetWidth: width, offsetHeight: height } = screen;
    const whole = room.clientHeight / this.share;
    this.shrink = Math.min(room.clientWidth / width, whole / height, 1 / scale);
    this.row = (height / rows) * this.shrink;
    this.element.style.width = `${room.clientWidth / this.shrink}px`;
    this.element.style.height = `${whole / this.shrink}px`;
    this.pan();
  }

  private pan(): void {
    const seen = Math.max(1, Math.floor(this.terminal.rows * this.share + 1e-6));
    const above = this.share < 1 ? Math.max(0, this.terminal.buffer.active.cursorY + 1 - seen) : 0;
    const up = above ? `translateY(${-above * this.row}px) ` : "";
    this.element.style.transform = `${up}scale(${this.shrink})`;
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
export function swallow(terminal: Terminal): IDisposable[] {
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
export function isFocusReport(data: string): boolean {
  return data === "\x1b[I" || data === "\x1b[O";
}
