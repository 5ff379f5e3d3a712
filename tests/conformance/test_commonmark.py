"""Every example of the CommonMark specification, as a slide."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import missing
from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.compile.reveal.page import write_html
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.source.deck import load_deck
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.ooxml_lint import lint

EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n.*?^`{32}$", re.DOTALL | re.MULTILINE)
KNOWN_FAULTS = frozenset(
    {
        "raw-html",  # would be seen in one output only
        "missing-file",  # the examples' pictures
        "picture-outside",  # those that begin with a slash
        "remote-picture",
        "dead-link",
        "bad-link",
        "unclosed-fence",
        "unclosed-comment",
        "empty-deck",
        "missing-footnote",
        "deep-nesting",
        "unclosed-front-matter",
        "unknown-key",  # words after the language of a fence
    }
)
"""What the examples hold that a deck doesn't, by design."""


def examples() -> list[str]:
    """The Markdown of each example."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    installed = cache / "quarterdeck-dev" / "commonmark" / "node_modules" / "commonmark-spec" / "spec.txt"
    path = Path(os.environ.get("QUARTERDECK_COMMONMARK") or installed)
    if not path.exists():
        missing("office", "the examples of CommonMark aren't installed: run .ci/commonmark")
    return [found[1].replace("→", "\t") for found in EXAMPLE.finditer(path.read_text("utf-8"))]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Slide], list[tuple[str, str]]]:
    """The slides of all examples that are without fault, and each fault of the others with its example."""
    path = tmp_path_factory.mktemp("commonmark") / "deck.md"
    slides: list[Slide] = []
    faults: list[tuple[str, str]] = []
    for number, example in enumerate(examples(), start=1):
        path.write_text(f"# Example {number}\n\n{example}", "utf-8")
        try:
            deck = load_deck(path).deck
        except QuarterdeckError as error:
            faults += [(fault.code, example) for fault in error.diagnostics]
            continue
        slides += [replace(slide, id=f"e{number}-{part}", fit="split") for part, slide in enumerate(deck.slides)]
    return slides, faults


@pytest.mark.office
def test_only_what_decks_leave_out_is_a_fault(read: tuple[list[Slide], list[tuple[str, str]]]) -> None:
    """Nothing of CommonMark is refused but raw HTML, and links and pictures that lead nowhere."""
    slides, faults = read
    assert len(slides) > 450
    assert [fault for fault in faults if fault[0] not in KNOWN_FAULTS] == []


@pytest.mark.office
def test_examples_are_valid_in_both_outputs(
    read: tuple[list[Slide], list[tuple[str, str]]], ooxml_validator: Callable[[bytes], list[str]]
) -> None:
    """All the examples in one deck: both outputs are written, and neither validator nor lint has a fault."""
    theme = load_theme("harbour", Path())
    deck = Deck("commonmark", Path(), "CommonMark", tuple(read[0]))
    placed = place(deck, theme, {})
    made = write_pptx(deck, placed.slides, theme, show_url="http://127.0.0.1:7777")
    assert lint(made) == []
    assert ooxml_validator(made) == []
    assert write_html(deck, placed.slides, theme, {}).count("<section") == len(placed.slides)
