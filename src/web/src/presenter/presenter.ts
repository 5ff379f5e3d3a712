// The presenter's page: the slide and the next one, notes, the demo's steps, the clock, and every command.

import "@xterm/xterm/css/xterm.css";
import "./presenter.css";
import { elapsed, pace, stepTime } from "../shared/clock";
import { byId, element, enterFullScreen, plain, setText, toggleFullScreen } from "../shared/elements";
import { keepFocus } from "../shared/focus";
import { loadSurely } from "../shared/frames";
import { Help } from "../shared/help";
import { JumpList } from "../shared/jumplist";
import { commandOf, isHeldDown, isTyped, pageKeyOf } from "../shared/keys";
import { CAPS, HELP, type PageKey } from "../shared/keytable";
import { ZOOM_LIMIT, type Key, type OutlineSlide, type Seats, type ShowMessage, type SpeakerState } from "../shared/messages";
import type { Contact } from "../shared/connection";
import { CONTACTS, Notice } from "../shared/notice";
import { Pen } from "../shared/pen";
import { SlideNumber } from "../shared/slidenumber";
import { coverText, drawBadge, faultText, REFUSED, Speaker, START_AGAIN } from "../shared/speaker";
import { drawSteps } from "../shared/steplist";
import { Grid } from "./grid";
import { BUTTONS, LAYOUT, SETTINGS } from "./layout";
import { Mirror } from "./mirror";
import { NotesSize } from "./notessize";
import { drawSections, PlanBar } from "./planbar";
import { Question } from "./question";

const TICK = 250;
const ENGINES: Readonly<Record<string, string>> = { docker: "Docker", replay: "recordings only" };

const LINKS: Readonly<Record<Contact, string>> = {
  there: "connected",
  lost: "looking for the show",
  gone: "the show can’t be reached",
  ended: "the show has ended",
};

document.body.innerHTML = LAYOUT;
for (const frame of document.querySelectorAll("iframe")) loadSurely(frame);

const speaker = new Speaker("presenter", {
  draw,
  contact(now) {
    const link = byId("link");
    link.dataset["state"] = now === "there" ? "good" : "lost";
    setText(link, LINKS[now]);
    document.body.classList.toggle("lost", now !== "there");
    if (now !== "gone") return;
    setText(byId("notice"), `${CONTACTS.gone} ${START_AGAIN}`);
    byId("notice").hidden = false;
  },
  refused() {
    document.body.innerHTML = REFUSED;
  },
  other,
});
const jump = (slide: string): void => speaker.send({ type: "jump", slide });
const mirror = new Mirror(byId("mirror"), (data) => speaker.send({ type: "input", data }));
const jumpList = new JumpList(byId("jump-dialog") as HTMLDialogElement, jump);
const grid = new Grid(byId("overview-dialog") as HTMLDialogElement, jump);
const pen = new Pen(byId("cover"), () => speaker.state?.slide, (message) => speaker.send(message));
const notesSize = new NotesSize(byId("notes"));
const planBar = new PlanBar(byId("plan"), byId("section-pace"));
const question = new Question((number, yes) => speaker.send({ type: "answer", question: number, yes }));
const notice = new Notice(true);
const help = new Help(HELP);
const slideNumber = new SlideNumber(
  (digits) => notice.say(digits && `Slide ${digits}: Enter`),
  (index) => {
    const slide = speaker.slides[index];
    if (slide) jump(slide.id);
  },
);

/** Where attendees get their seats, and how far they are; undefined while the show says nothing of it. */
let seats: Seats | undefined;

function drawSeats(): void {
  const here = seats?.exercises.find(({ slide }) => slide === speaker.state?.slide);
  byId("seats").hidden = here === undefined;
  if (seats && here) setText(byId("seats"), [plain(seats.address), seats.code, here.text].filter(Boolean).join(" · "));
}

function other(message: ShowMessage): void {
  if (message.type === "snapshot") {
    seats = undefined;
    mirror.clear();
  }
  else if (message.type === "clear") mirror.clear(message.demo);
  else if (message.type === "question") question.ask(message);
  else if (message.type === "seats") {
    seats = message;
    drawSeats();
  } else if (message.type === "output") mirror.write(message.demo, message.terminal, message.data);
}

function draw(state: SpeakerState, slides: readonly OutlineSlide[], title: string): void {
  const slide = slides[state.index];
  if (!slide) return;
  document.title = `${state.index + 1}. ${slide.title}: ${title}`;
  setText(byId("talk"), title);
  setText(byId("place"), `${state.index + 1} / ${state.count}`);
  setText(byId("section"), slide.section ?? "");
  setText(byId("engine"), ENGINES[state.engine] ?? state.engine);
  setText(byId("pages"), `${state.pages} watching`);
  setText(byId("intent"), intentText(state));
  byId("next").dataset["move"] = state.intent.move;
  const next = slides.find(({ id }) => id === state.next.slide);
  const end = state.next.slide === state.slide && state.next.fragment === state.fragment;
  byId("upcoming").classList.toggle("end", end);
  setText(byId("next-label"), end ? "End" : "Then");
  setText(byId("next-title"), end ? "This is the last slide" : next === slide ? "on this slide" : (next?.title ?? ""));
  drawNotes(slide);
  drawSeats();
  drawDemo(state, slide);
  drawPressed("blank", state.blank !== null);
  drawPressed("invite", state.inviting);
  byId("notice").hidden = !state.notice;
  setText(byId("notice"), state.notice);
  byId("blanked").hidden = state.blank === null;
  setText(byId("blanked-text"), coverText(state.blank));
  drawClock();
}

