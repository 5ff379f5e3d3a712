// The page of a deck: reveal.js, the demos' terminals, and who leads them.

import Reveal from "reveal.js";
import "reveal.js/reveal.css";
import "@xterm/xterm/css/xterm.css";
import "./deck.css";
import { Replay } from "./replay/replay";
import { follow, replay } from "./audience/audience";
import { readConfig } from "./config";
import { Film } from "./film";
import { Follower, takesKeys } from "./follower";
import { Playback } from "./navigation";
import type { DemoPanel } from "./panel";
import { Panels } from "./panels";
import { fillRepeatedPictures } from "./pictures";
import { Player } from "./player";
import { readRecordings } from "./recordings";

const PRINTING = /[?&]print-pdf\b/i.test(location.search);
/** Whether each state of a slide's fragments gets a page of its own. */
const FRAGMENT_PAGES = PRINTING && /[?&]fragments\b/i.test(location.search);
const FILMING = /[?&]film\b/i.test(location.search);
/** How long after the pointer's last movement the arrows stay, in ms. */
const POINTER_MS = 1500;

async function start(): Promise<void> {
  const { mode, palette } = readConfig();
  const led = mode !== "file";
  fillRepeatedPictures();
  // xterm.js measures its cells once, when it is opened: with the fonts that it will be drawn in.
  await Promise.all([...document.fonts].map((face) => face.load()));

  const element = document.querySelector<HTMLElement>(".reveal");
  if (!element) throw new Error("this page has no deck");
  const deck = new Reveal(element, {
    width: 1280,
    height: 720,
    margin: 0,
    minScale: 0.1,
    maxScale: 8,
    center: false,
    view: PRINTING ? "print" : null,
    scrollActivationWidth: 0, // a small window shows slides too, not one long page
    pdfSeparateFragments: FRAGMENT_PAGES,
    pdfMaxPagesPerSlide: 1, // what a template has beyond the slide's edge is cut off, as on the screen
    pdfPageHeightOffset: 0, // one pixel less, as reveal.js has it, is a line at the foot of each page
    navigationMode: "linear",
    transition: "fade",
    backgroundTransition: "fade",
    autoAnimate: !FILMING && !matchMedia("(prefers-reduced-motion: reduce)").matches,
    autoAnimateDuration: 0.5,
    hash: !led && !FILMING,
    respondToHashChanges: !led && !FILMING,
    fragmentInURL: true,
    history: false,
    controls: !led,
    controlsTutorial: false,
    progress: true,
    keyboard: !led,
    touch: false,
    keyboardCondition: (event) => !takesKeys(event.target),
    postMessage: false,
    postMessageEvents: false,
    focusBodyOnPageVisibilityChange: false,
  });

  const panels = PRINTING ? undefined : new Panels(element, palette);
  const fit = (): void => panels?.fit(deck.getScale());
  for (const event of ["ready", "slidechanged", "resize"]) deck.on(event, fit);

  const follower = led && panels ? new Follower(deck, element, panels) : undefined;
  const players = playersOf(led || !panels ? [] : panels.all);
  if (!led && !FILMING) new Playback(deck, element, players);
  watchPointer();
  // Who prints the page waits for this class.
  deck.on("pdf-ready", () => document.documentElement.classList.add("qd-printable"));
  document.documentElement.classList.toggle("qd-fragment-pages", FRAGMENT_PAGES);
  // On paper a demo stands at its last screen: its steps change nothing.
  if (PRINTING) for (const step of element.querySelectorAll(".qd-step")) step.remove();
  await deck.initialize();
  if (!led && FILMING) Object.assign(window, { quarterdeckFilm: new Film(deck, players, fit) });
  if (follower && mode === "live") follow(follower);
  if (follower && mode === "replay") replay(follower, (receiver) => new Replay(receiver, follower.slides()));
}

function playersOf(panels: readonly DemoPanel[]): Map<HTMLElement, Player> {
  const recordings = readRecordings();
  const players = new Map<HTMLElement, Player>();
  for (const panel of panels) {
    const recording = recordings.get(panel.demo);
    if (recording && panel.slide) players.set(panel.slide, new Player(panel, recording));
  }
  return players;
}

/** Mark the page while the pointer moves, so that the arrows are there for it. */
function watchPointer(): void {
  let timer = 0;
  document.addEventListener("pointermove", () => {
    document.documentElement.classList.add("qd-pointing");
    clearTimeout(timer);
    timer = window.setTimeout(() => document.documentElement.classList.remove("qd-pointing"), POINTER_MS);
  });
}

void start();
