// What the page was made with, from its `qd-config` element.

export interface Config {
  /**
   * `file`: an offline page that plays recordings.  `live`: the page of a running show, led by its server.
   * `replay`: an offline page that plays a show that was given.
   */
  readonly mode: "file" | "live" | "replay";
  /** The 16 ANSI colours of terminals, `#rrggbb`. */
  readonly palette: readonly string[];
}

export function readConfig(page: Document = document): Config {
  const element = page.getElementById("qd-config");
  if (!element?.textContent) throw new Error("this page has no qd-config");
  return JSON.parse(element.textContent) as Config;
}
