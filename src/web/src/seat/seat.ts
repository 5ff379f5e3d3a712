// The attendee's page: the task, the terminal of the seat beside it, and the pages of its containers.

import "./seat.css";
import { byId, element, setText } from "../shared/elements";
import { Lifeline } from "../shared/lifeline";
import { WRONG_TOKEN } from "../shared/messages";
import { LAYOUT, SENT } from "./layout";
import type { SeatMessage, SeatPageMessage, Status } from "./messages";
import { Asker } from "./question";
import { BEGINNING, absence, after, exerciseOf, expiryText, inSeat, nextOf, progressOf, verdict, type SeatView } from "./state";
import { SeatTerminal } from "./terminal";

const LOST = "The connection is gone. This page looks for it …";
const GONE = "The workshop’s server can’t be reached: it has ended, or your network is gone. This page finds it when it is back.";
/** Shorter breaks are not worth a word; in milliseconds. */
const PATIENCE = 1500;
const TICK = 1000;

document.body.innerHTML = LAYOUT;
byId("task").lang = document.body.dataset["lang"] ?? "";

let view: SeatView = BEGINNING;
/** The task that is shown: its exercise, and how many of its hints. */
let shownTask = "";
/** The page of a container that is shown: its port and the rest of its address. */
let open: readonly [port: number, path: string] | undefined;
let asked: string | undefined;
let lostAt = Date.now();
/** How long the seat had run when it was heard of last: less is another one. */
let up = -1;

const asker = new Asker();
const terminal = new SeatTerminal(byId("terminal"), {
  typed: (data) => send({ type: "input", data }),
  sized: (columns, rows) => send({ type: "size", columns, rows }),
  left: () => byId("stuck").focus(),
});
const line = new Lifeline("/seat/ws", {
  opened: () => undefined,
  heard: (text) => hear(JSON.parse(text) as SeatMessage),
  closed(code) {
    if (code !== WRONG_TOKEN) return;
    line.stop();
    location.assign("/");
  },
  contact(now) {
    if (now === "lost") lostAt = Date.now();
    view = { ...view, contact: view.ended ? "ended" : now };
    draw();
    window.setTimeout(draw, PATIENCE);
  },
});

function send(message: SeatPageMessage): void {
  if (view.contact === "there" && line.isOpen) line.send(JSON.stringify(message));
}

function hear(message: SeatMessage): void {
  if (message.type === "output") {
    terminal.write(message.data);
    return;
  }
  if (message.type === "welcome") line.greeted();
  const before = view.status;
  view = after(view, message, Date.now() / 1000);
  if (message.type === "beat") return;
  if (message.type === "status") arrived(before, message);
  if (message.type === "ended") {
    line.ended();
    // One whose time is up may be given more; the others have said what is to be done.
    if (message.reason !== "expired") line.stop();
  }
  draw();
}

/** A seat says how it is: perhaps it is another one than before. */
function arrived(before: Status | undefined, now: Status): void {
  line.loaded();
  if (before === undefined || now.up < up) terminal.tellAgain();
  up = now.up;
  terminal.show(now.columns, now.rows);
  if (before?.exercise !== now.exercise) {
    closePage();
    if (before) terminal.focus();
  }
}

// What is shown

function draw(): void {
  const { status, welcome } = view;
  const exercise = exerciseOf(view);
  const absent = absence(view);
  document.title = [exercise?.title, welcome?.workshop].filter(Boolean).join(" · ") || "Your seat";
  setText(byId("workshop"), welcome?.workshop ?? "");
  setText(byId("who"), welcome?.name ?? "");
  byId("slides").hidden = !welcome?.slides;
  byId("kit").hidden = !welcome?.kit;
  drawSigns();
  const number = status?.exercises.findIndex(({ name }) => name === status.exercise) ?? -1;
  setText(byId("place"), status && number >= 0 ? `${number + 1} of ${status.exercises.length}` : "");
  setText(byId("exercise"), exercise?.title ?? "Exercises");
  enable("choose", status !== undefined);
  enable("stuck", welcome !== undefined && view.contact === "there");
  document.body.classList.toggle("cut-off", welcome !== undefined && ["lost", "gone"].includes(view.contact));
  byId("stuck").setAttribute("aria-pressed", String(view.stuck));
  setText(byId("stuck"), view.stuck ? "Help is on its way" : "I’m stuck");
  byId("absent").hidden = absent === undefined;
  if (absent) {
    setText(part("absent", "h2"), absent[0]);
    setText(part("absent", "p"), absent[1]);
    const again = part("absent", "a");
    again.hidden = !view.ended;
    again.setAttribute("href", view.ended === "idle" ? "/seat" : "/");
    setText(again, view.ended === "idle" ? "Sit down again" : "To the door");
    byId("absent").classList.toggle("working", !view.ended);
  }
  drawTask();
  drawPorts();
  drawPage();
  drawList();
  drawHelp();
}

