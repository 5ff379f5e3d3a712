// The presenter's page, empty.  Everything in here is fixed text: what comes from the show is put in later.

import type { Key } from "../show/messages";

interface Button {
  readonly id: string;
  readonly key: Key;
  readonly label: string;
  readonly hint: string;
}

export const BUTTONS: readonly Button[] = [
  { id: "back", key: "back", label: "Back", hint: "←" },
  { id: "recording", key: "recording", label: "Recording", hint: "V" },
  { id: "interrupt", key: "interrupt", label: "Interrupt", hint: "I" },
  { id: "rerun", key: "rerun", label: "Run again", hint: "X" },
  { id: "reset", key: "reset", label: "Reset", hint: "R" },
  { id: "type", key: "type", label: "Type", hint: "T" },
  { id: "blank", key: "blank", label: "Blank", hint: "B" },
];

const button = ({ id, key, label, hint }: Button): string =>
  `<button type="button" id="${id}" data-key="${key}">${label} <kbd>${hint}</kbd></button>`;

export const LAYOUT = `
<header>
  <h1 id="talk"></h1>
  <span id="place"></span>
  <span id="section"></span>
  <span class="spring"></span>
  <span id="badge" class="badge" hidden></span>
  <span id="pages"></span>
  <span id="link" role="status" data-state="waiting">connecting</span>
</header>
<p id="notice" role="alert" hidden></p>
<main>
  <section class="current" aria-label="Current slide">
    <div class="slide" id="current-slide">
      <iframe title="The slide as the audience sees it" src="/?preview=current" tabindex="-1" inert></iframe>
      <div id="mirror" hidden></div>
      <div class="cover" id="cover"></div>
      <div id="blanked" hidden>The audience sees black</div>
    </div>
    <div class="demo">
      <p id="status" role="status"></p>
      <p id="fault" role="alert" hidden></p>
      <ol id="steps" aria-label="Steps of the demo"></ol>
    </div>
  </section>
  <section class="side">
    <div class="clock" aria-label="Clock">
      <span id="elapsed">0:00</span>
      <span id="planned"></span>
      <span id="pace"></span>
      <span id="time"></span>
      <div class="plan" aria-hidden="true"><i id="plan-bar"></i></div>
    </div>
    <div class="upcoming">
      <h2>Then <span id="next-title"></span></h2>
      <div class="slide"><iframe title="What comes next" src="/?preview=next" tabindex="-1" inert></iframe></div>
    </div>
    <h2 id="notes-title">Notes</h2>
    <div id="notes" tabindex="0" aria-labelledby="notes-title"></div>
  </section>
</main>
<footer>
  <button type="button" id="next" data-key="next"><span>Next</span> <span id="intent"></span><kbd>Space</kbd></button>
  ${BUTTONS.map(button).join("\n  ")}
  <button type="button" id="jump">Jump <kbd>G</kbd></button>
  <button type="button" id="help">Keys <kbd>?</kbd></button>
</footer>
<dialog id="jump-dialog" aria-label="Jump to a slide">
  <input type="search" placeholder="Title or number" aria-label="Title or number of a slide">
  <ol></ol>
</dialog>
<dialog id="help-dialog" aria-label="Keys">
  <h2>Keys</h2>
  <dl></dl>
  <form method="dialog"><button type="submit">Close</button></form>
</dialog>
`;

export const REFUSED = `
<main class="refused">
  <h1>This page needs the speaker's address</h1>
  <p>Open the address that the console shows (key <kbd>A</kbd>): it ends in <code>#token=…</code>, and each show has its own.</p>
</main>
`;
