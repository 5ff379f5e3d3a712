// The phone's page: large buttons, the slide to point and draw on, notes, steps and the clock.

import "./remote.css";
import { elapsed, pace, stepTime } from "../shared/clock";
import { byId, element, setText } from "../shared/elements";
import { loadSurely } from "../shared/frames";
import { JumpList } from "../shared/jumplist";
import { commandOf, isHeldDown } from "../shared/keys";
import type { Key, OutlineSlide, SpeakerState } from "../shared/messages";
import { Pen } from "../shared/pen";
import { CONTACTS } from "../shared/notice";
import { coverText, drawBadge, faultText, REFUSED, Speaker, START_AGAIN } from "../shared/speaker";
import { drawSteps } from "../shared/steplist";
import { LAYOUT } from "./layout";
import { stayAwake } from "./wakelock";

const TICK = 250;
/** What the phone does in the hand, in milliseconds: at a press, and when a step has gone wrong. */
const PRESSED = 12;
const WRONG = [60, 60, 60];

document.body.innerHTML = LAYOUT;
for (const frame of document.querySelectorAll("iframe")) loadSurely(frame);

const speaker = new Speaker("remote", {
  draw,
  contact(now) {
    setText(byId("lost"), now === "gone" ? `${CONTACTS.gone} ${START_AGAIN}` : CONTACTS[now]);
    byId("lost").hidden = now === "there";
  },
  refused() {
    document.body.innerHTML = REFUSED;
  },
  other(message) {
    if (message.type !== "question") return;
    byId("question").hidden = !message.number;
    setText(byId("question"), `${message.text} The presenter’s page and the console ask for that.`);
  },
});
const pen = new Pen(byId("cover"), () => speaker.state?.slide, (message) => speaker.send(message));
const jumpList = new JumpList(byId("jump-dialog") as HTMLDialogElement, (slide) => speaker.send({ type: "jump", slide }));
let fault = "";

function draw(state: SpeakerState, slides: readonly OutlineSlide[], title: string): void {
  const slide = slides[state.index];
  if (!slide) return;
  document.title = title;
  setText(byId("place"), `${state.index + 1}/${state.count}`);
  setText(byId("title"), slide.title);
  setText(byId("status"), slide.demo ? state.status : "");
  setText(byId("intent"), state.intent.text);
  byId("next").dataset["move"] = state.intent.move;
  drawBadge(byId("badge"), state);
  drawFault(faultText(state, "Next"));
  drawSteps(byId("steps"), slide.steps, state.steps);
  drawNotes(slide);
  byId("blanked").hidden = state.blank === null;
  setText(byId("blanked-text"), coverText(state.blank));
  byId("blank").setAttribute("aria-pressed", String(state.blank !== null));
  byId("hold").setAttribute("aria-pressed", String(state.held));
  byId("invite").setAttribute("aria-pressed", String(state.inviting));
  const running = state.activity === "running";
  const hasDemo = slide.steps.length > 0;
  document.body.classList.toggle("has-demo", hasDemo);
  const usable: Readonly<Record<string, boolean>> = {
    recording: state.recorded,
    reset: hasDemo,
    rerun: hasDemo && !running,
    interrupt: running,
    hold: running,
    invite: state.invites,
    page: state.served,
  };
  for (const [id, yes] of Object.entries(usable)) (byId(id) as HTMLButtonElement).disabled = !yes;
  drawClock();
}

function drawFault(text: string): void {
  byId("fault").hidden = !text;
  setText(byId("fault"), text);
  if (text && text !== fault) buzz(WRONG);
  fault = text;
}

function drawNotes(slide: OutlineSlide): void {
  const notes = byId("notes");
  if (notes.dataset["slide"] === slide.id) return;
  notes.dataset["slide"] = slide.id;
  if (slide.notes) notes.innerHTML = slide.notes;
  else notes.replaceChildren(element("p", "none", "No notes."));
  document.querySelector("main")?.scrollTo(0, 0);
}

function drawClock(): void {
  const state = speaker.state;
  if (!state || !document.getElementById("elapsed")) return;
  const { now, planned } = elapsed(state.clock, speaker.since());
  const { text, kind } = pace(state.clock, speaker.since());
  setText(byId("elapsed"), now);
  setText(byId("step-time"), stepTime(state, speaker.since()));
  setText(byId("planned"), planned);
  setText(byId("pace"), text);
  byId("pace").dataset["kind"] = kind;
}

/** Shake, where the phone can and its owner lets it. */
function buzz(pattern: number | number[]): void {
  if ("vibrate" in navigator && "userActivation" in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate(pattern);
}

document.addEventListener("keydown", (event) => {
  const key = commandOf(event, false);
  if (key === undefined || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!isHeldDown(event, key)) speaker.send({ type: "key", key });
});

document.querySelector("footer")?.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
  if (!pressed) return;
  buzz(PRESSED);
  if (event.detail > 0) pressed.blur(); // or a clicker's Enter would press it again
  const key = pressed.dataset["key"] as Key | undefined;
  if (key !== undefined) speaker.send({ type: "key", key });
  else if (speaker.state) jumpList.open(speaker.slides, speaker.state.index);
});

byId("pen").addEventListener("click", () => pen.toggle("pen"));
byId("undo").addEventListener("click", () => pen.erase(false));
byId("erase").addEventListener("click", () => pen.erase(true));
pen.changed = (): void => {
  byId("pen").setAttribute("aria-pressed", String(pen.tool === "pen"));
};

stayAwake();
window.setInterval(drawClock, TICK);
