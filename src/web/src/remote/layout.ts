// The phone's page, empty.  Everything in here is fixed text: what comes from the show is put in later.

export const LAYOUT = `
<header>
  <span id="place"></span>
  <span id="elapsed">0:00</span>
  <span id="planned"></span>
  <span id="pace"></span>
  <span id="badge" class="badge" hidden></span>
</header>
<div class="alerts">
  <p id="lost" role="status" hidden>Looking for the show …</p>
  <p id="question" role="status" hidden></p>
</div>
<main>
  <div class="slide">
    <iframe title="The slide as the audience sees it" src="/?preview=current" tabindex="-1" inert></iframe>
    <div class="cover" id="cover"></div>
    <div id="blanked" hidden><span id="blanked-text"></span></div>
  </div>
  <div class="tools" role="toolbar" aria-label="On the slide">
    <button type="button" id="pen" aria-pressed="false">Draw</button>
    <button type="button" id="undo">Undo</button>
    <button type="button" id="erase">Erase</button>
    <span class="hint">touch the slide to point</span>
  </div>
  <h1 id="title"></h1>
  <p class="stage"><span id="status" role="status"></span><span id="step-time"></span></p>
  <p id="fault" role="alert" hidden></p>
  <ol id="steps" aria-label="Steps of the demo"></ol>
  <div id="notes" tabindex="0" aria-label="Notes"></div>
</main>
<footer>
  <div class="more" role="toolbar" aria-label="Commands">
    <button type="button" id="recording" data-key="recording">Recording</button>
    <button type="button" id="interrupt" data-key="interrupt">Interrupt</button>
    <button type="button" id="hold" data-key="hold">Hold</button>
    <button type="button" id="rerun" data-key="rerun">Run again</button>
    <button type="button" id="reset" data-key="reset">Reset</button>
    <button type="button" id="blank" data-key="blank">Blank</button>
    <button type="button" id="smaller" data-key="smaller" aria-label="A−: smaller type in the terminal">A−</button>
    <button type="button" id="larger" data-key="larger" aria-label="A+: larger type in the terminal">A+</button>
    <button type="button" id="page" data-key="page" aria-label="Page: enlarge or close the page that the demo opened">Page</button>
    <button type="button" id="jump">Jump</button>
    <button type="button" id="invite" data-key="invite">Invite</button>
  </div>
  <div class="main">
    <button type="button" id="back" data-key="back" aria-label="Back">‹</button>
    <button type="button" id="next" data-key="next"><strong>Next</strong><span id="intent"></span></button>
  </div>
</footer>
<dialog id="jump-dialog" aria-label="Jump to a slide">
  <input type="search" placeholder="Title or number" aria-label="Title or number of a slide">
  <ol></ol>
</dialog>
`;
