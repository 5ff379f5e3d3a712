// Keeps the phone awake while its page is seen, where the browser can: only on pages that came encrypted, or from
// this machine, so mostly not on a phone.  There the guide says what to set.

export function stayAwake(): void {
  const ask = (): void => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    // A battery that runs low refuses; the page works all the same.
    void navigator.wakeLock.request("screen").catch(() => undefined);
  };
  // The lock is lost whenever the page is hidden.
  document.addEventListener("visibilitychange", ask);
  ask();
}
