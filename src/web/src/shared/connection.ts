// The connection of a page to its show.  It comes back by itself: after a lost network, after sleep, and
// after a restart of the show; each time the show begins with a snapshot of the present.
//
// A network that is gone ends no connection: what is sent waits in the system, and arrives when it is back.  So the show
// gives a sign of life every second, and a page that hears nothing for some time looks for the show again; and what moves
// the show carries the time at which it was ordered, by the show's own clock, or it would be obeyed half a minute later.

import { WRONG_TOKEN } from "./messages";
import type { GoTo, Hello, OpenDemo, PageMessage, PageName, Press, ShowMessage, Typing } from "./messages";

/** Whether the show runs on the machine of this page: then no network can come between them. */
export const ON_THIS_MACHINE = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);

const FIRST_DELAY = 100;
const LONGEST_DELAY = 800;
/** A connection on which nothing came for this many milliseconds is dead; the show gives a sign of life every second. */
const SILENCE = 2500;
/** The same until the first snapshot has come whole: on a slow network, one message of it may take so long. */
const LOADING = 15_000;
/** How often that is looked at.  A look that comes much too late says nothing: the page was busy, hidden or asleep. */
const LOOK = 500;
const LATE_LOOK = 1500;
/** After so many milliseconds in vain, awake, a page no longer promises that it will find the show. */
const IN_VAIN = 15_000;
/** What is said while there is no connection waits for it this many milliseconds; a later press would surprise. */
const PATIENCE = 2000;

/** Where a page hears of a show, and may say something to it. */
export interface Link {
  send(message: PageMessage): void;
}

/** Whether a page has its show: `gone` is one that was looked for in vain, `ended` one that the speaker has ended. */
export type Contact = "there" | "lost" | "gone" | "ended";

export interface Receiver {
  receive(message: ShowMessage): void;
  /** Called when this changes. */
  contact(now: Contact): void;
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
  /** What the receiver was told; a show that was ended may be followed by another one. */
  private contact: Contact | undefined;
  /** When the show was lost. */
  private lostAt = 0;
  private waiting: Waiting[] = [];
  /** Whether the snapshot has come whole. */
  private whole = false;
  /** When something came on this connection, or when it was opened. */
  private lastSign = Date.now();
  /** What the show's clock is ahead of this page's, in milliseconds: the most that was seen, since signs may be late. */
  private ahead = 0;
  /** That of the state that the page shows. */
  private revision = 0;
  private readonly page: PageName;
  private readonly receiver: Receiver;

  constructor(page: PageName, token: string | undefined, receiver: Receiver) {
    this.page = page;
    this.token = token;
    this.receiver = receiver;
    this.open();
    this.watch();
    // Without another network, each container that starts or ends brings the machine on line or off.
    if (!ON_THIS_MACHINE) window.addEventListener("online", () => this.reopen());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.reopen();
    });
  }

  send(message: PageMessage): void {
    this.waiting.push({ message, since: Date.now(), revision: this.revision });
    this.deliver();
  }

  private deliver(): void {
    const now = Date.now();
    this.waiting = this.waiting.filter(({ since }) => now - since < PATIENCE);
    if (!this.heard || this.socket?.readyState !== WebSocket.OPEN) return;
    for (const each of this.waiting.splice(0)) this.socket.send(JSON.stringify(this.dated(each)));
  }

  /** A message with what an order says of itself. */
  private dated({ message, since, revision }: Waiting): PageMessage {
    if (!isOrder(message)) return message;
    return { ...message, revision, at: (since + this.ahead) / 1000 };
  }

  private open(): void {
    window.clearTimeout(this.timer);
    const socket = new WebSocket(`ws://${location.host}/ws`);
    this.socket = socket;
    this.heard = false;
    this.whole = false;
    this.lastSign = Date.now();
    socket.addEventListener("open", () => {
      const hello: Hello = { type: "hello", page: this.page };
      socket.send(JSON.stringify(this.token === undefined ? hello : { ...hello, token: this.token }));
    });
    socket.addEventListener("message", (event) => {
      if (socket !== this.socket) return;
      this.lastSign = Date.now();
      for (const line of String(event.data).split("\n")) this.hear(JSON.parse(line) as ShowMessage);
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      this.lose();
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
    if (message.type === "beat") {
      this.ahead = Math.max(this.ahead, message.at * 1000 - Date.now());
      return;
    }
    if (message.type === "state") {
      this.whole = true;
      this.revision = message.revision;
    }
    if (message.type === "snapshot") {
      this.ahead = message.at * 1000 - Date.now();
      this.delay = FIRST_DELAY;
      this.tell("there");
      // The deck was replaced while this page was away: what it shows is another deck.
      if (this.edition !== undefined && this.edition !== message.edition) location.reload();
      this.edition = message.edition;
    }
    if (message.type === "ended") this.tell("ended");
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

  /** Look for the show again when it gives no sign of life. */
  private watch(): void {
    let before = Date.now();
    window.setInterval(() => {
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
  }

  private lose(): void {
    if (this.contact !== undefined && this.contact !== "there") return;
    this.lostAt = Date.now();
    this.tell("lost");
  }

  private tell(contact: Contact): void {
    if (contact === this.contact) return;
    this.contact = contact;
    this.receiver.contact(contact);
  }
}

/** Something to be sent: what it is, when it was given, and for which state. */
interface Waiting {
  readonly message: PageMessage;
  readonly since: number;
  readonly revision: number;
}

/** Whether it moves the show. */
function isOrder(message: PageMessage): message is Press | GoTo | OpenDemo | Typing {
  return ["key", "jump", "open", "input"].includes(message.type);
}
