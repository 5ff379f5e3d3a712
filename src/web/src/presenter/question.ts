// What only a speaker can decide, while the show goes on: a bar says that there is a question, a dialog what it is about.

import { byId, closeAtOnce, element, setText } from "../shared/elements";
import type { Asked } from "../shared/messages";

export class Question {
  private readonly bar = byId("question");
  private readonly dialog = byId("question-dialog") as HTMLDialogElement;
  private asked: Asked | undefined;

  /** @param answer Takes the answer to the question of a number. */
  constructor(answer: (question: number, yes: boolean) => void) {
    byId("question-open").addEventListener("click", () => this.open());
    for (const [id, yes] of [["question-yes", true], ["question-no", false]] as const) {
      byId(id).addEventListener("click", () => {
        this.dialog.close();
        if (this.asked) answer(this.asked.number, yes);
      });
    }
    closeAtOnce(this.dialog);
  }

  /** Ask; a question of number 0 is none, and takes the one that is open away. */
  ask(asked: Asked): void {
    if (asked.number === this.asked?.number) return;
    this.asked = asked.number ? asked : undefined;
    this.dialog.close();
    this.bar.hidden = !this.asked;
    setText(byId("question-text"), asked.text);
    setText(byId("question-about"), asked.text);
    const lines = asked.lines.map(({ demo, text }) => element("li", "", element("span", "whose", demo), element("code", "", text)));
    byId("question-lines").replaceChildren(...lines);
  }

  /** Show what it is about; keys that a clicker has change nothing then. */
  open(): void {
    if (!this.asked || this.dialog.open) return;
    this.dialog.showModal();
    byId("question-lines").focus();
  }
}
