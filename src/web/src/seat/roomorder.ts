// Who comes first in the organiser's room, and what is said of each attendee.

import type { Exercise } from "./messages";
import type { Person, Room } from "./roommessages";

/** In which order attendees are listed by what has become of their seat. */
const ORDER: Readonly<Record<Person["where"], number>> = { silent: 0, waiting: 1, starting: 1, ready: 2, ended: 3 };

/** Those who ask for help first, the longest first; then those without a working seat, then all others by name. */
export function ordered(people: readonly Person[]): Person[] {
  return [...people].sort((one, other) => {
    if ((one.stuck === null) !== (other.stuck === null)) return one.stuck === null ? 1 : -1;
    if (one.stuck !== null && other.stuck !== null) return one.stuck - other.stuck;
    return ORDER[one.where] - ORDER[other.where] || one.name.localeCompare(other.name);
  });
}

/** A host in few letters: of a URL its machine, of a domain name its first part. */
export function hostName(host: string): string {
  if (!host || host.startsWith("unix:")) return "this machine";
  const machine = /^\w+:\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]+)/.exec(host)?.[1] ?? host;
  return /^[\d.]+$/.test(machine) || machine.startsWith("[") ? machine : (machine.split(".")[0] ?? machine);
}

/** What is said of an attendee's seat. */
export function seatText(person: Person): string {
  const moved = person.moved ? `, moved ${person.moved} ×` : "";
  switch (person.where) {
    case "waiting":
      return `waits, ${person.position}${ordinal(person.position)} in the queue`;
    case "starting":
      return `is being started${moved}`;
    case "silent":
      return `${hostName(person.host)} doesn’t answer`;
    case "ready":
      return `${hostName(person.host)}${moved}`;
    case "ended":
      return { expired: "time is up", idle: "gone, unused", closed: "closed" }[person.ended ?? "closed"];
  }
}

function ordinal(count: number): string {
  if (count % 100 >= 11 && count % 100 <= 13) return "th";
  return { 1: "st", 2: "nd", 3: "rd" }[count % 10] ?? "th";
}

/** What is said of the exercise that an attendee is at: how many checks have passed, and how many hints were used. */
export function progressText(person: Person): string {
  const progress = person.exercise === null ? undefined : person.progress[person.exercise];
  if (person.fault) return person.fault;
  if (!progress) return "";
  const parts: string[] = [];
  if (progress.done) parts.push("solved");
  else if (progress.checks) parts.push(`${progress.passed} of ${progress.checks} checks`);
  if (progress.hints) parts.push(progress.hints === 1 ? "1 hint" : `${progress.hints} hints`);
  return parts.join(", ");
}

/** How many attendees are at each exercise and how many have solved it. */
export function standings(room: Room): { exercise: Exercise; at: number; done: number }[] {
  return room.exercises.map((exercise) => ({
    exercise,
    at: room.people.filter((each) => each.where !== "ended" && each.exercise === exercise.name).length,
    done: room.people.filter((each) => each.progress[exercise.name]?.done).length,
  }));
}

/** A length of time in whole minutes. */
export function minutesText(seconds: number): string {
  const minutes = Math.max(0, Math.round(seconds / 60));
  if (minutes < 100) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ""}`;
}

/** How long somebody has asked for help. */
export function stuckText(seconds: number): string {
  return seconds < 60 ? "asks for help" : `asks for help for ${minutesText(seconds)}`;
}
