// How the page of a running show follows its server.

import type { DeckView } from "../deck/view";

export function follow(view: DeckView): void {
  void view;
}
