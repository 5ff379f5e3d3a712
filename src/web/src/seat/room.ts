// The organiser's room: who is at which exercise, who asks for help, the hosts, and a message for everybody.

import "@xterm/xterm/css/xterm.css";
import "./room.css";
import { byId, element, setText } from "../shared/elements";
import { Lifeline, type Contact } from "../shared/lifeline";
import { WRONG_TOKEN } from "../shared/messages";
import { qrCode } from "../shared/qrcode";
import { dropToken, takeToken } from "../shared/token";
import { HelpTerminal } from "./helpterminal";
import { PersonRow } from "./personrow";
import { ordered, standings } from "./roomorder";
import { NOTICE_LIMIT, type Person, type Room, type RoomHello, type RoomMessage, type RoomPageMessage } from "./roommessages";

const ALL_MINUTES = 30;
const LOST = "The desk doesn’t answer. This page finds it when it is back; seats go on meanwhile.";
const GONE = "The desk can’t be reached: it has ended, or your network is gone. This page finds it when it is back.";
/** Shorter breaks are not worth a word; in milliseconds. */
const PATIENCE = 1500;

const LAYOUT = `
<header>
  <h1 id="title"></h1>
  <span id="link" data-state="lost">looking for the desk</span>
  <span class="spring"></span>
  <span id="count"></span>
  <button id="extend" title="Give everybody more time">+${ALL_MINUTES} min for all</button>
  <button id="end" title="Close all seats for good">End all</button>
</header>
<p id="lost" role="alert" hidden></p>
<main>
  <section class="people">
    <form id="announce">
      <input id="text" maxlength="${NOTICE_LIMIT}" placeholder="Tell everybody …" aria-label="Tell everybody">
      <button>Send</button>
      <button type="button" id="clear" hidden>Take back</button>
    </form>
    <p id="notice" hidden></p>
    <div class="scroll"><table>
      <thead><tr><th>Who</th><th>Solved</th><th>At</th><th>Seat</th><th></th></tr></thead>
      <tbody id="people"></tbody>
    </table></div>
    <p id="nobody">Nobody has joined yet. The code is on the right.</p>
  </section>
  <aside>
    <div id="terminals"></div>
    <section class="card door">
      <h2>Join at</h2>
      <p id="address"></p>
      <p id="code"></p>
      <div id="qr"></div>
      <p id="wrong" class="quiet"></p>
    </section>
    <section class="card"><h2>Exercises</h2><ol id="exercises"></ol></section>
    <section class="card"><h2>Hosts</h2><ul id="hosts"></ul><ul id="faults"></ul></section>
  </aside>
</main>`;

const DENIED = `<div class="denied"><h1>This link does not open the room</h1>
<p>Use the organiser’s link that <code>quarterdeck seats serve</code> has printed; another desk has another one.</p></div>`;

const token = takeToken();
if (token === undefined) document.body.innerHTML = DENIED;
else start(token);

