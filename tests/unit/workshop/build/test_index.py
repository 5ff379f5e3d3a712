"""The index leads to every file, and says what is missing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from quarterdeck.workshop.build.build import BuildOrder, build
from quarterdeck.workshop.build.index import index_page
from quarterdeck.workshop.manifest.variants import variants_of
from support.workshop_folder import Workshop

MANIFEST = """
title: Ports & <doors>
event: {place: Bremen, date: 2026-05-12, start: 9:00}
forms:
  talk: {duration: 11m, exclude: [deep]}
  half day: {duration: 10m, breaks: [{after: basics, duration: 5m, title: Tea & cake}]}
  broken: {include: [nothing]}
matrix: {role: [instructor, attendee]}
outputs: [html, calendar]
""".replace("half day", "half-day")


class Page(HTMLParser):
    """What a reader and a browser find on the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.opened: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what elements there are, and where they lead."""
        self.opened.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words, one blank between them."""
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def page(workshop: Workshop) -> str:
    """The index of a workshop, one of whose forms can't be built."""
    manifest = workshop.manifest(MANIFEST)
    order = BuildOrder.of(workshop.path / "out", manifest.path)
    outcomes = build(variants_of(manifest), order, 1, lambda each: "talk-a" not in each.name, lambda *_: None)
    return index_page(manifest, outcomes)


def test_links_lead_to_files(page: str, workshop: Workshop) -> None:
    """Every file that was built is linked, and no link is dead; nothing comes from elsewhere."""
    found = Page(page)
    built = {path.name for path in (workshop.path / "out").rglob("*") if path.suffix in (".html", ".ics")}
    assert {unquote(link).rpartition("/")[2] for link in found.links} == built
    assert all((workshop.path / "out" / unquote(link)).is_file() for link in found.links)
    assert not {"img", "link", "script"} & set(found.opened)
    assert not re.search(r"url\(|@import", page)


def test_what_it_tells(page: str) -> None:
    """Names, numbers, agenda, what is missing and why: in words, and as they were written."""
    text = Page(page).text
    for told in (
        "Ports & <doors>",
        "2026-05-12 · 9:00 · Bremen",
        "6 variants",
        "2 could not be built",
        "half-day-attendee",
        "36 of 10 min",
        "not built yet",
        "Tea & cake 5 min",
        "there is no slide or section 'nothing'",
        "the agenda takes 36:00 min, of 10:00 min available",
    ):
        assert told in text


def test_same_page(page: str, workshop: Workshop) -> None:
    """A build that changes nothing changes no byte of it."""
    manifest = workshop.manifest(MANIFEST)
    order = BuildOrder.of(workshop.path / "out", manifest.path)
    outcomes = build(variants_of(manifest), order, 1, lambda each: "talk-a" not in each.name, lambda *_: None)
    assert index_page(manifest, outcomes) == page