function intentText(state: SpeakerState): string {
  if (state.typing) return "the terminal gets the keys; F2 ends typing, F3 switches terminals";
  if (state.intent.move !== "wait" || state.activity !== "running") return state.intent.text;
  return `${state.intent.text}. ${CAPS.interrupt} interrupts${state.recorded ? `, ${CAPS.recording} plays the recording` : ""}`;
}

function drawPressed(id: string, yes: boolean): void {
  byId(id).setAttribute("aria-pressed", String(yes));
}

function drawNotes(slide: OutlineSlide): void {
  const notes = byId("notes");
  if (notes.dataset["slide"] === slide.id && notes.dataset["notes"] === slide.notes) return;
  notes.dataset["slide"] = slide.id;
  notes.dataset["notes"] = slide.notes;
  if (slide.notes) notes.innerHTML = slide.notes;
  else notes.replaceChildren(element("p", "none", "No notes on this slide."));
  notes.scrollTop = 0;
}

function drawDemo(state: SpeakerState, slide: OutlineSlide): void {
  drawBadge(byId("badge"), state);
  const hasDemo = slide.steps.length > 0;
  document.body.classList.toggle("has-demo", hasDemo);
  setText(byId("status"), slide.demo ? `${slide.demo}: ${state.status}` : "No demo on this slide");
  const fault = byId("fault");
  fault.hidden = !state.fault;
  setText(fault, faultText(state, "Space"));
  drawSteps(byId("steps"), slide.steps, state.steps);
  const running = state.activity === "running";
  const usable: Partial<Record<Key, boolean>> = {
    recording: state.recorded,
    interrupt: running,
    hold: running,
    rerun: hasDemo && !running,
    reset: hasDemo,
    type: hasDemo && state.badge === "live",
    terminal: hasDemo,
    smaller: state.zoom > 0,
    larger: state.zoom < ZOOM_LIMIT,
    invite: state.invites,
    page: state.served,
  };
  for (const { key } of [...BUTTONS, ...SETTINGS]) (byId(key) as HTMLButtonElement).disabled = usable[key] === false;
  drawPressed("hold", state.held);
  drawPressed("type", state.typing);
  drawPressed("terminal", hasDemo && state.terminal > 1);
  mirror.show(slide.demo, state.terminal, state.typing, state.columns, state.rows);
}

function drawClock(): void {
  const state = speaker.state;
  if (!state || !document.getElementById("elapsed")) return;
  const since = speaker.since();
  const { now, planned } = elapsed(state.clock, since);
  const { text, kind } = pace(state.clock, since);
  setText(byId("elapsed"), now);
  setText(byId("planned"), planned);
  setText(byId("pace"), text);
  byId("pace").dataset["kind"] = kind;
  setText(byId("step-time"), stepTime(state, since));
  setText(byId("time"), new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const here = state.clock.running ? since : 0;
  const spent = state.clock.spent.map((seconds, index) => (index === state.index ? seconds + here : seconds));
  if (speaker.slides[state.index]?.steps.length === 0) drawSections(byId("sections"), speaker.slides, state.index, spent);
  else byId("sections").hidden = true;
  planBar.draw(speaker.slides, state.index, state.clock, state.clock.running ? state.clock.elapsed + since : 0);
}

function drawTools(): void {
  for (const tool of ["laser", "pen", "highlighter"] as const) drawPressed(tool, pen.tool === tool);
}

function order(key: Key): void {
  if (key === "invite" && speaker.state?.invites === false) {
    notice.say("Others can follow when the show was started with --lan");
    window.setTimeout(() => notice.say(""), 4000);
  } else speaker.send({ type: "key", key });
}

function doOwn(key: PageKey): void {
  switch (key) {
    case "overview":
      grid.open();
      break;
    case "jump":
      if (speaker.state) jumpList.open(speaker.slides, speaker.state.index);
      break;
    case "help":
      help.show();
      break;
    case "full-screen":
      toggleFullScreen();
      break;
    case "begin":
      enterFullScreen();
      break;
    case "laser":
    case "pen":
    case "highlighter":
      pen.toggle(key);
      break;
    case "arrow":
      pen.take("arrow");
      break;
    case "undo":
    case "erase":
      pen.erase(key === "erase");
      break;
    case "larger-notes":
    case "smaller-notes":
      notesSize.change(key === "larger-notes" ? 1 : -1);
      break;
    case "question":
      question.open();
      break;
    case "captions":
      break;
  }
}

function press(event: KeyboardEvent): void {
  const typing = speaker.state?.typing ?? false;
  if (document.querySelector("dialog[open]")) return;
  const numbered = !typing && !isTyped(event) && slideNumber.press(event);
  if (!numbered && !obey(event, typing)) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Whether the key meant something. */
function obey(event: KeyboardEvent, typing: boolean): boolean {
  const key = commandOf(event, typing);
  const own = pageKeyOf(event, typing);
  if (isHeldDown(event, key ?? own)) return true;
  if (key !== undefined) order(key);
  else if (event.key === "Escape" && pen.tool !== "arrow") pen.take("arrow");
  else if (own !== undefined) doOwn(own);
  return key !== undefined || own !== undefined;
}

document.addEventListener("keydown", press, true);

document.body.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
  const key = pressed?.dataset["key"] as Key | undefined;
  const own = pressed?.dataset["own"] as PageKey | undefined;
  if (key !== undefined) order(key);
  else if (own !== undefined) doOwn(own);
  if ((key !== undefined || own !== undefined) && event.detail > 0) pressed?.blur();
  if (!document.querySelector("dialog[open]")) mirror.takeKeys();
});

byId("notes").addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href^='#/']") : null;
  if (!link) return;
  event.preventDefault();
  jump(decodeURIComponent(link.getAttribute("href")?.slice(2) ?? ""));
});

keepFocus(() => mirror.takeKeys());
pen.changed = drawTools;
drawTools();
window.setInterval(drawClock, TICK);
