import "../page";
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Connection } from "../../src/shared/connection";
import { WRONG_TOKEN, type ShowMessage } from "../../src/shared/messages";

class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  readonly sent: unknown[] = [];

  constructor(readonly url: string) {
    super();
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  tell(...messages: object[]): void {
    const data = messages.map((message) => JSON.stringify(message)).join("\n");
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }

  lose(code = 1006): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

const SNAPSHOT = { type: "snapshot", title: "A talk", role: "speaker", edition: "1", at: 100 };
let received: ShowMessage[] = [];
let signs: string[] = [];
let reloads = 0;

function connect(token?: string): Connection {
  return new Connection("presenter", token, {
    receive: (message) => received.push(message),
    contact: (now) => signs.push(now),
    denied: () => signs.push("denied"),
  });
}

/** Let time pass in which the page is awake. */
function pass(seconds: number): void {
  for (let looks = 0; looks < 2 * seconds; looks++) mock.timers.tick(500);
}

const last = (): FakeSocket => {
  const socket = FakeSocket.all.at(-1);
  assert.ok(socket);
  return socket;
};

beforeEach(() => {
  FakeSocket.all = [];
  received = [];
  signs = [];
  reloads = 0;
  Object.defineProperty(globalThis, "WebSocket", { value: FakeSocket, configurable: true, writable: true });
  mock.method(location, "reload", () => (reloads += 1));
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("the first message says what the page is, with the token that it has", () => {
  connect("secret");
  last().open();
  connect();
  last().open();
  assert.deepEqual(
    FakeSocket.all.map(({ sent }) => sent),
    [[{ type: "hello", page: "presenter", token: "secret" }], [{ type: "hello", page: "presenter" }]],
  );
});

test("each line of a frame is a message", () => {
  connect();
  last().open();
  last().tell(SNAPSHOT, { type: "clear", demo: "web" });
  assert.deepEqual(received.map(({ type }) => type), ["snapshot", "clear"]);
  assert.deepEqual(signs, ["there"]);
});

test("a press before the show has answered waits for it, but not for long", () => {
  const connection = connect();
  last().open();
  connection.send({ type: "key", key: "back" });
  mock.timers.tick(2200);
  connection.send({ type: "key", key: "next" });
  last().tell(SNAPSHOT);
  assert.deepEqual(last().sent.slice(1), [{ type: "key", key: "next", revision: 0, at: 100 }]);
});

test("a lost connection is opened again, sooner at first than later", () => {
  connect();
  last().open();
  last().tell(SNAPSHOT);
  last().lose();
  assert.deepEqual(signs, ["there", "lost"]);
  for (const [delay, count] of [[130, 2], [260, 3], [520, 4]] as const) {
    mock.timers.tick(delay);
    assert.equal(FakeSocket.all.length, count);
    last().lose();
  }
});

test("a token that isn't the show's is dropped, and the page follows without", () => {
  connect("old");
  last().open();
  last().lose(WRONG_TOKEN);
  assert.deepEqual(signs, ["lost", "denied"]);
  mock.timers.tick(1000);
  last().open();
  assert.deepEqual(last().sent, [{ type: "hello", page: "presenter" }]);
});

test("a page of an older deck loads the new one", () => {
  connect();
  last().open();
  last().tell(SNAPSHOT);
  last().lose();
  mock.timers.tick(1000);
  last().open();
  last().tell({ ...SNAPSHOT, edition: "2" });
  assert.equal(reloads, 1);
});

test("a show that the speaker has ended is not looked for as one that was lost", () => {
  connect();
  last().open();
  last().tell(SNAPSHOT);
  last().tell({ type: "ended" });
  last().lose();
  assert.deepEqual(signs, ["there", "ended"]);
  mock.timers.tick(2000);
  last().open();
  last().tell(SNAPSHOT);
  last().lose();
  assert.deepEqual(signs.slice(2), ["there", "lost"]);
});

test("what moves the show says for which state, and when by the show's own clock", () => {
  const connection = connect();
  last().open();
  last().tell(SNAPSHOT, { type: "state", revision: 7 });
  mock.timers.tick(900);
  last().tell({ type: "beat", at: 100.8 }); // it took 100 ms longer than the snapshot
  mock.timers.tick(100);
  connection.send({ type: "jump", slide: "end" });
  connection.send({ type: "point", x: null, y: null });
  assert.deepEqual(last().sent.slice(1), [
    { type: "jump", slide: "end", revision: 7, at: 101 },
    { type: "point", x: null, y: null },
  ]);
});

test("a connection on which nothing comes is dead; what was pressed meanwhile is not sent later", () => {
  const connection = connect();
  const first = last();
  first.open();
  first.tell(SNAPSHOT, { type: "state", revision: 0 });
  for (let second = 1; second <= 4; second++) {
    mock.timers.tick(1000);
    first.tell({ type: "beat", at: 100 + second });
  }
  assert.deepEqual(signs, ["there"]);
  pass(3);
  assert.deepEqual(signs, ["there", "lost"]);
  assert.notEqual(last(), first);
  connection.send({ type: "key", key: "next" });
  pass(20); // each attempt is given up, and another one made
  assert.ok(FakeSocket.all.length > 7, `${FakeSocket.all.length} attempts`);
  last().open();
  last().tell(SNAPSHOT);
  assert.deepEqual(last().sent, [{ type: "hello", page: "presenter" }]);
  assert.equal(signs.at(-1), "there");
});

test("a snapshot that takes long to come is waited for: given up, it would never come", () => {
  connect();
  const first = last();
  first.open();
  pass(8);
  first.tell(SNAPSHOT);
  pass(8);
  assert.equal(last(), first);
  first.tell({ type: "state", revision: 0 });
  pass(8);
  assert.notEqual(last(), first);
});

test("a show that was looked for in vain is gone, until it is found; a page that wakes up looks for it first", () => {
  connect();
  last().open();
  last().tell(SNAPSHOT);
  last().lose();
  pass(14);
  assert.deepEqual(signs, ["there", "lost"]);
  mock.timers.setTime(Date.now() + 3_600_000); // the machine is asleep
  pass(14);
  assert.deepEqual(signs, ["there", "lost"]);
  pass(3);
  assert.deepEqual(signs, ["there", "lost", "gone"]);
  last().open();
  last().tell(SNAPSHOT);
  assert.deepEqual(signs, ["there", "lost", "gone", "there"]);
});
