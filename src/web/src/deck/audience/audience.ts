// Leads the deck's page where the show is: the audience's page, the projector's, the speaker's previews,
// and the stage that PowerPoint links to.

import "./audience.css";
import { Connection, type Link, type Receiver } from "../../shared/connection";
import { enterFullScreen, toggleFullScreen } from "../../shared/elements";
import { passKeysOn, tellOverview, type PreviewKind } from "../../shared/frames";
import { keepFocus } from "../../shared/focus";
import { Help } from "../../shared/help";
import { commandOf, isHeldDown, isTyped, pageKeyOf } from "../../shared/keys";
import { HELP, type PageKey } from "../../shared/keytable";
import type { Key, PageName, Served, ShowMessage, SpeakerState, State, StepProgress } from "../../shared/messages";
import { Notice } from "../../shared/notice";
import { Pen } from "../../shared/pen";
import { SlideNumber } from "../../shared/slidenumber";
import { borrowToken, dropToken, takeToken } from "../../shared/token";
import type { DeckView, ServedPage, StepState, TerminalPanel } from "../view";
import { Captions } from "./captions";
import { Drawing } from "./drawing";
import { Invitation } from "./invitation";
import { Lookback } from "./lookback";
import { Outputs } from "./outputs";
import { Overview } from "./overview";
import { Pointer } from "./pointer";
import { SeatStrip } from "./seats";
import { Stage } from "./stage";

const STEP_STATES: Readonly<Record<StepProgress, StepState>> = {
  passed: "passed",
  failed: "failed",
  "timed-out": "failed",
  died: "failed",
  interrupted: "passed",
  recorded: "recorded",
  running: "running",
  next: "waiting",
  waiting: "waiting",
};

/** The keys of a page that only follows, and of one that plays a show that was given. */
const FOLLOWERS_KEYS: ReadonlySet<PageKey> = new Set(["overview", "jump", "full-screen", "begin", "captions"]);
const REPLAYS_KEYS: ReadonlySet<PageKey> = new Set(["full-screen", "begin", "captions"]);

/** Follow the show for as long as the page is open. */
export function follow(view: DeckView): void {
  const preview = new URLSearchParams(location.search).get("preview") as PreviewKind | null;
  const demo = /^\/stage\/([^/]+)$/.exec(location.pathname)?.[1];
  const connect = (page: PageName, token?: string) => (receiver: Receiver) => new Connection(page, token, receiver);
  if (preview !== null) new Audience(view, "preview", connect("preview"), { preview });
  else if (demo === undefined) new Audience(view, "audience", connect("audience", takeToken()));
  else {
    const link = connect("stage", takeToken() ?? borrowToken());
    new Audience(view, "stage", link, { demo: decodeURIComponent(demo) });
  }
}

/** Show what a page like this was told in a show that was given; `link` tells it. */
export function replay(view: DeckView, link: (receiver: Receiver) => Link): void {
  new Audience(view, "replay", link);
}

interface Options {
  readonly preview?: PreviewKind;
  /** The demo to open when the page is a stage. */
  readonly demo?: string;
}

class Audience {
  private readonly view: DeckView;
  private readonly connection: Link;
  private readonly outputs: Outputs;
  private readonly lookback: Lookback;
  private readonly overview: Overview;
  private readonly notice: Notice;
  private readonly captions: Captions;
  private readonly invitation = new Invitation("Follow along on your own device");
  private readonly joining = new Invitation("Get a seat: a terminal in your browser");
  private readonly seats = new SeatStrip(document.querySelector(".reveal .slides"));
  private readonly pointer = new Pointer();
  private readonly drawing = new Drawing();
  private readonly pen: Pen;
  private readonly number: SlideNumber;
  private readonly page: PageName | "replay";
  private readonly preview: PreviewKind | undefined;
  private readonly stage: Stage | undefined;
  private help: Help | undefined;
  private state: State | undefined;
  private speaker = false;
  /** The terminal that may have been given the speaker's keys. */
  private taken: { readonly terminal: string; readonly panel: TerminalPanel } | undefined;

