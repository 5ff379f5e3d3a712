// One attendee's line in the organiser's room.  It stays the same element, so that a click isn't lost to a redrawing.

import { element, setText } from "../shared/elements";
import type { Exercise } from "./messages";
import { minutesText, progressText, seatText, stuckText } from "./roomorder";
import type { Person, RoomPageMessage } from "./roommessages";

const MORE_MINUTES = 30;

export interface RowActions {
  send(message: RoomPageMessage): void;
  openTerminal(person: Person): void;
}

export class PersonRow {
  readonly element = element("tr");
  private person: Person;
  private readonly actions: RowActions;
  private readonly name = element("strong");
  private readonly flag = element("span", "flag");
  private readonly dots = element("td", "dots");
  private readonly at = element("span", "at");
  private readonly progress = element("span", "progress");
  private readonly seat = element("span", "at");
  private readonly left = element("span", "left");
  private readonly help = element("button");
  private readonly seen = element("button", "", "Seen");
  private readonly reset = element("button", "", "Reset");
  private readonly extend = element("button", "", `+${MORE_MINUTES} min`);
  private readonly end = element("button", "", "End");

  constructor(person: Person, actions: RowActions) {
    this.person = person;
    this.actions = actions;
    const tools = element("td", "tools", this.help, this.seen, this.reset, this.extend, this.end);
    this.element.append(
      element("td", "who", this.name, this.flag),
      this.dots,
      element("td", "where", this.at, this.progress),
      element("td", "seat", this.seat, this.left),
      tools,
    );
    this.reset.title = "Begin the exercise again, with a clean room";
    this.extend.title = "Give more time";
    this.end.title = "Close the seat for good";
    this.help.addEventListener("click", () => this.asked());
    this.seen.addEventListener("click", () => this.actions.send({ type: "seen", attendee: this.person.id }));
    this.reset.addEventListener("click", () => {
      if (confirm(`Begin ${this.person.name}’s exercise again? What was made in it is removed.`)) {
        this.actions.send({ type: "reset", attendee: this.person.id });
      }
    });
    this.extend.addEventListener("click", () =>
      this.actions.send({ type: "extend", attendee: this.person.id, minutes: MORE_MINUTES }),
    );
    this.end.addEventListener("click", () => {
      if (confirm(`Close ${this.person.name}’s seat for good?`)) {
        this.actions.send({ type: "end", attendee: this.person.id });
      }
    });
  }

  /** @param now The desk's clock, in seconds. */
  draw(person: Person, exercises: readonly Exercise[], now: number): void {
    this.person = person;
    const stuck = person.stuck !== null;
    this.element.className = `${person.where}${stuck ? " stuck" : ""}`;
    setText(this.name, person.name);
    setText(this.flag, person.stuck === null ? this.quiet(now) : stuckText(now - person.stuck));
    this.drawDots(exercises);
    const at = exercises.find(({ name }) => name === person.exercise);
    setText(this.at, at?.title ?? "");
    setText(this.progress, progressText(person));
    this.progress.title = person.progress[person.exercise ?? ""]?.missing.join("; ") ?? "";
    setText(this.seat, seatText(person));
    this.seat.title = person.host;
    setText(this.left, person.where === "ended" ? "" : `${minutesText(person.expires - now)} left`);
    const sits = person.where === "ready";
    setText(this.help, { asked: "Asked …", granted: "Terminal", refused: "Declined" }[person.help ?? ""] ?? "Help");
    this.help.title =
      { asked: "Waits for the attendee’s consent; press to give up", granted: "Open the attendee’s terminal" }[
        person.help ?? ""
      ] ?? "Ask the attendee whether you may use the terminal";
    this.help.disabled = !sits;
    this.seen.hidden = !stuck;
    this.reset.disabled = !sits;
    this.extend.disabled = person.ended === "closed";
    this.end.disabled = person.where === "ended";
  }

  private quiet(now: number): string {
    if (this.person.where === "ended") return "";
    if (!this.person.pages) return "page closed";
    const idle = now - this.person.active;
    return idle > 300 ? `quiet for ${minutesText(idle)}` : "";
  }

  private drawDots(exercises: readonly Exercise[]): void {
    while (this.dots.children.length > exercises.length) this.dots.lastElementChild?.remove();
    exercises.forEach((exercise, index) => {
      let dot = this.dots.children[index];
      if (!dot) this.dots.append((dot = element("i")));
      const done = this.person.progress[exercise.name]?.done ?? false;
      const here = exercise.name === this.person.exercise && this.person.where !== "ended";
      dot.className = `${done ? "done" : ""}${here ? " here" : ""}`;
      dot.setAttribute("title", `${exercise.title}${done ? ": solved" : here ? ": here" : ""}`);
    });
    const solved = exercises.filter(({ name }) => this.person.progress[name]?.done).length;
    this.dots.setAttribute("aria-label", `${solved} of ${exercises.length} solved`);
  }

  private asked(): void {
    const attendee = this.person.id;
    if (this.person.help === "granted") this.actions.openTerminal(this.person);
    else this.actions.send({ type: this.person.help === "asked" ? "leave" : "ask", attendee });
  }
}
