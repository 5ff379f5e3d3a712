// Full screen.  Browsers allow it only at a key press or a click.

export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else enterFullScreen();
}

export function enterFullScreen(): void {
  // Phones of one maker have none, and a frame may not have it: then the page stays as it is.
  void document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => undefined);
}
