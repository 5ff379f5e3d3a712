// The presenter's page, empty.  Everything in here is fixed text: what comes from the show is put in later.

import { CAPS, type PageKey } from "../shared/keytable";
import type { Key } from "../shared/messages";

/** A button has its command's name as its id. */
interface Button<Command> {
  readonly key: Command;
  readonly label: string;
}

/** The show's commands besides *next*. */
export const BUTTONS: readonly Button<Key>[] = [
  { key: "back", label: "Back" },
  { key: "recording", label: "Recording" },
  { key: "interrupt", label: "Interrupt" },
  { key: "hold", label: "Hold" },
  { key: "rerun", label: "Run again" },
  { key: "reset", label: "Reset" },
  { key: "type", label: "Type" },
  { key: "blank", label: "Blank" },
];

/** What is done to the slide, to the left under it. */
export const TOOLS: readonly Button<PageKey>[] = [
  { key: "laser", label: "Laser" },
  { key: "pen", label: "Draw" },
  { key: "highlighter", label: "Highlight" },
  { key: "undo", label: "Undo" },
  { key: "erase", label: "Erase" },
];

/** What is done to the terminals and to the audience's pages, to the right under the slide. */
export const SETTINGS: readonly Button<Key>[] = [
  { key: "terminal", label: "Terminal 2" },
  { key: "smaller", label: "A−" },
  { key: "larger", label: "A+" },
  { key: "page", label: "Page" },
  { key: "invite", label: "Invite" },
];

/** What else the page does, at the lower right. */
export const PAGES: readonly Button<PageKey>[] = [
  { key: "overview", label: "Overview" },
  { key: "jump", label: "Jump" },
  { key: "help", label: "Keys" },
];

const button = (kind: "key" | "own", { key, label }: Button<Key | PageKey>): string =>
  `<button type="button" id="${key}" data-${kind}="${key}" title="${label}: ${CAPS[key]}">${label} <kbd>${CAPS[key]}</kbd></button>`;
const keys = (list: readonly Button<Key>[]): string => list.map((one) => button("key", one)).join("\n");
const owns = (list: readonly Button<PageKey>[]): string => list.map((one) => button("own", one)).join("\n");

export const LAYOUT = `
<header>
  <h1 id="talk"></h1>
  <span id="place"></span>
  <span id="section"></span>
  <span class="spring"></span>
  <span id="badge" class="badge" hidden></span>
  <span id="engine"></span>
  <span id="pages"></span>
  <span id="link" role="status" data-state="waiting">connecting</span>
</header>
<div class="alerts">
  <p id="question" role="alert" hidden>
    <span id="question-text"></span>
    <button type="button" id="question-open">Look at them <kbd>${CAPS.question}</kbd></button>
  </p>
  <p id="notice" role="alert" hidden></p>
</div>
<main>
  <section class="current" aria-label="Current slide">
    <div class="slide" id="current-slide">
      <iframe title="The slide as the audience sees it" src="/?preview=current" tabindex="-1" inert></iframe>
      <div id="mirror" hidden></div>
      <div class="cover" id="cover"></div>
      <div id="blanked" hidden><span id="blanked-text"></span></div>
    </div>
    <div class="tools" role="toolbar" aria-label="On the slide">
      ${owns(TOOLS)}
      <span class="spring"></span>
      ${keys(SETTINGS)}
    </div>
    <p id="seats" hidden></p>
    <div class="below">
      <div class="demo">
        <p class="stage"><span id="status" role="status"></span><span id="step-time"></span></p>
        <p id="fault" role="alert" hidden></p>
        <ol id="steps" aria-label="Steps of the demo"></ol>
      </div>
      <ol id="sections" tabindex="0" aria-label="Sections, with their time and the plan" hidden></ol>
    </div>
  </section>
  <section class="side" aria-label="Clock, next slide and notes">
    <div class="clock" role="group" aria-label="Clock">
      <span id="elapsed">0:00</span>
      <span id="planned"></span>
      <span id="pace"></span>
      <span id="time"></span>
      <div class="plan" id="plan" aria-hidden="true"></div>
      <span id="section-pace"></span>
    </div>
    <div class="upcoming" id="upcoming">
      <div class="slide"><iframe title="What comes next" src="/?preview=next" tabindex="-1" inert></iframe></div>
      <h2><span id="next-label">Then</span> <span id="next-title"></span></h2>
    </div>
    <div class="notes">
      <div class="bar">
        <h2 id="notes-title">Notes</h2>
        <button type="button" data-own="smaller-notes" aria-label="A−: smaller notes" title="Smaller notes: &lt;">A−</button>
        <button type="button" data-own="larger-notes" aria-label="A+: larger notes" title="Larger notes: &gt;">A+</button>
      </div>
      <div id="notes" tabindex="0" aria-labelledby="notes-title"></div>
    </div>
  </section>
</main>
<footer>
  <button type="button" id="next" data-key="next"><span>Next</span> <span id="intent"></span><kbd>Space</kbd></button>
  ${keys(BUTTONS)}
  ${owns(PAGES)}
</footer>
<dialog id="jump-dialog" aria-label="Jump to a slide">
  <input type="search" placeholder="Title or number" aria-label="Title or number of a slide">
  <ol></ol>
</dialog>
<dialog id="question-dialog" aria-labelledby="question-title">
  <h2 id="question-title">Run these commands?</h2>
  <p id="question-about"></p>
  <ol id="question-lines" tabindex="0" aria-label="Commands"></ol>
  <div class="answers">
    <button type="button" id="question-yes">Run them from now on</button>
    <button type="button" id="question-no">Keep the show as it was</button>
  </div>
</dialog>
<dialog id="overview-dialog" aria-label="Overview of the slides"></dialog>
`;
