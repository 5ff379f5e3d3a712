// The speaker's token.  It comes in the address' fragment, which browsers never send, and is taken off
// the address at once, so that it is neither seen on the projector nor kept in the history.

const KEY = "quarterdeck-token";

/** The token of this page, from its address or from before a reload. */
export function takeToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    sessionStorage.setItem(KEY, given);
    localStorage.setItem(KEY, given);
    return given;
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** The token that any of the speaker's pages in this browser was opened with: for links that can't carry one. */
export function borrowToken(): string | undefined {
  return localStorage.getItem(KEY) ?? undefined;
}

/** Forget a token that the show doesn't know. */
export function dropToken(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

/** Call back once another page of this browser was given the token. */
export function awaitToken(given: () => void): void {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY && event.newValue !== null) given();
  });
}
