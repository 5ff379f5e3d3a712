"""What the guide says of a key or attribute, and what a demo's name stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from quarterdeck.editor.cursor import Place
from quarterdeck.installed import PACKAGE
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Command, Demo

PAGES: Mapping[Place, tuple[str, str]] = {
    Place.DECK_KEY: ("decks", "deck"),
    Place.SLIDE_KEY: ("decks", "slide"),
    Place.DEMO_KEY: ("demos", "key"),
    Place.ATTRIBUTE: ("demos", "attribute"),
    Place.THEME_KEY: ("themes", "key"),
    Place.MANIFEST_KEY: ("workshops", "key"),
}
"""Where the guide explains each kind of key: the page, and the first cell of the table's head."""
_ROW = re.compile(r"\|\s*(.+?)\s*\|\s*(.+?)\s*\|")
_NAME = re.compile(r"`([^`]+)`")
STEPS_SHOWN = 12


@cache
def explanations(place: Place) -> Mapping[str, str]:
    """What the guide says of each key of a kind, in Markdown."""
    page, head = PAGES.get(place, ("", ""))
    said: dict[str, str] = {}
    column = ""
    for line in (PACKAGE / "reference" / f"{page}.md").read_text("utf-8").splitlines() if page else ():
        row = _ROW.fullmatch(line)
        if row is None:
            column = ""
        elif not column:
            column = row[1]
        elif column == head:
            for name in _NAME.findall(row[1]):
                said.setdefault(re.split(r"[=\s]", name.lstrip(".#"))[0], row[2].replace("\\\\|", "|"))
    return said


def about_demo(demo: Demo, cast: Cast | None) -> str:
    """A demo in a few lines of Markdown: its title, its commands, whether it is recorded."""
    commands = [
        interaction.text.splitlines()[0]
        for step in demo.steps
        if step.in_view
        for interaction in step.interactions
        if isinstance(interaction, Command)
    ]
    shown = [f"    {command}" for command in commands[:STEPS_SHOWN]]
    more = len(commands) - len(shown)
    if cast is None:
        recorded = "No recording yet."
    elif cast.script_hash != demo.script_hash:
        recorded = "Its recording is stale."
    else:
        recorded = "Recorded."
    parts = [f"**{demo.title}**", demo.summary or "", "\n".join(shown), f"… {more} more" if more else "", recorded]
    return "\n\n".join(part for part in parts if part)
