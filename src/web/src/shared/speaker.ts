// What the presenter's page and the phone's have in common: they know the outline and the state, and command.

import { Connection, type Contact } from "./connection";
import { setText } from "./elements";
import { CAPS } from "./keytable";
import type { Cover, OutlineSlide, PageMessage, PageName, ShowMessage, SpeakerState } from "./messages";
import { borrowToken, dropToken, takeToken } from "./token";

/** What a page shows that was opened without the token. */
export const REFUSED = `
<main class="refused">
  <h1>This page needs the speaker's address</h1>
  <p>Open the address that the console shows (key <kbd>A</kbd>): it ends in <code>#token=…</code>, and each show has its own.</p>
</main>
`;

const BADGES = { live: "Live", recorded: "Recorded", held: "Held", none: "" } as const;

/** Where the demo's output comes from; or that its step is held, which is easily forgotten. */
export function drawBadge(badge: HTMLElement, state: SpeakerState): void {
  const kind = state.held ? "held" : state.badge;
  badge.hidden = kind === "none";
  badge.dataset["kind"] = kind;
  setText(badge, BADGES[kind]);
}

/** What the audience sees instead of the slide, and the key that brings that back. */
export function coverText(cover: Cover | null): string {
  return cover === null ? "" : `The audience sees a ${cover} screen · ${CAPS[cover === "white" ? "white" : "blank"]} brings the slide back`;
}

/** What went wrong last, and how to go on; `next` is what the page calls the key. */
export function faultText({ fault, intent }: SpeakerState, next: string): string {
  return fault && intent.move === "recording" ? `${fault}. ${next} plays the recording.` : fault;
}

/** What a speaker can do about a show that can't be reached. */
export const START_AGAIN = "If it was cut off, start it again with the same command.";

export interface SpeakerPage {
  /** Something has changed. */
  draw(state: SpeakerState, slides: readonly OutlineSlide[], title: string): void;
  contact(now: Contact): void;
  /** The page was opened without the show's token: it can't command. */
  refused(): void;
  /** Everything else that the show tells, for what only one page needs. */
  other?(message: ShowMessage): void;
}

export class Speaker {
  state: SpeakerState | undefined;
  slides: readonly OutlineSlide[] = [];
  private title = "";
  /** When the state came, on the page's own clock; in milliseconds. */
  private heard = 0;
  /** When the show was ended, likewise: its clock stands from then on. */
  private stopped: number | undefined;
  private readonly connection: Connection;
  private readonly page: SpeakerPage;

  constructor(kind: PageName, page: SpeakerPage) {
    this.page = page;
    this.connection = new Connection(kind, takeToken() ?? borrowToken(), {
      receive: (message) => this.receive(message),
      contact: (now) => {
        const ended = now === "ended";
        this.stopped = ended ? performance.now() : undefined;
        document.body.classList.toggle("ended", ended);
        page.contact(now);
      },
      denied: () => {
        dropToken();
        page.refused();
      },
    });
  }

  send(message: PageMessage): void {
    this.connection.send(message);
  }

  /** Seconds since the state came, to be added to its clock. */
  since(): number {
    return ((this.stopped ?? performance.now()) - this.heard) / 1000;
  }

  private receive(message: ShowMessage): void {
    switch (message.type) {
      case "snapshot":
        this.title = message.title;
        if (message.role !== "speaker") this.page.refused();
        break;
      case "outline":
        this.slides = message.slides;
        break;
      case "state":
        if (!("intent" in message)) return;
        this.state = message;
        this.heard = performance.now();
        this.page.draw(message, this.slides, this.title);
        break;
      case "reload":
        location.reload();
        break;
      default: // for the page alone
        break;
    }
    this.page.other?.(message);
  }
}
