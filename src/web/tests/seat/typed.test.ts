import assert from "node:assert/strict";
import { test } from "node:test";
import { controlled, parts } from "../../src/seat/typed";

test("what is pasted goes in parts, and no character is cut in two", () => {
  const text = `${"x".repeat(999)}😀${"é".repeat(2000)}`;
  const found = parts(text);
  assert.equal(found.join(""), text);
  assert.ok(found.every((part) => part.length <= 1000 && !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(part)));
  assert.deepEqual(parts(""), []);
});

test("the phone's Ctrl makes a control character of the keys that have one", () => {
  assert.equal(controlled("c"), "\x03");
  assert.equal(controlled("["), "\x1b");
  assert.equal(controlled("1"), "1");
});
