// The page that a slide's link in PowerPoint opens: one demo, full screen, ready for one key.

import { enterFullScreen } from "../../shared/elements";
import type { Key, SpeakerState } from "../../shared/messages";
import type { Notice } from "../../shared/notice";
import { awaitToken } from "../../shared/token";

/** The page was asked for by another site's page, not by PowerPoint or the speaker: it does nothing by itself. */
const ASKED = new URLSearchParams(location.search).has("asked");

export class Stage {
  private readonly demo: string;
  private readonly notice: Notice;
  private readonly open: () => void;
  private opened = false;

  /** @param open Has the show go to the demo. */
  constructor(demo: string, notice: Notice, open: () => void) {
    this.demo = demo;
    this.notice = notice;
    this.open = open;
  }

  /** The page has found the show, as the speaker's or not. */
  enter(speaker: boolean): void {
    if (!speaker) {
      this.notice.say("To run this demo from here, open the presenter's page in this browser.");
      awaitToken(() => location.reload());
    } else if (ASKED && !this.opened) this.notice.say(`A key goes to the demo ${this.demo}.`);
    else if (!this.opened) this.begin();
  }

  /** Whether it takes a command for itself. */
  takes(key: Key, state: SpeakerState | undefined): boolean {
    if (!this.opened) {
      this.begin();
      enterFullScreen();
      return true;
    }
    const done = state?.demo === this.demo && (state.intent.move === "slide" || state.intent.move === "end");
    if (key === "next" && done) {
      this.leave();
      return true;
    }
    this.notice.say("");
    if (!document.fullscreenElement) enterFullScreen();
    return false;
  }

  private begin(): void {
    this.opened = true;
    this.notice.say("");
    this.open();
  }

  /** Back to PowerPoint: a browser closes a tab that was opened for one page, if at all. */
  private leave(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    window.close();
    this.notice.say("The demo is done. Alt+Tab leads back to PowerPoint.");
  }
}
