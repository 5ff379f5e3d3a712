// The presenter's page: the slide and the next one, notes, the demo's steps, the clock, and every command.

import "@xterm/xterm/css/xterm.css";
import "./presenter.css";
import { byId, element, setText } from "../show/elements";
import { commandOf, HELP, pageKeyOf } from "../show/keys";
import type { Key, OutlineSlide, ShowMessage, SpeakerState } from "../show/messages";
import { Pen } from "../show/pen";
import { Speaker } from "../show/speaker";
import { drawSteps } from "../show/steplist";
import { elapsed, pace } from "../show/timing";
import { Jumping } from "./jumping";
import { keepFocus } from "./keepingfocus";
import { BUTTONS, LAYOUT, REFUSED } from "./layout";
import { Mirror } from "./mirror";
import { NotesSize } from "./notessize";

const TICK = 250;
const BADGES = { live: "Live", recorded: "Recorded", none: "" } as const;

document.body.innerHTML = LAYOUT;

const speaker = new Speaker("presenter", {
  draw,
  connected(yes) {
    const link = byId("link");
    link.dataset["state"] = yes ? "good" : "lost";
    setText(link, yes ? "connected" : "looking for the show");
  },
  refused() {
    document.body.innerHTML = REFUSED;
  },
  other,
});
const mirror = new Mirror(byId("mirror"), (data) => speaker.send({ type: "input", data }));
const jumping = new Jumping(byId("jump-dialog") as HTMLDialogElement, (slide) => speaker.send({ type: "jump", slide }));
const pen = new Pen(byId("cover"), () => speaker.state?.slide, (message) => speaker.send(message));
const notesSize = new NotesSize(byId("notes"));

function other(message: ShowMessage): void {
  if (message.type === "snapshot") mirror.clear();
  else if (message.type === "clear") mirror.clear(message.demo);
  else if (message.type === "output") mirror.write(message.demo, message.terminal, message.data);
}

function draw(state: SpeakerState, slides: readonly OutlineSlide[], title: string): void {
  const slide = slides[state.index];
  if (!slide) return;
  document.title = `${state.index + 1}. ${slide.title}: ${title}`;
  setText(byId("talk"), title);
  setText(byId("place"), `${state.index + 1} / ${state.count}`);
  setText(byId("section"), slide.section ?? "");
  setText(byId("pages"), `${state.pages} watching`);
  setText(byId("intent"), state.intent.text);
  const next = slides.find(({ id }) => id === state.next.slide);
  setText(byId("next-title"), next === slide ? "on this slide" : (next?.title ?? ""));
  drawNotes(slide);
  drawDemo(state, slide);
  byId("notice").hidden = !state.notice;
  setText(byId("notice"), state.notice);
  byId("blanked").hidden = !state.blank;
  byId("blank").setAttribute("aria-pressed", String(state.blank));
  drawClock();
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
  const badge = byId("badge");
  badge.hidden = state.badge === "none";
  badge.dataset["kind"] = state.badge;
  setText(badge, BADGES[state.badge]);
  document.body.classList.toggle("has-demo", slide.steps.length > 0);
  setText(byId("status"), slide.demo ? `${slide.demo}: ${state.status}` : "No demo on this slide");
  const fault = byId("fault");
  fault.hidden = !state.fault;
  setText(fault, state.fault);
  drawSteps(byId("steps"), slide.steps, state.steps);
  const running = state.activity === "running";
  const usable: Partial<Record<Key, boolean>> = {
    recording: slide.steps.length > 0,
    interrupt: running,
    rerun: state.steps.length > 0 && !running,
    reset: slide.steps.length > 0,
    type: slide.steps.length > 0 && state.badge === "live",
  };
  for (const { id, key } of BUTTONS) (byId(id) as HTMLButtonElement).disabled = usable[key] === false;
  byId("type").setAttribute("aria-pressed", String(state.typing));
  mirror.show(slide.demo, state.terminal, state.typing);
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
  setText(byId("time"), new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  const share = state.clock.planned ? (state.clock.running ? state.clock.elapsed + since : 0) / state.clock.planned : 0;
  byId("plan-bar").style.width = `${Math.min(1, share) * 100}%`;
}

function showHelp(): void {
  const dialog = byId("help-dialog") as HTMLDialogElement;
  const entries = HELP.flatMap(([keys, meaning]) => [element("dt", "", keys), element("dd", "", meaning)]);
  dialog.querySelector("dl")?.replaceChildren(...entries);
  dialog.showModal();
}

function drawTools(): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-tool-button]")) {
    button.setAttribute("aria-pressed", String(button.dataset["toolButton"] === pen.tool));
  }
}

function jump(): void {
  if (speaker.state) jumping.open(speaker.slides, speaker.state.index);
}

document.addEventListener(
  "keydown",
  (event) => {
    const typing = speaker.state?.typing ?? false;
    const key = commandOf(event, typing);
    const own = pageKeyOf(event, typing);
    if (document.querySelector("dialog[open]")) return;
    if (key !== undefined) speaker.send({ type: "key", key });
    else if (own === "jump") jump();
    else if (own === "help") showHelp();
    else if (own === "laser" || own === "pen") pen.toggle(own);
    else if (own === "undo" || own === "erase") pen.erase(own === "erase");
    else if (own === "arrow" || (own === "overview" && event.key === "Escape" && pen.tool !== "arrow")) pen.take("arrow");
    else if (own === "larger-notes" || own === "smaller-notes") notesSize.change(own === "larger-notes" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

document.querySelector("footer")?.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
  const key = pressed?.dataset["key"] as Key | undefined;
  if (key !== undefined) speaker.send({ type: "key", key });
  else if (pressed?.id === "jump") jump();
  else if (pressed?.id === "help") showHelp();
  if (key !== undefined && event.detail > 0) pressed?.blur();
});

byId("notes").addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[href^='#/']") : null;
  if (!link) return;
  event.preventDefault();
  speaker.send({ type: "jump", slide: decodeURIComponent(link.getAttribute("href")?.slice(2) ?? "") });
});

keepFocus();
pen.changed = drawTools;
drawTools();
window.setInterval(drawClock, TICK);
