// An attendee's terminal in the organiser's room, open as long as the attendee agrees.

import { Terminal } from "@xterm/xterm";
import { isFocusReport, swallow } from "../deck/screen";
import { element, setText } from "../shared/elements";
import { socketTo } from "../shared/lifeline";
import type { SeatMessage } from "./messages";
import type { RoomHello } from "./roommessages";
import { parts } from "./typed";

const FONT = 'ui-monospace, "Cousine", "Liberation Mono", "DejaVu Sans Mono", monospace';
const LARGEST_TYPE = 16;
const SMALLEST_TYPE = 8;

export class HelpTerminal {
  readonly element = element("section", "help");
  private readonly place = element("div", "screen");
  private readonly said = element("p", "said");
  private readonly terminal = new Terminal({
    fontFamily: FONT,
    fontSize: 13,
    scrollback: 5000,
    theme: { background: "#0d1b2e", foreground: "#eef3f8", cursor: "#ffbd59" },
  });
  private socket: WebSocket | undefined;
  private readonly hello: RoomHello;
  private readonly onClosed: () => void;

  /** @param onClosed Called when the terminal is closed by the organiser. */
  constructor(token: string, attendee: string, name: string, onClosed: () => void) {
    this.hello = { type: "hello", token, attendee };
    this.onClosed = onClosed;
    const close = element("button", "", "Close");
    close.addEventListener("click", () => this.close());
    const head = element("header", "", element("h2", "", `${name}’s terminal`), close);
    this.element.append(head, this.said, this.place);
    swallow(this.terminal); // the attendee's own page is another one that sees what a program asks its terminal
    this.terminal.onData((data) => {
      if (isFocusReport(data)) return;
      for (const part of parts(data)) this.say({ type: "input", data: part });
    });
    this.connect();
  }

  /** Connect it, or do so again: the connection before may be dead without a sign. */
  connect(): void {
    const before = this.socket;
    const socket = (this.socket = socketTo("/room/terminal"));
    before?.close();
    setText(this.said, "Both of you type into it. Closing gives it back.");
    this.over(false);
    socket.addEventListener("open", () => this.say(this.hello));
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.receive(JSON.parse(String(event.data)) as SeatMessage);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      setText(this.said, event.reason ? `Closed: ${event.reason}.` : "Closed: the seat or the desk is gone.");
      this.over(true);
    });
  }

  /** Draw it; its element must be in the page. */
  open(): void {
    this.terminal.open(this.place);
    this.terminal.focus();
    new ResizeObserver(() => this.fit()).observe(this.place);
  }

  close(): void {
    this.socket?.close();
    this.socket = undefined;
    this.terminal.dispose();
    this.element.remove();
    this.onClosed();
  }

  private say(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private over(yes: boolean): void {
    this.element.classList.toggle("over", yes);
    this.terminal.options.disableStdin = yes;
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
