import "../page";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Lifeline } from "../../src/shared/lifeline";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;

  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
  }

  close(): void {
    this.readyState = 3;
  }
}

beforeEach(() => {
  FakeSocket.all = [];
  Object.defineProperty(globalThis, "WebSocket", { value: FakeSocket, configurable: true, writable: true });
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

afterEach(() => {
  mock.timers.reset();
});

test("it goes to the server of its page, by TLS where the page came by TLS", () => {
  const caller = { opened: () => undefined, heard: () => undefined, closed: () => undefined, contact: () => undefined };
  new Lifeline("/seat/ws", caller);
  assert.equal(FakeSocket.all.at(-1)?.url, "ws://127.0.0.1:7777/seat/ws");
  Object.defineProperty(location, "protocol", { value: "https:", configurable: true });
  try {
    new Lifeline("/seat/ws", caller);
    assert.equal(FakeSocket.all.at(-1)?.url, "wss://127.0.0.1:7777/seat/ws");
  } finally {
    Reflect.deleteProperty(location, "protocol");
  }
});

test("its caller hears the code with which it was closed, and that it is lost", () => {
  const heard: unknown[] = [];
  const caller = {
    opened: () => undefined,
    heard: (line: string) => heard.push(line),
    closed: (code: number) => heard.push(code),
    contact: (now: string) => heard.push(now),
  };
  const line = new Lifeline("/seat/ws", caller);
  const [socket] = FakeSocket.all;
  assert.ok(socket);
  line.greeted();
  socket.dispatchEvent(Object.assign(new Event("message"), { data: "one\ntwo" }));
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 4401 }));
  assert.deepEqual(heard, ["there", "one", "two", "lost", 4401]);
  mock.timers.tick(200);
  assert.equal(FakeSocket.all.length, 2);
});

test("it isn't looked for any more once it has nothing for the page", () => {
  const heard: unknown[] = [];
  const line = new Lifeline("/room/ws", {
    opened: () => undefined,
    heard: (text: string) => heard.push(text),
    closed(code: number) {
      heard.push(code);
      line.stop();
    },
    contact: (now: string) => heard.push(now),
  });
  const [socket] = FakeSocket.all;
  assert.ok(socket);
  line.greeted();
  socket.dispatchEvent(Object.assign(new Event("close"), { code: 4401 }));
  socket.dispatchEvent(Object.assign(new Event("message"), { data: "late" }));
  mock.timers.tick(30_000);
  dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  assert.equal(FakeSocket.all.filter(({ url }) => url.endsWith("/room/ws")).length, 1);
  assert.deepEqual(heard, ["there", "lost", 4401]);
});

test("a page that is done with it closes it", () => {
  const caller = { opened: () => undefined, heard: () => undefined, closed: () => undefined, contact: () => undefined };
  const line = new Lifeline("/seat/ws", caller);
  line.stop();
  assert.equal(FakeSocket.all.at(-1)?.readyState, 3);
  assert.equal(line.isOpen, false);
  mock.timers.tick(30_000);
  assert.equal(FakeSocket.all.length, 1);
});
