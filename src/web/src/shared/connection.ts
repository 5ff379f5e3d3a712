// The connection of a page to its show; each time it comes back, the show begins with a snapshot of the present.
//
// What moves the show carries the time at which it was ordered, by the show's own clock: what waited in a network that
// was gone would be obeyed half a minute later.

import { Lifeline, type Contact } from "./lifeline";
import { WRONG_TOKEN } from "./messages";
import type { GoTo, Hello, OpenDemo, PageMessage, PageName, Press, ShowMessage, Typing } from "./messages";

export { ON_THIS_MACHINE, type Contact } from "./lifeline";

/** What is said while there is no connection waits for it this many milliseconds; a later press would surprise. */
const PATIENCE = 2000;

/** Where a page hears of a show, and may say something to it. */
export interface Link {
  send(message: PageMessage): void;
}

export interface Receiver {
  receive(message: ShowMessage): void;
  /** Called when this changes. */
  contact(now: Contact): void;
  /** The show does not know this page's token. */
  denied(): void;
}

export class Connection implements Link {
  private token: string | undefined;
  private edition: string | undefined;
  /** Whether the show has greeted this page, and hears it. */
  private heard = false;
  private waiting: Waiting[] = [];
  /** What the show's clock is ahead of this page's, in milliseconds: the most that was seen, since signs may be late. */
  private ahead = 0;
  /** That of the state that the page shows. */
  private revision = 0;
  private readonly page: PageName;
  private readonly receiver: Receiver;
  private readonly line: Lifeline;

  constructor(page: PageName, token: string | undefined, receiver: Receiver) {
    this.page = page;
    this.token = token;
    this.receiver = receiver;
    this.line = new Lifeline("/ws", {
      opened: () => this.greet(),
      heard: (line) => this.hear(JSON.parse(line) as ShowMessage),
      closed: (code) => this.closed(code),
      contact: (now) => receiver.contact(now),
    });
  }

  send(message: PageMessage): void {
    this.waiting.push({ message, since: Date.now(), revision: this.revision });
    this.deliver();
  }

  private deliver(): void {
    const now = Date.now();
    this.waiting = this.waiting.filter(({ since }) => now - since < PATIENCE);
    if (!this.heard || !this.line.isOpen) return;
    for (const each of this.waiting.splice(0)) this.line.send(JSON.stringify(this.dated(each)));
  }

  /** A message with what an order says of itself. */
  private dated({ message, since, revision }: Waiting): PageMessage {
    if (!isOrder(message)) return message;
    return { ...message, revision, at: (since + this.ahead) / 1000 };
  }

  private greet(): void {
    this.heard = false;
    const hello: Hello = { type: "hello", page: this.page };
    this.line.send(JSON.stringify(this.token === undefined ? hello : { ...hello, token: this.token }));
  }

  private closed(code: number): void {
    this.heard = false;
    if (code !== WRONG_TOKEN) return;
    this.token = undefined;
    this.waiting = [];
    this.receiver.denied();
  }

  private hear(message: ShowMessage): void {
    if (message.type === "beat") {
      this.ahead = Math.max(this.ahead, message.at * 1000 - Date.now());
      return;
    }
    if (message.type === "state") {
      this.line.loaded();
      this.revision = message.revision;
    }
    if (message.type === "snapshot") {
      this.ahead = message.at * 1000 - Date.now();
      this.line.greeted();
      // The deck was replaced while this page was away: what it shows is another deck.
      if (this.edition !== undefined && this.edition !== message.edition) location.reload();
      this.edition = message.edition;
    }
    if (message.type === "ended") this.line.ended();
    this.receiver.receive(message);
    if (message.type === "snapshot") {
      this.heard = true;
      this.deliver();
    }
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
