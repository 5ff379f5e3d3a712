// Keys are the presenter's page's, whatever the previews in it do: a deck's terminal takes the focus
// for a moment when it is opened, and a browser leaves it in the frame.

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
