// A WebSocket to the server of this page that comes back by itself: after a lost network, after sleep, and after a
// restart of the server.
//
// A network that is gone ends no connection: what is sent waits in the system, and arrives when it is back.  So the server
// gives a sign of life every second, and a page that hears nothing for some time looks for it again.

/** Whether the server runs on the machine of this page: then no network can come between them. */
export const ON_THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);

const FIRST_DELAY = 100;
const LONGEST_DELAY = 800;
/** A connection on which nothing came for this many milliseconds is dead; the server gives a sign of life every second. */
const SILENCE = 2500;
/** The same until the page has all that it begins with: on a slow network, one message of it may take so long. */
const LOADING = 15_000;
/** How often that is looked at.  A look that comes much too late says nothing: the page was busy, hidden or asleep. */
const LOOK = 500;
const LATE_LOOK = 1500;
/** After so many milliseconds in vain, awake, a page no longer promises that it will find the server. */
const IN_VAIN = 15_000;

/** Whether a page has its server: `gone` is one that was looked for in vain, `ended` one that has said goodbye. */
export type Contact = "there" | "lost" | "gone" | "ended";

export interface Caller {
  /** The connection was opened: the first word is the page's, if it has one. */
  opened(): void;
  /** Called with each message, one line of JSON. */
  heard(line: string): void;
  /** The connection was closed, with the code that the server gave. */
  closed(code: number): void;
  /** Called when this changes. */
  contact(now: Contact): void;
}

/** A WebSocket to a path of the server that this page is from. */
export function socketTo(path: string): WebSocket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}${path}`);
}

export class Lifeline {
  private socket: WebSocket | undefined;
  private delay = FIRST_DELAY;
  private timer = 0;
  /** What the caller was told; a server that has ended may be followed by another one. */
  private contact: Contact | undefined;
  /** When the server was lost. */
  private lostAt = 0;
  /** Whether the page has all that it begins with. */
  private whole = false;
  /** When something came on this connection, or when it was opened. */
  private lastSign = Date.now();
  /** Aborted once the server isn't looked for any more. */
  private readonly over = new AbortController();
  private readonly path: string;
  private readonly caller: Caller;

  /** @param path That of the WebSocket, on the server that this page is from. */
  constructor(path: string, caller: Caller) {
    this.path = path;
    this.caller = caller;
    this.open();
    this.watch();
    // Without another network, each container that starts or ends brings the machine on line or off.
    const { signal } = this.over;
    if (!ON_THIS_MACHINE) window.addEventListener("online", () => this.reopen(), { signal });
    const shown = (event: PageTransitionEvent): void => {
      if (event.persisted) this.reopen();
    };
    window.addEventListener("pageshow", shown, { signal });
  }

  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  send(text: string): void {
    this.socket?.send(text);
  }

  /** The server has greeted this page: it is there, and the next break is a new one. */
  greeted(): void {
    this.delay = FIRST_DELAY;
    this.tell("there");
  }

  /** The page has all that it begins with. */
  loaded(): void {
    this.whole = true;
  }

  /** The server has said goodbye. */
  ended(): void {
    this.tell("ended");
  }

  /** The server has nothing for this page, and isn't looked for any more. */
  stop(): void {
    this.over.abort();
    window.clearTimeout(this.timer);
    const old = this.socket;
    this.socket = undefined;
    old?.close();
  }

  private open(): void {
    window.clearTimeout(this.timer);
    const socket = socketTo(this.path);
    this.socket = socket;
    this.whole = false;
    this.lastSign = Date.now();
    socket.addEventListener("open", () => {
      if (socket === this.socket) this.caller.opened();
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.lastSign = Date.now();
      for (const line of String(event.data).split("\n")) this.caller.heard(line);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      this.lose();
      this.caller.closed(event.code);
      if (this.over.signal.aborted) return;
      this.timer = window.setTimeout(() => this.open(), this.delay * (0.75 + Math.random() / 2));
      this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
    });
  }

  private reopen(): void {
    const old = this.socket;
    this.socket = undefined;
    old?.close();
    this.delay = FIRST_DELAY;
    this.open();
  }

  /** Look for the server again when it gives no sign of life. */
  private watch(): void {
    let before = Date.now();
    const watching = window.setInterval(() => {
      const now = Date.now();
      const late = now - before > LATE_LOOK;
      before = now;
      if (late) this.lostAt = now;
      if (this.contact === "lost" && now - this.lostAt >= IN_VAIN) this.tell("gone");
      if (late || this.socket === undefined || this.socket.readyState > WebSocket.OPEN) return;
      const loads = this.socket.readyState === WebSocket.OPEN && !this.whole;
      if (now - this.lastSign < (loads ? LOADING : SILENCE)) return;
      this.lose();
      this.reopen();
    }, LOOK);
    this.over.signal.addEventListener("abort", () => window.clearInterval(watching));
  }

  private lose(): void {
    if (this.contact !== undefined && this.contact !== "there") return;
    this.lostAt = Date.now();
    this.tell("lost");
  }

  private tell(contact: Contact): void {
    if (contact === this.contact) return;
    this.contact = contact;
    this.caller.contact(contact);
  }
}