  /** @param link Connects to the show, or to its recording. */
  constructor(
    view: DeckView,
    page: PageName | "replay",
    link: (receiver: Receiver) => Link,
    { preview, demo }: Options = {},
  ) {
    this.view = view;
    this.page = page;
    this.preview = preview;
    const seen = page !== "preview";
    this.outputs = new Outputs(view);
    this.notice = new Notice(seen);
    this.captions = new Captions(seen);
    this.lookback = new Lookback(view, () => this.draw(), () => this.openOverview());
    this.overview = new Overview((slide) => this.choose(slide));
    this.pen = new Pen(surface(), () => this.state?.slide, (message) => this.connection.send(message));
    this.number = new SlideNumber((digits) => this.notice.say(digits && `Slide ${digits}: Enter`), (index) => {
      const slide = view.slides()[index];
      if (slide) this.choose(slide.id);
    });
    this.stage = demo === undefined ? undefined : new Stage(demo, this.notice, () => this.connection.send({ type: "open", demo }));
    document.documentElement.classList.add(`qd-${preview === "overview" ? "grid" : page}`);
    document.addEventListener("keydown", (event) => this.press(event), true);
    document.addEventListener("click", () => this.keepTyping());
    if (!seen) passKeysOn();
    // A click into the page of a container acts there, and leaves the keys to the show.
    else keepFocus(() => this.keepTyping());
    if (preview === "overview") this.overview.onLeave(() => tellOverview(null));
    const receiver: Receiver = {
      receive: (message) => this.receive(message),
      contact: (now) => this.notice.contact(now),
      denied: dropToken,
    };
    this.connection = link(receiver);
  }

  private receive(message: ShowMessage): void {
    switch (message.type) {
      case "snapshot":
        this.speaker = message.role === "speaker";
        document.documentElement.dataset["role"] = message.role;
        this.outputs.clear();
        this.drawing.clear();
        this.seats.clear();
        this.pointer.show(null, null);
        for (const { demo } of this.view.slides()) if (demo) this.view.showPages(demo, []);
        this.lookback.allow(this.page === "audience" && !this.speaker);
        if (this.speaker) this.lead();
        this.stage?.enter(this.speaker);
        break;
      case "output":
        this.outputs.add(message.demo, message.terminal, message.data);
        break;
      case "clear":
        this.outputs.clear(message.demo);
        break;
      case "pages": {
        const { demo, pages, framed, live } = message;
        this.view.showPages(demo, pages.map((page) => this.servedPage(page, framed, live)));
        break;
      }
      case "state":
        this.state = message;
        this.draw();
        break;
      case "point":
        this.pointer.show(message.x, message.y);
        break;
      case "draw":
        this.drawing.draw(message.slide, message.stroke, message.ink, message.points);
        break;
      case "erase":
        this.drawing.erase(message.slide, message.stroke);
        break;
      case "invitation":
        this.invitation.fill(message.address, message.code);
        break;
      case "seats":
        this.seats.fill(message);
        this.joining.fill(message.address, message.rows, message.code);
        this.draw();
        break;
      case "files":
        this.lookback.offer(message.files);
        break;
      case "reload":
        location.reload();
        break;
      case "ended":
      case "outline":
      case "question":
      case "beat":
        break;
    }
  }

  /** Have swipes, and clicks on links to slides, lead the show. */
  private lead(): void {
    this.view.onNavigate = (intent) => {
      if (intent === "next") this.command("next");
      else if (intent === "previous") this.command("back");
      else this.connection.send({ type: "jump", slide: intent.slide });
    };
  }

  private draw(): void {
    const state = this.state;
    if (!state) return;
    const ahead = this.preview === "next" && state.next.slide !== state.slide;
    document.documentElement.classList.toggle("qd-ahead", ahead);
    this.view.zoom(ahead ? 0 : state.zoom);
    this.view.pageView(state.page);
    this.view.blank(state.blank !== null && this.page !== "preview");
    if (state.blank !== null) document.documentElement.classList.toggle("qd-white", state.blank === "white");
    this.lookback.follow(state.slide, state.fragment);
    this.captions.show(state.caption);
    if (this.preview === "next") this.view.show(state.next.slide, state.next.fragment);
    else if (!this.lookback.away) this.view.show(state.slide, state.fragment);
    const { slide } = this.view.current();
    this.drawing.show(slide);
    const exercise = this.seats.show(slide);
    const inviting = state.inviting && this.preview !== "next" && this.preview !== "overview";
    this.joining.show(inviting && exercise);
    this.invitation.show(inviting && !exercise);
    if (this.preview === "overview" && !this.overview.isOpen) this.openOverview();
    else this.overview.mark(state.slide);
    if (state.demo !== null) this.drawPanel(state, state.demo);
  }

