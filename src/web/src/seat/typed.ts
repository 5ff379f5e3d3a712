// What is typed, as it is sent.

/** Characters typed or pasted that go in one message. */
const AT_ONCE = 1000;

/** The key with Ctrl, for those that have one: `c` is `\x03`. */
export function controlled(key: string): string {
  const code = key.toUpperCase().charCodeAt(0);
  return code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : key;
}

/** A text in parts that fit in a message, no character cut in two. */
export function parts(text: string): string[] {
  const found: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + AT_ONCE);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1;
    found.push(text.slice(start, end));
    start = end;
  }
  return found;
}
