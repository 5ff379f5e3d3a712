"""The documents of the desk's pages, and what may run in an attendee's."""

from __future__ import annotations

import re

from quarterdeck.seats.desk.documents import STATIC_FILES, door, invitation, room, seat, seat_policy, static_file

HOSTILE = '</title><script src="//example.org">'
PAGES = {
    "seat": seat(HOSTILE, lang='de">'),
    "room": room(HOSTILE),
    "join": door(HOSTILE, HOSTILE, HOSTILE, HOSTILE) + invitation(HOSTILE, HOSTILE, "ABCDEFGH", ("101",)),
}


def test_pages_load_their_own_files_alone() -> None:
    """Each is there; neither a workshop's title nor what somebody types can add anything."""
    loaded: set[str] = set()
    for name, html in PAGES.items():
        files = set(re.findall(r'(?:src|href)="/static/([^"]*)"', html))
        assert files == {f"{name}.css"} | ({f"{name}.js"} if name != "join" else set())
        assert 'src="//' not in html
        loaded |= files
    assert loaded == STATIC_FILES
    for name in STATIC_FILES:
        file = static_file(name)
        assert file is not None
        assert file.content
    assert static_file("deck.js") is None
    assert static_file("../secret") is None


def test_no_script_runs_but_the_page_s_own() -> None:
    """Pages of containers are framed only where they are; everything that isn't named is refused."""
    rules = dict(
        rule.split(" ", 1) for rule in seat_policy(["https://*.seats.example.org", "http://desk:7800"]).split("; ")
    )
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-src"] == "https://*.seats.example.org http://desk:7800"
    assert rules["frame-ancestors"] == "'none'"
    assert "frame-src 'none'" in seat_policy()
