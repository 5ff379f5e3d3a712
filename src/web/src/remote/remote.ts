// The phone's page: large buttons, notes, steps and the clock.

import "./remote.css";
import { byId, element, setText } from "../show/elements";
import { commandOf } from "../show/keys";
import type { Key, OutlineSlide, SpeakerState } from "../show/messages";
import { Speaker } from "../show/speaker";
import { drawSteps } from "../show/steplist";
import { elapsed, pace } from "../show/timing";

const TICK = 250;

const LAYOUT = `
<header>
  <span id="place"></span>
  <span id="elapsed">0:00</span>
  <span id="planned"></span>
  <span id="pace"></span>
  <span id="badge" class="badge" hidden></span>
</header>
<p id="lost" role="status" hidden>Looking for the show …</p>
<main>
  <h1 id="title"></h1>
  <p id="status" role="status"></p>
  <p id="fault" role="alert" hidden></p>
  <ol id="steps" aria-label="Steps of the demo"></ol>
  <div id="notes"></div>
</main>
<footer>
  <div class="more">
    <button type="button" id="recording" data-key="recording">Recording</button>
    <button type="button" id="interrupt" data-key="interrupt">Interrupt</button>
    <button type="button" id="reset" data-key="reset">Reset</button>
    <button type="button" id="blank" data-key="blank">Blank</button>
  </div>
  <div class="main">
    <button type="button" id="back" data-key="back" aria-label="Back">‹</button>
    <button type="button" id="next" data-key="next"><strong>Next</strong><span id="intent"></span></button>
  </div>
</footer>
`;

const REFUSED = `
<main class="refused">
  <h1>This page needs the speaker's address</h1>
  <p>Open the address that the console shows (key <kbd>A</kbd>): it ends in <code>#token=…</code>.</p>
</main>
`;

document.body.innerHTML = LAYOUT;

const speaker = new Speaker("remote", {
  draw,
  connected(yes) {
    byId("lost").hidden = yes;
  },
  refused() {
    document.body.innerHTML = REFUSED;
  },
});

function draw(state: SpeakerState, slides: readonly OutlineSlide[], title: string): void {
  const slide = slides[state.index];
  if (!slide) return;
  document.title = title;
  setText(byId("place"), `${state.index + 1}/${state.count}`);
  setText(byId("title"), slide.title);
  setText(byId("status"), slide.demo ? state.status : "");
  setText(byId("intent"), state.intent.text);
  const badge = byId("badge");
  badge.hidden = state.badge === "none";
  badge.dataset["kind"] = state.badge;
  setText(badge, state.badge);
  const fault = byId("fault");
  fault.hidden = !state.fault;
  setText(fault, state.fault);
  drawSteps(byId("steps"), slide.steps, state.steps);
  drawNotes(slide);
  byId("blank").setAttribute("aria-pressed", String(state.blank));
  for (const id of ["recording", "reset"]) (byId(id) as HTMLButtonElement).disabled = slide.steps.length === 0;
  (byId("interrupt") as HTMLButtonElement).disabled = state.activity !== "running";
  drawClock();
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
  setText(byId("planned"), planned);
  setText(byId("pace"), text);
  byId("pace").dataset["kind"] = kind;
}

document.addEventListener("keydown", (event) => {
  const key = commandOf(event, false);
  if (key === undefined) return;
  event.preventDefault();
  speaker.send({ type: "key", key });
});

document.querySelector("footer")?.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-key]") : null;
  if (pressed) speaker.send({ type: "key", key: pressed.dataset["key"] as Key });
});

window.setInterval(drawClock, TICK);
