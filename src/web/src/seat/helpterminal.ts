// An attendee's terminal in the organiser's room, open as long as the attendee agrees.

import { Terminal } from "@xterm/xterm";
import { element, setText } from "../shared/elements";
import { INPUT_LIMIT, type SeatMessage } from "./messages";
import { deskSocket } from "./roomlink";
import type { RoomHello } from "./roommessages";

const FONT = 'ui-monospace, "Cousine", "Liberation Mono", "DejaVu Sans Mono", monospace';
const LARGEST_TYPE = 16;
const SMALLEST_TYPE = 8;

export class HelpTerminal {
  readonly element = element("section", "terminal");
  private readonly place = element("div", "screen");
  private readonly said = element("p", "said");
  private readonly terminal = new Terminal({
    fontFamily: FONT,
    fontSize: 13,
    scrollback: 5000,
    theme: { background: "#0d1b2e", foreground: "#eef3f8", cursor: "#ffbd59" },
  });
  private readonly socket = deskSocket("/room/terminal");
  private readonly onClosed: () => void;

  /** @param onClosed Called when the terminal is closed by the organiser. */
  constructor(token: string, attendee: string, name: string, onClosed: () => void) {
    this.onClosed = onClosed;
    const close = element("button", "", "Close");
    close.addEventListener("click", () => this.close());
    const head = element("header", "", element("h2", "", `${name}’s terminal`), close);
    this.element.append(head, this.said, this.place);
    setText(this.said, "Both of you type into it. Closing gives it back.");
    this.terminal.onData((data) => {
      for (let at = 0; at < data.length; at += INPUT_LIMIT) {
        this.say({ type: "input", data: data.slice(at, at + INPUT_LIMIT) });
      }
    });
    this.socket.addEventListener("open", () => {
      const hello: RoomHello = { type: "hello", token, attendee };
      this.say(hello);
    });
    this.socket.addEventListener("message", (event) => this.receive(JSON.parse(String(event.data)) as SeatMessage));
    this.socket.addEventListener("close", (event) => {
      setText(this.said, event.reason ? `Closed: ${event.reason}.` : "Closed: the seat or the desk is gone.");
      this.element.classList.add("over");
      this.terminal.options.disableStdin = true;
    });
  }

  /** Draw it; its element must be in the page. */
  open(): void {
    this.terminal.open(this.place);
    this.terminal.focus();
    new ResizeObserver(() => this.fit()).observe(this.place);
  }

  close(): void {
    this.socket.close();
    this.terminal.dispose();
    this.element.remove();
    this.onClosed();
  }

  private say(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private receive(message: SeatMessage): void {
    if (message.type === "output") this.terminal.write(message.data);
    if (message.type !== "status" || !message.columns || !message.rows) return;
    if (message.columns !== this.terminal.cols || message.rows !== this.terminal.rows) {
      this.terminal.resize(message.columns, message.rows);
      this.fit();
    }
  }

  /** The terminal has the attendee's size: the type is as large as the place allows. */
  private fit(): void {
    const screen = this.place.querySelector<HTMLElement>(".xterm-screen");
    if (!screen?.offsetWidth || !this.place.clientWidth) return;
    const now = this.terminal.options.fontSize ?? LARGEST_TYPE;
    const wanted = Math.floor((now * (this.place.clientWidth - 16)) / screen.offsetWidth);
    const size = Math.max(SMALLEST_TYPE, Math.min(LARGEST_TYPE, wanted));
    if (size !== now) this.terminal.options.fontSize = size;
  }
}
