"""The handout as HTML: what is in it, for whom, and that it needs nothing else."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.handout.document import write_handout
from quarterdeck.model.content import Callout, Paragraph, Run
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.options import Role
from quarterdeck.theme.file import load_theme
from support.workshop_deck import HELD_BACK, load_workshop

HARBOUR = load_theme("harbour", Path())


def written(folder: Path, role: Role | None, theme: str = "harbour") -> str:
    """The workshop's handout."""
    return write_handout(load_workshop(folder / "deck", role).deck, load_theme(theme, Path()))


def test_the_cover_has_the_picture_of_the_theme(tmp_path: Path) -> None:
    """Beside the words, hidden from screen readers; a logo at the top left would lie under the title."""
    for name in ("crane", "logo"):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>{name}</title></svg>'
        (tmp_path / f"{name}.svg").write_text(svg)
    (tmp_path / "brand.yaml").write_text("extends: harbour\nlogo: logo.svg\ncover: crane.svg\n")
    page = write_handout(Deck("d", Path(), "D", ()), load_theme("brand.yaml", tmp_path))
    cover = page[page.index('<header class="cover"') : page.index("</header>")]
    pictures = [b64decode(data) for data in re.findall(r'src="data:image/svg\+xml;base64,([^"]*)"', cover)]
    assert [b"crane" in data for data in pictures] == [True]
    assert 'aria-hidden="true"' in cover


def words_of(page: str) -> str:
    """The text of the page's body, as it is read."""
    body = page[page.index("<main>") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_everything_is_told(tmp_path: Path) -> None:
    """Titles, prose, commands with prompts, output with its elisions, the task, and room to work."""
    page = written(tmp_path, Role.ATTENDEE)
    text = words_of(page)
    for part in ("Doors &amp; ports", "How a container gets one", "Publishing", "A port is a door", "Now you."):
        assert part in text, part
    assert "The list is empty at first." in text
    assert "<i>$ </i><b>docker ps --format '{{.Names}}'</b>\n<u>⋮</u>\n<u>…</u>web" in page
    assert "sleep 1" not in text, "hidden steps are not shown"
    assert "Exercise 1 · 10 min" in text
    assert "Start a server" in text
    assert page.count("<i></i>") >= 5, "ruled lines"
    assert "quarterdeck run demos/door" in text
    assert text.index("Now you.") < text.index("Start a server") < text.index("Look for"), "hints come last"
    assert 'the guide</a><span class="address"> (example.org/guide)</span>' in page


@pytest.mark.parametrize("role", [None, Role.INSTRUCTOR])
def test_instructors_have_notes_and_solutions(tmp_path: Path, role: Role | None) -> None:
    """After the hints, each with its explanation."""
    text = words_of(written(tmp_path, role))
    for part in HELD_BACK:
        assert part in text
    assert text.index("Look for") < text.index("--publish 8090:80")


def test_attendees_have_neither(tmp_path: Path) -> None:
    """Not even in attributes or the head of the page."""
    page = written(tmp_path, Role.ATTENDEE)
    assert not [part for part in HELD_BACK if part in page]
    assert "Solutions" not in page


def test_every_line_of_the_contents_leads_somewhere(tmp_path: Path) -> None:
    """To the id of an element; ids are unique."""
    page = written(tmp_path, None)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets
    assert set(targets) <= set(ids)


@pytest.mark.parametrize("theme", ["harbour", "night", "contrast", "logbook"])
def test_it_needs_nothing_else(tmp_path: Path, theme: str) -> None:
    """No script, nothing from elsewhere, the same bytes each time."""
    page = written(tmp_path, None, theme)
    assert "<script" not in page
    assert not re.search(r'(src|href)="(?!data:|#|https://example\.org|http://localhost)', page)
    assert "url(" not in page.replace("url(data:", "")
    deck = load_workshop(tmp_path / "again").deck
    assert page == write_handout(replace(deck, name="deck"), load_theme(theme, Path()))


def test_a_title_cant_leave_its_string(tmp_path: Path) -> None:
    """What is printed at the head of each page comes from the author, into a style sheet."""
    deck = load_workshop(tmp_path / "deck").deck
    page = write_handout(replace(deck, title='"}</style><b>', subtitle=None), HARBOUR)
    style = page[page.index("@page{") : page.index("@page {")]
    assert '"}' not in style.replace('"}@', "").replace('"}}', "")
    assert "</style><b>" not in page


def test_a_deck_without_demos_or_sections() -> None:
    """One chapter without a name, no contents, no hints."""
    page = write_handout(Deck("d", Path(), "Nothing much", ()), HARBOUR)
    assert "Nothing much" in page
    assert "<nav" not in page


def test_a_callout_stands_out() -> None:
    """With its title, where it has one."""
    callouts = tuple(Callout((Paragraph((Run("Closed."),)),), title) for title in ((Run("Rule"),), ()))
    deck = Deck("d", Path("d"), "D", (Slide("s", Layout.CONTENT, (Run("S"),), {"body": callouts}),))
    page = write_handout(deck, HARBOUR)
    assert '<aside class="callout"><p class="kind"><strong>Rule</strong></p><p>Closed.</p></aside>' in page
    assert '<aside class="callout"><p>Closed.</p></aside>' in page
