// Elements of a page: making, finding and changing them, dialogs, full screen.

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className = "",
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** The one element that a page has by that id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`this page has no #${id}`);
  return found;
}

/** Change an element's text only where it differs, so that screen readers and selections are left alone. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Have Escape close a dialog before the next key comes: browsers close theirs a moment later. */
export function closeAtOnce(dialog: HTMLDialogElement): void {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    dialog.dispatchEvent(new Event("cancel"));
    dialog.close();
  });
}

/** Full screen, or back from it.  Browsers allow it only at a key press or a click. */
export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else enterFullScreen();
}

export function enterFullScreen(): void {
  const page = document.documentElement;
  // Phones of one maker have none, and a frame may not have it: then the page stays as it is.
  if ("requestFullscreen" in page) void page.requestFullscreen({ navigationUI: "hide" }).catch(() => undefined);
}

/** An address as people type it. */
export function plain(address: string): string {
  return address.replace(/^http:\/\//, "").replace(/\/$/, "");
}