function drawSigns(): void {
  const late = Date.now() - lostAt >= PATIENCE;
  setText(byId("link"), view.contact === "gone" ? GONE : view.contact === "lost" && late && view.welcome ? LOST : "");
  setText(byId("expiry"), expiryText(view, Date.now() / 1000));
  byId("notice").hidden = view.notice === "";
  setText(part("notice", "span"), view.notice);
  byId("moved").hidden = !view.moved;
  byId("helping").hidden = view.helps === undefined;
  setText(part("helping", "span"), `${view.helps ?? ""} sees your terminal and can type in it.`);
  (part("helping", "button") as HTMLButtonElement).disabled = view.contact !== "there";
}

function drawTask(): void {
  const { status } = view;
  const exercise = exerciseOf(view);
  if (!status || !exercise) return;
  const progress = progressOf(status, exercise.name);
  const task = `${exercise.name} ${progress.hints}`;
  if (task !== shownTask) void loadTask(exercise.name, task);
  const idle = !status.busy && view.contact === "there" && !view.away && !view.ended;
  enable("verify", idle && !status.fault);
  enable("hint", idle && !status.fault && exercise.hints > progress.hints);
  enable("reset", idle);
  setText(byId("verify"), status.busy ? "Please wait …" : "Verify");
  setText(byId("hint"), exercise.hints ? `Hint (${progress.hints} of ${exercise.hints})` : "No hints");
  setText(byId("reset"), status.fault ? "Begin again" : "Reset");
  const result = byId("result");
  const key = JSON.stringify([progress, status.fault, nextOf(status)?.name, exercise.name]);
  if (result.dataset["of"] === key) return;
  result.dataset["of"] = key;
  result.className = status.fault ? "bad" : progress.checks === 0 ? "" : progress.missing.length ? "missing" : "good";
  result.replaceChildren();
  if (status.fault) {
    result.append(element("p", "", status.fault));
    return;
  }
  const said = verdict(progress);
  if (said) result.append(element("p", "", said));
  if (progress.missing.length) result.append(element("ul", "", ...progress.missing.map((text) => element("li", "", text))));
  const following = nextOf(status);
  if (progress.done && !progress.missing.length) {
    if (!following) result.append(element("p", "", "You have done all exercises."));
    else {
      const next = element("button", "first", `Next: ${following.title}`);
      next.type = "button";
      next.addEventListener("click", () => begin(following.name));
      result.append(next);
    }
  }
}

