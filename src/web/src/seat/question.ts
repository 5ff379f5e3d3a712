// A question that the attendee decides: one at a time.

import { byId, setText } from "../shared/elements";

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
}

export class Asker {
  private readonly dialog = byId("question") as HTMLDialogElement;
  private answered: ((yes: boolean) => void) | undefined;

  constructor() {
    this.dialog.addEventListener("close", () => {
      if (this.dialog.open) return; // it was closed for the question that it asks now
      const answered = this.answered;
      this.answered = undefined;
      answered?.(this.dialog.returnValue === "yes");
    });
  }

  /** Ask; closing the dialog is a no.  Another question takes the place of one that is open, and answers it with no. */
  ask({ title, text, yes, no }: Question, answered: (yes: boolean) => void): void {
    this.withdraw();
    setText(byId("question-title"), title);
    const [words, refuse, agree] = this.dialog.querySelectorAll("p, button");
    if (!(words instanceof HTMLElement) || !(refuse instanceof HTMLElement) || !(agree instanceof HTMLElement)) return;
    setText(words, text);
    setText(refuse, no);
    setText(agree, yes);
    this.answered = answered;
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }

  /** Nobody needs the answer any more. */
  withdraw(): void {
    const answered = this.answered;
    this.answered = undefined;
    answered?.(false);
    if (this.dialog.open) this.dialog.close();
  }
}