  private drawPanel(state: State, demo: string): void {
    const info = this.view.slides().find((slide) => slide.demo === demo);
    if (!info) return;
    const panel = this.view.terminal(demo, state.terminal);
    panel.front();
    panel.badge(state.badge);
    panel.status(state.status, overall(state.steps));
    state.steps.forEach((progress, index) => {
      const id = info.steps[index];
      if (id !== undefined) panel.step(id, STEP_STATES[progress]);
    });
    const mayType = this.speaker && state.typing;
    const terminal = `${demo} ${state.terminal}`;
    if (this.taken && this.taken.terminal !== terminal) this.taken.panel.onInput = undefined;
    this.taken = { terminal, panel };
    panel.onInput = mayType ? (data) => this.connection.send({ type: "input", data }) : undefined;
    const focused = document.activeElement;
    if (!mayType && focused instanceof HTMLElement && focused.closest(".xterm")) focused.blur();
  }

  /** How the page of a container is shown: the speaker is told what the audience sees, others get a picture of it. */
  private servedPage({ url, number, step, picture }: Served, framed: boolean, live: boolean): ServedPage {
    const card = this.page === "preview" && live;
    return {
      ...{ url, number, step, picture },
      form: framed ? "frame" : card ? "card" : "picture",
      about: card
        ? "The audience sees this page here."
        : this.page === "replay"
          ? "The audience saw this page here."
          : "This page is open on the speaker’s machine.",
      mark: live && picture === undefined ? "recorded" : "",
    };
  }

  /** A click beside the terminal that was taken over doesn't take the keys from it. */
  private keepTyping(): void {
    if (!document.querySelector("dialog[open]")) this.taken?.panel.takeKeys();
  }

  private press(event: KeyboardEvent): void {
    if (this.overview.isOpen || this.page === "preview") return;
    const typing = this.speaker && (this.state?.typing ?? false);
    const key = this.speaker ? commandOf(event, typing) : undefined;
    const own = pageKeyOf(event, typing);
    const keys = this.page === "replay" ? REPLAYS_KEYS : FOLLOWERS_KEYS;
    const allowed = own !== undefined && (this.speaker || keys.has(own));
    const numbered = this.page !== "replay" && !typing && !isTyped(event) && this.number.press(event);
    const meaning = key ?? (allowed ? own : undefined);
    const handled = numbered || isHeldDown(event, meaning) || this.obey(key, allowed ? own : undefined, event);
    if (!handled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private obey(key: Key | undefined, own: PageKey | undefined, event: KeyboardEvent): boolean {
    if (key !== undefined) this.command(key);
    else if (own !== undefined) this.doOwn(own, event);
    return key !== undefined || own !== undefined;
  }

  private command(key: Key): void {
    if (this.stage?.takes(key, this.state as SpeakerState | undefined)) return;
    this.connection.send({ type: "key", key });
  }

  private doOwn(key: PageKey, event: KeyboardEvent): void {
    switch (key) {
      case "overview":
        if (event.key === "Escape" && this.pen.tool !== "arrow") this.pen.take("arrow");
        else this.openOverview();
        break;
      case "jump":
        this.openOverview();
        break;
      case "full-screen":
        toggleFullScreen();
        break;
      case "begin":
        enterFullScreen();
        break;
      case "captions":
        this.captions.toggle();
        break;
      case "help":
        this.help ??= new Help(HELP);
        this.help.show();
        break;
      case "laser":
      case "pen":
      case "highlighter":
        this.pen.toggle(key);
        break;
      case "arrow":
        this.pen.take("arrow");
        break;
      case "undo":
      case "erase":
        this.pen.erase(key === "erase");
        break;
      case "larger-notes":
      case "smaller-notes":
      case "question":
        break;
    }
  }

  private openOverview(): void {
    if (!this.state) return;
    const follows = this.page === "audience" && !this.speaker;
    this.overview.open(this.view.current().slide, follows ? this.lookback.reach : this.view.slides().length);
  }

  /** A slide was chosen: in the overview, or by its number. */
  private choose(slide: string): void {
    if (this.preview === "overview") tellOverview(slide);
    else if (this.speaker) this.connection.send({ type: "jump", slide });
    else this.lookback.go(slide);
  }
}

/** What the mouse points and draws on: over the slide, while a tool is in use. */
function surface(): HTMLElement {
  const cover = document.createElement("div");
  cover.className = "qd-surface";
  document.querySelector(".reveal .slides")?.append(cover);
  return cover;
}

function overall(steps: readonly StepProgress[]): StepState {
  if (steps.includes("running")) return "running";
  const last = steps.filter((step) => step !== "next" && step !== "waiting").at(-1);
  return last === undefined ? "waiting" : STEP_STATES[last];
}
