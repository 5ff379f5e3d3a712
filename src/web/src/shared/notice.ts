// A small sign at the lower edge: while the page has lost the show, and for a few words to its reader.

import type { Contact } from "./connection";

/** What is said of a show that isn't there. */
export const CONTACTS: Readonly<Record<Contact, string>> = {
  there: "",
  lost: "Looking for the show …",
  gone: "The show can’t be reached: it has ended, or the network is gone. This page finds it when it is back.",
  ended: "The show has ended.",
};

/** Shorter breaks are not worth a word; in milliseconds. */
const PATIENCE = 1500;

export class Notice {
  private readonly sign = document.createElement("div");
  private timer = 0;
  private lost = "";
  private word = "";

  constructor(wanted: boolean) {
    this.sign.className = "qd-notice";
    this.sign.setAttribute("role", "status");
    if (wanted) document.body.append(this.sign);
  }

  contact(now: Contact): void {
    window.clearTimeout(this.timer);
    const say = (): void => this.set(CONTACTS[now], this.word);
    if (now === "lost") this.timer = window.setTimeout(say, PATIENCE);
    else say();
  }

  /** Say something until something else is said; an empty text takes it away. */
  say(text: string): void {
    this.set(this.lost, text);
  }

  private set(lost: string, word: string): void {
    this.lost = lost;
    this.word = word;
    this.sign.textContent = lost || word;
  }
}
