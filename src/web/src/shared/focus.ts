// Keys are the page's own, whatever frames in it do: a preview's terminal takes the focus for a moment when it is opened,
// and a click into the page of a container gives it to that page; a browser leaves it there.

/** Take the focus back from a frame as soon as one gets it; `back` is called when that is done. */
export function keepFocus(back: () => void): void {
  window.addEventListener("blur", () => {
    window.setTimeout(() => {
      const focused = document.activeElement;
      if (document.querySelector("dialog[open]")) return;
      if (!(focused instanceof HTMLIFrameElement)) return;
      focused.blur();
      window.focus();
      back();
    });
  });
}
