// The attendee's page as HTML.

const KEYS: readonly (readonly [label: string, name: string, sends: string])[] = [
  ["Esc", "Escape", "\x1b"],
  ["Tab", "Tab", "\t"],
  ["↑", "Up", "\x1b[A"],
  ["↓", "Down", "\x1b[B"],
  ["←", "Left", "\x1b[D"],
  ["→", "Right", "\x1b[C"],
  ["|", "Vertical bar", "|"],
  ["/", "Slash", "/"],
  ["-", "Hyphen", "-"],
];

/** What each key's button sends, by its number. */
export const SENT = KEYS.map(([, , sends]) => sends);

const BUTTONS = KEYS.map(([label, name], place) => `<button type="button" data-key="${place}" aria-label="${name}">${label}</button>`);

export const LAYOUT = `
<header>
  <p id="workshop"></p>
  <button id="choose" type="button" aria-haspopup="dialog" disabled><span id="place"></span> <span id="exercise"></span></button>
  <p id="who"></p>
  <nav aria-label="More">
    <a id="slides" href="/slides" target="_blank" rel="noopener" hidden>Slides</a>
    <a id="kit" href="/kit" hidden>Kit</a>
    <a id="device" href="/seat/device">Another device</a>
  </nav>
  <button id="stuck" type="button" aria-pressed="false" disabled>I’m stuck</button>
</header>
<div id="signs">
  <p id="link" role="status"></p>
  <p id="notice" role="status" hidden><span></span> <button type="button">Close</button></p>
  <p id="expiry" role="status"></p>
  <p id="moved" role="status" hidden><span>Your seat was started again on another machine, at the exercise where you were. What you have done counts; containers and files are gone.</span> <button type="button">Close</button></p>
  <p id="helping" role="status" hidden><span></span> <button type="button">End that</button></p>
</div>
<main>
  <section id="task-pane" aria-label="Task">
    <article id="task"></article>
    <div id="result" role="status"></div>
    <div id="actions">
      <button id="verify" class="first" type="button" disabled>Verify</button>
      <button id="hint" type="button" disabled>Hint</button>
      <button id="reset" type="button" disabled>Reset</button>
    </div>
  </section>
  <section id="terminal-pane" aria-label="Terminal">
    <div id="terminal"></div>
    <div id="keys" role="toolbar" aria-label="Keys"><button id="control" type="button" aria-pressed="false">Ctrl</button>${BUTTONS.join("")}</div>
    <div id="ports"></div>
  </section>
  <section id="page-pane" aria-label="Page of a container" hidden>
    <div class="bar"><b id="address"></b><button id="reload" type="button">Reload</button><a id="outside" target="_blank" rel="noopener noreferrer">In a tab</a><button id="close-page" type="button">Close</button></div>
    <p id="unreachable" hidden>This page can’t be reached from here.</p>
    <iframe id="page" title="Page of a container" referrerpolicy="no-referrer" sandbox="allow-scripts allow-forms allow-same-origin allow-popups allow-downloads allow-modals"></iframe>
  </section>
  <div id="absent" role="status"><div><h2></h2><p></p><a href="/">To the door</a></div></div>
</main>
<div id="tabs" role="group" aria-label="What is shown">
  <button type="button" data-pane="task" aria-pressed="true">Task</button>
  <button type="button" data-pane="terminal" aria-pressed="false">Terminal</button>
  <button type="button" data-pane="page" aria-pressed="false">Page</button>
</div>
<dialog id="list" aria-labelledby="list-title"><h2 id="list-title">Exercises</h2><ol></ol><form method="dialog"><button>Close</button></form></dialog>
<dialog id="question" aria-labelledby="question-title"><h2 id="question-title"></h2><p></p><form method="dialog"><button value="no"></button> <button value="yes" class="first"></button></form></dialog>
`;
