// Leads the deck's page where the show is: the audience's page, the projector's, the speaker's previews,
// and the stage that PowerPoint links to.

import "./audience.css";
import type { DeckView, StepState, TerminalPanel } from "../deck/view";
import { Captions } from "./captions";
import { Connection, type Link, type PageKind, type Receiver } from "./connection";
import { Drawing } from "./drawing";
import { commandOf, pageKeyOf } from "./keys";
import { LookingBack } from "./lookingback";
import type { ShowMessage, State, StepProgress } from "./messages";
import { Notice } from "./notice";
import { Outputs } from "./outputs";
import { Pen } from "./pen";
import { Pointer } from "./pointer";
import { borrowToken, dropToken, takeToken } from "./token";

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

/** Follow the show for as long as the page is open. */
export function follow(view: DeckView): void {
  const preview = new URLSearchParams(location.search).get("preview");
  const demo = /^\/stage\/([^/]+)$/.exec(location.pathname)?.[1];
  if (preview !== null) new Audience(view, "preview", undefined, preview === "next");
  else if (demo !== undefined) new Audience(view, "stage", takeToken() ?? borrowToken(), false, decodeURIComponent(demo));
  else new Audience(view, "audience", takeToken(), false);
}

/** Show what a page like this was told in a show that was given; `link` tells it. */
export function replay(view: DeckView, link: (receiver: Receiver) => Link): void {
  new Audience(view, "replay", undefined, false, undefined, link);
}

class Audience {
  private readonly view: DeckView;
  private readonly connection: Link;
  private readonly outputs: Outputs;
  private readonly lookingBack: LookingBack;
  private readonly notice: Notice;
  private readonly captions: Captions;
  private readonly pointer = new Pointer();
  private readonly drawing = new Drawing();
  private readonly pen: Pen;
  private readonly ahead: boolean;
  private readonly demo: string | undefined;
  private readonly page: PageKind;
  private state: State | undefined;
  private speaker = false;
  /** The terminal that may have been given the speaker's keys. */
  private taken: { readonly terminal: string; readonly panel: TerminalPanel } | undefined;

  /**
   * @param ahead Whether to show what *next* would show: the speaker's second preview.
   * @param demo The demo to open when the page is a stage.
   * @param link Where to hear of the show; the show's server unless something else is given.
   */
  constructor(
    view: DeckView,
    page: PageKind,
    token: string | undefined,
    ahead: boolean,
    demo?: string,
    link: (receiver: Receiver) => Link = (receiver) => new Connection(page, token, receiver),
  ) {
    this.view = view;
    this.page = page;
    this.ahead = ahead;
    this.demo = demo;
    this.outputs = new Outputs(view);
    this.notice = new Notice(page !== "preview");
    this.captions = new Captions(page !== "preview");
    this.lookingBack = new LookingBack(view, () => this.draw());
    this.pen = new Pen(surface(), () => this.state?.slide, (message) => this.connection.send(message));
    document.documentElement.classList.add(`qd-${page}`);
    document.addEventListener("keydown", (event) => this.press(event), true);
    if (page === "preview" && window.parent !== window) passKeysOn(window.parent.document);
    this.connection = link({
      receive: (message) => this.receive(message),
      connected: (yes) => this.notice.connected(yes),
      denied: dropToken,
    });
  }

  private receive(message: ShowMessage): void {
    switch (message.type) {
      case "snapshot":
        this.speaker = message.role === "speaker";
        document.documentElement.dataset.role = message.role;
        this.outputs.clear();
        this.drawing.clear();
        this.pointer.show(null, null);
        for (const { demo } of this.view.slides()) if (demo) this.view.closePage(demo);
        this.lookingBack.allow(this.page === "audience" && !this.speaker);
        if (this.speaker) {
          this.view.onNavigate = (intent) => {
            if (intent === "next") this.connection.send({ type: "key", key: "next" });
            else if (intent === "previous") this.connection.send({ type: "key", key: "back" });
            else this.connection.send({ type: "jump", slide: intent.slide });
          };
        }
        if (this.speaker && this.demo !== undefined) this.connection.send({ type: "open", demo: this.demo });
        break;
      case "output":
        this.outputs.add(message.demo, message.terminal, message.data);
        break;
      case "clear":
        this.outputs.clear(message.demo);
        break;
      case "page":
        if (message.url === null) this.view.closePage(message.demo);
        else this.view.openPage(message.demo, message.url);
        break;
      case "state":
        this.state = message;
        this.draw();
        break;
      case "point":
        this.pointer.show(message.x, message.y);
        break;
      case "draw":
        this.drawing.draw(message.slide, message.stroke, message.points);
        break;
      case "erase":
        this.drawing.erase(message.slide, message.stroke);
        break;
      case "reload":
        location.reload();
        break;
      case "outline":
        break;
    }
  }

  private draw(): void {
    const state = this.state;
    if (!state) return;
    this.view.zoom(state.zoom);
    this.view.blank(state.blank && this.page !== "preview");
    this.lookingBack.live(state.slide, state.fragment);
    this.captions.show(state.caption);
    if (this.ahead) this.view.show(state.next.slide, state.next.fragment);
    else if (!this.lookingBack.away) this.view.show(state.slide, state.fragment);
    this.drawing.show(this.view.current().slide);
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

  private press(event: KeyboardEvent): void {
    if (!this.speaker) return;
    const typing = this.state?.typing ?? false;
    const key = commandOf(event, typing);
    const own = pageKeyOf(event, typing);
    if (key !== undefined) this.connection.send({ type: "key", key });
    else if (own === "laser" || own === "pen") this.pen.toggle(own);
    else if (own === "undo" || own === "erase") this.pen.erase(own === "erase");
    else if (own === "arrow" || (own === "overview" && this.pen.tool !== "arrow")) this.pen.take("arrow");
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** What the mouse points and draws on: over the slide, while a tool is in use. */
function surface(): HTMLElement {
  const cover = document.createElement("div");
  cover.className = "qd-surface";
  document.querySelector(".reveal .slides")?.append(cover);
  return cover;
}

/** A preview that was given the focus gives its keys to the page that it is part of. */
function passKeysOn(receiver: Document): void {
  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
    receiver.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, altKey, metaKey, shiftKey }));
  });
}

function overall(steps: readonly StepProgress[]): StepState {
  if (steps.includes("running")) return "running";
  const last = steps.filter((step) => step !== "next" && step !== "waiting").at(-1);
  return last === undefined ? "waiting" : STEP_STATES[last];
}
