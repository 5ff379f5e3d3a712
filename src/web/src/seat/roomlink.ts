// The connections of the organiser's room to the desk: one for the room, one for each terminal that is open.

import { WRONG_TOKEN } from "../shared/messages";
import type { RoomHello, RoomMessage, RoomPageMessage } from "./roommessages";

const FIRST_DELAY = 200;
const LONGEST_DELAY = 2000;
/** A connection on which nothing came for this many milliseconds is dead; the desk gives a sign of life every second. */
const SILENCE = 4000;

export interface RoomReceiver {
  receive(message: RoomMessage): void;
  /** Whether the desk is there. */
  contact(there: boolean): void;
  /** The desk does not know this page's token. */
  denied(): void;
}

/** Where the desk's WebSockets are. */
export function deskSocket(path: string): WebSocket {
  return new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`);
}

/** The connection to the room, which comes back by itself. */
export class RoomLink {
  private socket: WebSocket | undefined;
  private delay = FIRST_DELAY;
  private lastSign = Date.now();
  private over = false;
  private readonly token: string;
  private readonly receiver: RoomReceiver;

  constructor(token: string, receiver: RoomReceiver) {
    this.token = token;
    this.receiver = receiver;
    this.open();
    window.setInterval(() => {
      if (Date.now() - this.lastSign > SILENCE && this.socket?.readyState === WebSocket.OPEN) this.socket.close();
    }, 1000);
  }

  send(message: RoomPageMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private open(): void {
    const socket = deskSocket("/room/ws");
    this.socket = socket;
    socket.addEventListener("open", () => {
      const hello: RoomHello = { type: "hello", token: this.token, attendee: null };
      this.lastSign = Date.now();
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener("message", (event) => {
      this.lastSign = Date.now();
      this.delay = FIRST_DELAY;
      this.receiver.contact(true);
      this.receiver.receive(JSON.parse(String(event.data)) as RoomMessage);
    });
    socket.addEventListener("close", (event) => {
      if (this.over) return;
      if (event.code === WRONG_TOKEN) {
        this.over = true;
        this.receiver.denied();
        return;
      }
      this.receiver.contact(false);
      window.setTimeout(() => this.open(), this.delay);
      this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
    });
  }
}
