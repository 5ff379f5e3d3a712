import { press } from "../page";
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { commandOf, isHeldDown, pageKeyOf } from "../../src/shared/keys";
import { HELP, PAGE_KEYS, SHOW_KEYS } from "../../src/shared/keytable";

afterEach(() => document.body.replaceChildren());

test("a clicker's keys lead the show", () => {
  assert.equal(commandOf(press("PageDown"), false), "next");
  assert.equal(commandOf(press("PageUp"), false), "back");
});

test("Caps Lock makes no difference, and Shift none for letters", () => {
  assert.equal(commandOf(press("V"), false), "recording");
  assert.equal(commandOf(press("V", { shiftKey: true }), false), "recording");
  assert.equal(pageKeyOf(press("?", { shiftKey: true }), false), "help");
});

test("modifiers make another key", () => {
  assert.equal(commandOf(press("ArrowRight", { shiftKey: true }), false), "next-slide");
  assert.equal(commandOf(press("ArrowRight", { altKey: true }), false), "next-slide");
  assert.equal(commandOf(press("n", { ctrlKey: true }), false), undefined);
  assert.equal(pageKeyOf(press("z", { ctrlKey: true }), false), "undo");
  assert.equal(pageKeyOf(press("z", { metaKey: true }), false), "undo", "⌘ is Ctrl");
});

test("a keyboard with other letters has the same keys in the same places", () => {
  assert.equal(commandOf(press("м", { code: "KeyV" }), false), "recording");
  assert.equal(commandOf(press("é", { code: "Digit2" }), false), undefined);
});

test("programs in a terminal get every key but two", () => {
  assert.equal(commandOf(press(" "), true), undefined);
  assert.equal(pageKeyOf(press("o"), true), undefined);
  assert.equal(commandOf(press("F2"), true), "type");
  assert.equal(commandOf(press("F3"), true), "terminal");
});

test("a field keeps its keys, a button those that press it", () => {
  document.body.innerHTML = "<input><button></button><dialog><span></span></dialog>";
  const [field, button, closed] = ["input", "button", "dialog span"].map((found) => document.querySelector(found));
  assert.ok(field && button && closed);
  assert.equal(commandOf(press("n", {}, field), false), undefined);
  assert.equal(commandOf(press(" ", {}, button), false), undefined);
  assert.equal(commandOf(press("n", {}, button), false), "next");
  assert.equal(commandOf(press("n", {}, closed), false), "next", "a dialog that was just closed has the focus still");
});

test("a key that is held down counts once, unless it is for a size", () => {
  assert.equal(isHeldDown(press(" ", { repeat: true }), "next"), true);
  assert.equal(isHeldDown(press(" "), "next"), false);
  assert.equal(isHeldDown(press("+", { repeat: true }), "larger"), false);
});

test("no key both commands the show and does something on the page", () => {
  assert.deepEqual(Object.keys(SHOW_KEYS).filter((key) => key in PAGE_KEYS), []);
  assert.ok(HELP.every(([keys, meaning]) => keys && meaning));
});
