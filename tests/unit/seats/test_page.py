"""The document of an attendee's page, and what may run in it."""

from __future__ import annotations

import re

from quarterdeck.seats.page import STATIC_FILES, document, policy, static_file


def test_the_document_loads_its_own_files_alone() -> None:
    """Each is there; a workshop's title can't add anything."""
    html = document('</title><script src="//example.org">', lang='de"')
    assert "<script src=" in html
    assert re.findall(r'(?:src|href)="([^"]*)"', html) == ["/static/seat.css", "/static/seat.js"]
    for name in STATIC_FILES:
        assert f"/static/{name}" in html
        file = static_file(name)
        assert file is not None
        assert file.content
    assert static_file("deck.js") is None
    assert static_file("../secret") is None


def test_no_script_runs_but_the_page_s_own() -> None:
    """Pages of containers are framed only where they are; everything that isn't named is refused."""
    rules = dict(rule.split(" ", 1) for rule in policy(["https://*.seats.example.org", "http://desk:7800"]).split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert rules["frame-src"] == "https://*.seats.example.org http://desk:7800"
    assert rules["frame-ancestors"] == "'none'"
    assert "frame-src 'none'" in policy()
