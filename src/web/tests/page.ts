// An empty page of a show in Node.js, for scripts that need a document: import it before them.

import { Window } from "happy-dom";

const page = new Window({ url: "http://127.0.0.1:7777/presenter", width: 1280, height: 720 });

for (const name of [
  "document",
  "location",
  "history",
  "localStorage",
  "sessionStorage",
  "Element",
  "HTMLElement",
  "HTMLIFrameElement",
  "EventTarget",
  "Event",
  "CustomEvent",
  "KeyboardEvent",
  "getComputedStyle",
] as const) {
  Object.defineProperty(globalThis, name, { value: Reflect.get(page, name), configurable: true, writable: true });
}
Object.defineProperty(globalThis, "window", { value: globalThis, configurable: true });
for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"] as const) {
  const call = (...given: unknown[]): unknown => Reflect.apply(Reflect.get(page, name) as () => unknown, page, given);
  Object.defineProperty(globalThis, name, { value: call, configurable: true });
}

/** A key press that the page gets, and the element that has the focus. */
export function press(key: string, options: KeyboardEventInit = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  target.dispatchEvent(event);
  return event;
}