function start(secret: string): void {
  document.body.innerHTML = LAYOUT;
  const rows = new Map<string, PersonRow>();
  const terminals = new Map<string, HelpTerminal>();
  /** Whose consent this page waits for: their terminal opens by itself. */
  const wanted = new Set<string>();
  let drawnCode = "";

  let lostAt = Date.now();
  let contact: Contact = "lost";

  const line = new Lifeline("/room/ws", {
    opened() {
      const hello: RoomHello = { type: "hello", token: secret, attendee: null };
      line.send(JSON.stringify(hello));
    },
    heard(text) {
      const message = JSON.parse(text) as RoomMessage;
      if (message.type !== "room") return;
      line.greeted();
      line.loaded();
      draw(message);
    },
    closed(code) {
      if (code !== WRONG_TOKEN) return;
      line.stop();
      dropToken();
      document.body.innerHTML = DENIED;
    },
    contact(now) {
      if (now === "lost") lostAt = Date.now();
      // What was typed there may wait in a connection that is dead.
      else if (now === "there") for (const terminal of terminals.values()) terminal.connect();
      contact = now;
      drawContact();
      window.setTimeout(drawContact, PATIENCE);
    },
  });

  /** Whether the desk gets it. */
  function send(message: RoomPageMessage): boolean {
    if (contact !== "there" || !line.isOpen) return false;
    line.send(JSON.stringify(message));
    return true;
  }

  function drawContact(): void {
    const place = document.getElementById("link");
    if (!place) return; // the page was refused meanwhile
    const there = contact === "there";
    const away = !there && Date.now() - lostAt >= PATIENCE;
    place.dataset["state"] = there ? "good" : "lost";
    setText(place, there ? "connected" : "looking for the desk");
    byId("lost").hidden = !away;
    setText(byId("lost"), contact === "gone" ? GONE : LOST);
    for (const part of document.querySelectorAll<HTMLElement>("body > header, main")) part.inert = away;
  }

  byId("announce").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = byId("text") as HTMLInputElement;
    if (field.value.trim() && send({ type: "announce", text: field.value })) field.value = "";
  });
  byId("clear").addEventListener("click", () => send({ type: "announce", text: "" }));
  byId("extend").addEventListener("click", () => send({ type: "extend", attendee: null, minutes: ALL_MINUTES }));
  byId("end").addEventListener("click", () => {
    if (confirm("Close the seats of all attendees for good?")) send({ type: "end", attendee: null });
  });

  function openTerminal(person: Person): void {
    wanted.delete(person.id);
    if (terminals.has(person.id)) return;
    const terminal = new HelpTerminal(secret, person.id, person.name, () => {
      terminals.delete(person.id);
      send({ type: "leave", attendee: person.id });
    });
    terminals.set(person.id, terminal);
    byId("terminals").append(terminal.element);
    terminal.open();
  }

  function draw(room: Room): void {
    document.title = `Room: ${room.title}`;
    setText(byId("title"), room.title);
    drawPeople(room);
    drawDoor(room);
    drawExercises(room);
    drawHosts(room);
    byId("notice").hidden = byId("clear").hidden = !room.notice;
    setText(byId("notice"), room.notice && `Everybody reads: ${room.notice}`);
  }

  function drawPeople(room: Room): void {
    const present = room.people.filter(({ where }) => where !== "ended");
    const stuck = present.filter((each) => each.stuck !== null).length;
    const seated = present.filter(({ where }) => where !== "waiting").length;
    setText(byId("count"), `${seated} of ${room.count} seats${stuck ? `, ${stuck} ${stuck === 1 ? "needs" : "need"} help` : ""}`);
    byId("nobody").hidden = room.people.length > 0;
    const body = byId("people");
    const list = ordered(room.people);
    list.forEach((person, index) => {
      let row = rows.get(person.id);
      if (!row) {
        row = new PersonRow(person, {
          send(message) {
            if (message.type === "ask") wanted.add(message.attendee);
            send(message);
          },
          openTerminal,
        });
        rows.set(person.id, row);
      }
      row.draw(person, room.exercises, room.at);
      if (body.children[index] !== row.element) body.insertBefore(row.element, body.children[index] ?? null);
      if (person.help === "granted" && wanted.has(person.id)) openTerminal(person);
    });
  }

  function drawDoor(room: Room): void {
    setText(byId("address"), room.address.replace(/\/$/, ""));
    setText(byId("code"), room.code);
    setText(byId("wrong"), room.wrong ? `${room.wrong} wrong ${room.wrong === 1 ? "code" : "codes"} so far` : "");
    const rows = room.rows.join("");
    if (rows === drawnCode) return;
    drawnCode = rows;
    byId("qr").replaceChildren(qrCode(room.rows));
  }

  function drawExercises(room: Room): void {
    const people = room.people.length;
    byId("exercises").replaceChildren(
      ...standings(room).map(({ exercise, at, done }) => {
        const bar = element("span", "bar", element("b"));
        (bar.firstElementChild as HTMLElement).style.width = `${people ? (100 * done) / people : 0}%`;
        const said = element("span", "quiet", `${done} solved${at ? `, ${at} here` : ""}`);
        return element("li", "", element("span", "name", exercise.title), said, bar);
      }),
    );
    if (!room.exercises.length) byId("exercises").append(element("li", "quiet", "The first seat tells them."));
  }

  function drawHosts(room: Room): void {
    byId("hosts").replaceChildren(
      ...room.hosts.map((host) => {
        const more = host.room === null ? "doesn’t answer" : `room for ${host.room} more`;
        const seats = `${host.seats} ${host.seats === 1 ? "seat" : "seats"}${host.warm ? `, ${host.warm} warm` : ""}`;
        const said = element("span", "quiet", `${seats}, ${more}`);
        return element("li", host.room === null ? "bad" : "", element("strong", "", host.name || "this machine"), said);
      }),
    );
    byId("faults").replaceChildren(
      ...room.faults.map((fault) => {
        const at = new Date(fault.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
        return element("li", "", `${at} ${fault.host ? `${fault.host}: ` : ""}${fault.text}`);
      }),
    );
  }
}
