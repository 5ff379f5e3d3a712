"""A show as a cast that any player shows: the text of its slides, and the terminal in front.

Made from what the audience's pages are told.  A player has one screen, so each slide begins on a clear one, with
its title; a demo's terminal that comes to the front brings what it had printed.  Markers stand where slides and
steps begin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from quarterdeck.model.cast import CastEvent
from quarterdeck.model.deck import Slide
from quarterdeck.show.plaintext import slide_lines
from quarterdeck.show.terminals import Terminals

CLEAR = "\x1b[0m\x1b[H\x1b[2J\x1b[3J"
"""SGR 0, CUP, ED 2 and 3 (ECMA-48; ED 3 is xterm's)."""
TITLE = "\x1b[1m{}\x1b[0m\r\n\r\n"

Message = Mapping[str, Any]


class ShowCast:
    """Turns messages into the events of a cast."""

    def __init__(self, slide: Callable[[str], Slide | None]) -> None:
        """``slide`` finds a slide by its id; None for one that the deck no longer has."""
        self._slide = slide
        self._terminals = Terminals()
        self._shown: tuple[object, ...] = ()
        """Slide, visible items, black or white in its place, demo and terminal that the screen shows."""
        self._caption = ""

    def hear(self, time: float, message: Message) -> Iterator[CastEvent]:
        """The events that a message makes."""
        match message:
            case {"type": "output", "demo": demo, "terminal": terminal, "data": data}:
                self._terminals.write(demo, terminal, data)
                if (demo, terminal) == self._front:
                    yield CastEvent(time, "o", data)
            case {"type": "clear", "demo": demo}:
                self._terminals.clear(demo)
                if self._front and self._front[0] == demo:
                    yield CastEvent(time, "o", self._screen())
            case {"type": "state"}:
                yield from self._state(time, message)

    @property
    def _front(self) -> tuple[object, object] | None:
        """The demo and terminal that the screen shows."""
        match self._shown:
            case (_, _, None, str(demo), terminal):
                return demo, terminal
            case _:
                return None

    def _state(self, time: float, state: Message) -> Iterator[CastEvent]:
        slide, caption = self._slide(state["slide"]), state["caption"]
        if slide is not None and state["slide"] != (self._shown or ("",))[0]:
            yield CastEvent(time, "m", f"{state['index'] + 1} {slide.title_text or slide.id}")
        shown = (state["slide"], state["fragment"], state["blank"], state["demo"], state["terminal"])
        if shown != self._shown:
            self._shown = shown
            yield CastEvent(time, "o", self._screen())
        if caption and caption != self._caption:
            yield CastEvent(time, "m", caption)
        self._caption = caption

    def _screen(self) -> str:
        """Everything on the screen, anew."""
        id_, fragment, blank, demo, terminal = self._shown
        slide = self._slide(str(id_))
        if blank or slide is None:
            return CLEAR
        text = CLEAR + TITLE.format(slide.title_text)
        if demo is not None:
            return text + "".join(t.data for t in self._terminals.of(str(demo)) if t.terminal == terminal)
        visible = int(str(fragment))
        lines = (line.text for line in slide_lines(slide) if line.fragment is None or line.fragment < visible)
        return text + "\r\n".join(lines)
