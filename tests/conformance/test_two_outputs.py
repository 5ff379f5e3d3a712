"""One deck with every feature, built both ways: what the files show is the same, and it is what was placed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import InlineMath, plain_text
from quarterdeck.model.options import Choices
from quarterdeck.model.placed import PlacedText
from quarterdeck.project.check.rules import check
from quarterdeck.project.outputs.formats import html, pptx
from quarterdeck.project.project import Project, load_project
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.conformance_deck import DECK, choices, project
from support.ooxml_lint import lint
from support.shown import ShownSlide, ids_in_html, letters, shown_in_html, shown_in_pptx

__all__ = ["choices", "project"]


@pytest.fixture(scope="module")
def page(project: Project) -> str:
    """The HTML."""
    return html(project).decode()


@pytest.fixture(scope="module")
def pairs(project: Project, page: str) -> list[tuple[str, ShownSlide, ShownSlide]]:
    """The id of each slide, and what PPTX and HTML show of it."""
    return list(zip(ids_in_html(page), shown_in_pptx(pptx(project)), shown_in_html(page), strict=True))


def test_the_deck_has_no_fault(choices: Choices) -> None:
    """A deck that uses everything can be free of warnings too."""
    assert [str(fault) for fault in check(DECK, choices)] == []


def test_slides_and_their_order(project: Project, page: str) -> None:
    """Ids are those of the deck, in both outputs: in the PPTX the targets of links show it."""
    assert ids_in_html(page) == [placed.slide.id for placed in project.slides]


@pytest.mark.parametrize("what", ["title", "hidden", "demo", "screen", "fragments"])
def test_outputs_agree(pairs: list[tuple[str, ShownSlide, ShownSlide]], what: str) -> None:
    """Nothing is shown, or comes in another order, in one output only."""
    for id_, in_pptx, in_html in pairs:
        assert (id_, getattr(in_pptx, what)) == (id_, getattr(in_html, what))


@pytest.mark.parametrize("what", ["texts", "feet", "pictures", "links"])
def test_outputs_hold_the_same(pairs: list[tuple[str, ShownSlide, ShownSlide]], what: str) -> None:
    """Every paragraph, description and link is in both; shapes may be stacked in another order."""
    for id_, in_pptx, in_html in pairs:
        assert (id_, sorted(getattr(in_pptx, what))) == (id_, sorted(getattr(in_html, what)))


def test_notes_agree(pairs: list[tuple[str, ShownSlide, ShownSlide]]) -> None:
    """A speaker reads the same notes in both."""
    assert sum(bool(in_pptx.notes) for _, in_pptx, _ in pairs) == 3
    for id_, in_pptx, in_html in pairs:
        assert (id_, in_pptx.notes) == (id_, in_html.notes)


def test_everything_is_there(pairs: list[tuple[str, ShownSlide, ShownSlide]]) -> None:
    """The comparison isn't one of nothing with nothing."""
    everything = [shown for _, shown, _ in pairs]
    assert sum(len(shown.texts) for shown in everything) > 100
    assert sum(len(shown.fragments) for shown in everything) >= 15
    assert sum(len(shown.links) for shown in everything) >= 6
    assert sum(len(shown.pictures) for shown in everything) >= 12
    assert [shown.demo for shown in everything if shown.demo] == ["greeting", "own-steps"]


def test_placed_lines_are_in_both(project: Project, pairs: list[tuple[str, ShownSlide, ShownSlide]]) -> None:
    """The lines that were measured are the text of both outputs, nothing more and nothing less."""
    for placed, (id_, in_pptx, in_html) in zip(project.slides, pairs, strict=True):
        measured = sorted(
            letters(plain_text(paragraph.inlines) if paragraph.uppercase else "".join(paragraph.lines))
            for element in placed.elements
            if isinstance(element, PlacedText) and element.role != "title"
            for paragraph in element.paragraphs
            if paragraph.lines and not any(isinstance(inline, InlineMath) for inline in paragraph.inlines)
        )
        for shown in (in_pptx, in_html):
            texts = [letters(text) for text in shown.texts]
            assert [line for line in measured if line not in texts] == [], id_


@pytest.mark.parametrize("theme", ["harbour", "night", "contrast", "logbook"])
def test_the_pptx_has_no_fault(project: Project, theme: str) -> None:
    """The own lint finds nothing, whatever the theme."""
    assert lint(pptx(_in_theme(project, theme))) == []


@pytest.mark.office
@pytest.mark.parametrize("theme", ["harbour", "night", "contrast", "logbook"])
def test_office_finds_no_fault(ooxml_validator: Callable[[bytes], list[str]], project: Project, theme: str) -> None:
    """The Open XML SDK finds nothing either."""
    assert ooxml_validator(pptx(_in_theme(project, theme))) == []


def test_same_source_same_bytes(choices: Choices, project: Project, page: str) -> None:
    """Building again changes nothing, so that outputs can be compared and cached."""
    again = load_project(DECK, choices)
    assert html(again).decode() == page
    assert pptx(again) == pptx(project)


def _in_theme(project: Project, theme: str) -> Project:
    tokens = load_theme(theme, DECK)
    placed = place(project.deck, tokens, project.casts)
    assert [fault for fault in placed.diagnostics if fault.severity == "error"] == []
    return replace(project, theme=tokens, slides=placed.slides)
