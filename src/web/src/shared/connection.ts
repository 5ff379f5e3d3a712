// The connection of a page to its show.  It comes back by itself: after a lost network, after sleep, and
// after a restart of the show; each time the show begins with a snapshot of the present.

import { WRONG_TOKEN, type Hello, type PageMessage, type PageName, type ShowMessage } from "./messages";

/** Whether the show runs on the machine of this page: then no network can come between them. */
export const ON_THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);

const FIRST_DELAY = 100;
const LONGEST_DELAY = 800;
/** A clock that jumps by this many milliseconds has slept, and its connection may be dead without knowing. */
const SLEPT = 5000;
/** What is said while there is no connection waits for it this many milliseconds; a later press would surprise. */
const PATIENCE = 2000;

/** Where a page hears of a show, and may say something to it. */
export interface Link {
  send(message: PageMessage): void;
}

export interface Receiver {
  receive(message: ShowMessage): void;
  /** Called when the connection comes or goes; `ended`: the speaker has ended the show. */
  connected(yes: boolean, ended: boolean): void;
  /** The show does not know this page's token. */
  denied(): void;
}

export class Connection implements Link {
  private socket: WebSocket | undefined;
  private delay = FIRST_DELAY;
  private timer = 0;
  private token: string | undefined;
  private edition: string | undefined;
  /** Whether the show has greeted this page, and hears it. */
  private heard = false;
  /** Whether the speaker has ended the show; there may be another one later. */
  private ended = false;
  private waiting: { message: PageMessage; since: number }[] = [];
  private readonly page: PageName;
  private readonly receiver: Receiver;

  constructor(page: PageName, token: string | undefined, receiver: Receiver) {
    this.page = page;
    this.token = token;
    this.receiver = receiver;
    this.open();
    // Without another network, each container that starts or ends brings the machine on line or off.
    if (!ON_THIS_MACHINE) {
      this.watchForSleep();
      window.addEventListener("online", () => this.reopen());
    }
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.reopen();
    });
  }

  send(message: PageMessage): void {
    this.waiting.push({ message, since: Date.now() });
    this.deliver();
  }

  private deliver(): void {
    const now = Date.now();
    this.waiting = this.waiting.filter(({ since }) => now - since < PATIENCE);
    if (!this.heard || this.socket?.readyState !== WebSocket.OPEN) return;
    for (const { message } of this.waiting.splice(0)) this.socket.send(JSON.stringify(message));
  }

  private open(): void {
    window.clearTimeout(this.timer);
    const socket = new WebSocket(`ws://${location.host}/ws`);
    this.socket = socket;
    this.heard = false;
    socket.addEventListener("open", () => {
      const hello: Hello = { type: "hello", page: this.page };
      socket.send(JSON.stringify(this.token === undefined ? hello : { ...hello, token: this.token }));
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      for (const line of String(event.data).split("\n")) this.hear(JSON.parse(line) as ShowMessage);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      this.receiver.connected(false, this.ended);
      if (event.code === WRONG_TOKEN) {
        this.token = undefined;
        this.waiting = [];
        this.receiver.denied();
      }
      this.timer = window.setTimeout(() => this.open(), this.delay * (0.75 + Math.random() / 2));
      this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
    });
  }

  private hear(message: ShowMessage): void {
    if (message.type === "snapshot") {
      this.delay = FIRST_DELAY;
      this.ended = false;
      this.receiver.connected(true, false);
      // The deck was replaced while this page was away: what it shows is another deck.
      if (this.edition !== undefined && this.edition !== message.edition) location.reload();
      this.edition = message.edition;
    }
    if (message.type === "ended") {
      this.ended = true;
      this.receiver.connected(false, true);
    }
    this.receiver.receive(message);
    if (message.type === "snapshot") {
      this.heard = true;
      this.deliver();
    }
  }

  private reopen(): void {
    const old = this.socket;
    this.socket = undefined;
    old?.close();
    this.delay = FIRST_DELAY;
    this.open();
  }

  private watchForSleep(): void {
    let before = Date.now();
    window.setInterval(() => {
      const now = Date.now();
      if (now - before > SLEPT && !document.hidden) this.reopen();
      before = now;
    }, 1000);
  }
}