/** The task's HTML is written and escaped by the seat; the page's policy lets no script in it run. */
async function loadTask(name: string, task: string): Promise<void> {
  const sameExercise = shownTask.startsWith(`${name} `);
  shownTask = task;
  try {
    const answer = await fetch(`/seat/task/${encodeURIComponent(name)}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const html = await answer.text();
    if (shownTask !== task) return;
    byId("task").innerHTML = html;
    if (sameExercise) byId("task").querySelector(".hints li:last-child")?.scrollIntoView({ block: "nearest" });
    else byId("task-pane").scrollTop = 0;
  } catch {
    if (shownTask === task) shownTask = ""; // the next status is the next try
  }
}

function drawPorts(): void {
  const ports = view.status?.ports ?? [];
  const place = byId("ports");
  if (place.dataset["of"] === ports.join()) return;
  place.dataset["of"] = ports.join();
  place.replaceChildren(
    ...ports.map((port) => {
      const button = element("button", "", `Open localhost:${port}`);
      button.type = "button";
      button.addEventListener("click", () => openPage(port, "/"));
      return button;
    }),
  );
}

function drawPage(): void {
  byId("page-pane").hidden = open === undefined;
  document.body.classList.toggle("with-page", open !== undefined);
  if (open === undefined) return;
  const [port, path] = open;
  setText(byId("address"), `localhost:${port}${path === "/" ? "" : path}`);
  const base = view.pages[port];
  byId("unreachable").hidden = base !== "";
  if (!base) return;
  const address = entrance(base, path);
  const frame = byId("page") as HTMLIFrameElement;
  if (frame.dataset["of"] === address) return;
  frame.dataset["of"] = address;
  frame.src = address;
  (byId("outside") as HTMLAnchorElement).href = address;
}

/** The desk lets a browser in at an address with a key, which leads to the page itself. */
function entrance(base: string, path: string): string {
  const address = new URL(base);
  if (path !== "/") address.searchParams.set("to", path);
  return address.href;
}

function drawList(): void {
  const { status } = view;
  if (!status) return;
  const place = part("list", "ol");
  const key = JSON.stringify([status.exercise, status.exercises.map(({ name }) => progressOf(status, name).done)]);
  if (place.dataset["of"] === key) return;
  place.dataset["of"] = key;
  place.replaceChildren(
    ...status.exercises.map(({ name, title, minutes }) => {
      const { done } = progressOf(status, name);
      const said = [minutes ? `${minutes} min` : "", done ? "done" : "", name === status.exercise ? "here" : ""];
      const button = element("button", done ? "done" : "", element("span", "", title), " ", element("small", "", said.filter(Boolean).join(" · ")));
      button.type = "button";
      if (name === status.exercise) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => {
        (byId("list") as HTMLDialogElement).close();
        begin(name);
      });
      return element("li", "", button);
    }),
  );
}

function drawHelp(): void {
  if (view.asks === asked) return;
  asked = view.asks;
  if (asked === undefined) {
    asker.withdraw();
    return;
  }
  const question = {
    title: `May ${asked === "The organiser" ? "the organiser" : asked} use your terminal?`,
    text: "You both see it, and both can type in it. You can end that at any time.",
    yes: "Yes",
    no: "No",
  };
  asker.ask(question, (yes) => {
    if (view.asks === undefined) return;
    send({ type: "consent", yes });
    view = { ...view, asks: undefined };
    asked = undefined;
  });
}

// What the attendee does

function begin(name: string): void {
  const { status } = view;
  const exercise = status?.exercises.find((each) => each.name === name);
  if (!status || !exercise) return;
  const again = name === status.exercise;
  const leave = (yes: boolean): void => {
    if (!yes) return;
    show("terminal");
    send({ type: "begin", exercise: name });
  };
  if (status.fault || (!again && progressOf(status, status.exercise).done)) leave(true);
  else {
    const text = "All that you have made in the one under way is removed: containers, images and files. What counts as done stays so.";
    asker.ask({ title: again ? "Begin again?" : `Begin “${exercise.title}”?`, text, yes: "Begin", no: "Stay" }, leave);
  }
}

function reset(): void {
  const { status } = view;
  if (status?.fault && status.exercise) begin(status.exercise);
  else {
    const text = "All that you have made is removed: containers, images and files. What counts as done stays so.";
    asker.ask({ title: "Reset this exercise?", text, yes: "Reset", no: "Stay" }, (yes) => {
      if (!yes) return;
      closePage();
      send({ type: "word", word: "reset" });
      terminal.focus();
    });
  }
}

function openPage(port: number, path: string): void {
  open = [port, path];
  delete byId("page").dataset["of"];
  send({ type: "open", port });
  show("page");
  draw();
}

function closePage(): void {
  open = undefined;
  const frame = byId("page") as HTMLIFrameElement;
  frame.removeAttribute("src");
  delete frame.dataset["of"];
  if (document.body.dataset["pane"] === "page") show("terminal");
  drawPage();
}

/** On a small screen, one pane is shown. */
function show(pane: string): void {
  document.body.dataset["pane"] = pane;
  for (const tab of document.querySelectorAll<HTMLElement>("#tabs button")) {
    tab.setAttribute("aria-pressed", String(tab.dataset["pane"] === pane));
  }
}

function part(id: string, selector: string): HTMLElement {
  const found = byId(id).querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`#${id} has no ${selector}`);
  return found;
}

function enable(id: string, on: boolean): void {
  (byId(id) as HTMLButtonElement).disabled = !on;
}

function onClick(place: HTMLElement, act: () => void): void {
  place.addEventListener("click", act);
}

onClick(byId("choose"), () => (byId("list") as HTMLDialogElement).showModal());
onClick(byId("stuck"), () => send({ type: "stuck", on: !view.stuck }));
onClick(byId("verify"), () => send({ type: "word", word: "verify" }));
onClick(byId("hint"), () => send({ type: "word", word: "hint" }));
onClick(byId("reset"), reset);
onClick(byId("reload"), () => {
  if (open) openPage(...open);
});
onClick(byId("close-page"), closePage);
onClick(part("notice", "button"), () => {
  view = { ...view, notice: "" };
  draw();
});
onClick(part("moved", "button"), () => {
  view = { ...view, moved: false };
  draw();
});
onClick(part("helping", "button"), () => send({ type: "consent", yes: false }));
onClick(byId("control"), () => {
  terminal.withControl = !terminal.withControl;
  byId("control").setAttribute("aria-pressed", String(terminal.withControl));
  terminal.focus();
});
byId("terminal").addEventListener("keyup", () => byId("control").setAttribute("aria-pressed", String(terminal.withControl)));
for (const tab of document.querySelectorAll<HTMLElement>("#tabs button")) {
  onClick(tab, () => {
    show(tab.dataset["pane"] ?? "task");
    if (tab.dataset["pane"] === "page" && !open) {
      const [port] = view.status?.ports ?? [];
      if (port) openPage(port, "/");
    }
  });
}
for (const key of document.querySelectorAll<HTMLElement>("#keys [data-key]")) {
  // A press that took the focus would close a phone's keyboard.
  key.addEventListener("pointerdown", (event) => event.preventDefault());
  onClick(key, () => terminal.press(SENT[Number(key.dataset["key"])] ?? ""));
}
byId("task").addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const place = link && inSeat(link.href);
  if (!place) return;
  event.preventDefault();
  openPage(...place);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "F6" || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  terminal.focus();
});

show("task");
draw();
window.setInterval(() => setText(byId("expiry"), expiryText(view, Date.now() / 1000)), TICK);
