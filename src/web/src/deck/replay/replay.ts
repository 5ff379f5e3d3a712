// Plays a show that was given: what the audience's pages were told, with the timing of the talk.

import "./replay.css";
import type { Link, Receiver } from "../../shared/connection";
import type { ShowMessage } from "../../shared/messages";
import type { SlideInfo } from "../view";
import { Bar } from "./bar";
import { chaptersOf, readShow, type Chapter, type Told } from "./recorded";

/** Seconds that the arrow keys go. */
const LEAP = 10;

export class Replay implements Link {
  private readonly receiver: Receiver;
  private readonly told: readonly Told[];
  private readonly chapters: readonly Chapter[];
  private readonly bar: Bar;
  private readonly length: number;
  /** Where the replay is, in seconds. */
  private at = 0;
  /** How many messages have been passed on. */
  private heard = 0;
  private speed = 1;
  private playing = false;
  private frame = 0;
  private before = 0;

  constructor(receiver: Receiver, slides: readonly SlideInfo[]) {
    this.receiver = receiver;
    this.told = readShow();
    this.length = this.told.at(-1)?.[0] ?? 0;
    this.chapters = chaptersOf(this.told, slides);
    this.bar = new Bar(this.chapters, this.length, {
      toggle: () => this.toggle(),
      seek: (seconds) => this.seek(seconds),
      speed: (speed) => (this.speed = speed),
    });
    document.addEventListener("keydown", (event) => this.key(event));
    // The page begins to listen when this constructor has returned.
    queueMicrotask(() => this.seek(0));
  }

  /** Nothing can be said to a show that is over. */
  send(): void {
    return;
  }

  private toggle(): void {
    if (!this.playing && this.at >= this.length) this.seek(0);
    this.playing = !this.playing;
    this.bar.playing(this.playing);
    cancelAnimationFrame(this.frame);
    this.before = performance.now();
    if (this.playing) this.frame = requestAnimationFrame((now) => this.advance(now));
  }

  private advance(now: number): void {
    this.go(this.at + (Math.max(0, now - this.before) / 1000) * this.speed);
    this.before = now;
    if (this.at >= this.length) this.toggle();
    else if (this.playing) this.frame = requestAnimationFrame((next) => this.advance(next));
  }

  /** Go on to a later moment. */
  private go(seconds: number): void {
    this.at = Math.min(this.length, seconds);
    const from = this.heard;
    while ((this.told[this.heard]?.[0] ?? Infinity) <= this.at) this.heard += 1;
    for (const message of lasting(this.told.slice(from, this.heard))) this.receiver.receive(message);
    this.bar.show(this.at);
  }

  /** Go to any moment: back is from the beginning. */
  private seek(seconds: number): void {
    const target = Math.max(0, Math.min(this.length, seconds));
    if (target < this.at || this.heard === 0) {
      this.receiver.receive({ type: "snapshot", title: document.title, role: "follower", edition: "", at: 0 });
      this.heard = 0;
    }
    this.go(target);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input,select") && event.key !== " ") return;
    const acts: Readonly<Record<string, () => void>> = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: () => this.seek(this.at - LEAP),
      ArrowRight: () => this.seek(this.at + LEAP),
      PageUp: () => this.seek(this.chapter(-1)),
      PageDown: () => this.seek(this.chapter(1)),
      Home: () => this.seek(0),
      End: () => this.seek(this.length),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** When the slide before or after this one begins. */
  private chapter(by: number): number {
    const here = this.chapters.findLastIndex(({ start }) => start <= this.at);
    const chapter = this.chapters[Math.max(0, here + by)];
    return chapter ? chapter.start : this.length;
  }
}

/** What has an effect that lasts: of states and pointers the last one is enough. */
function lasting(told: readonly Told[]): ShowMessage[] {
  const last = (type: ShowMessage["type"]): number => told.findLastIndex(([, message]) => message.type === type);
  const only = new Set([last("state"), last("point")]);
  return told
    .filter(([, { type }], index) => (type === "state" || type === "point" ? only.has(index) : type !== "snapshot"))
    .map(([, message]) => message);
}
