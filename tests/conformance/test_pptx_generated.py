"""Decks that nobody would write: whatever comes, the PPTX has no fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.model.content import (
    Admonition,
    Align,
    Block,
    Chart,
    Code,
    Column,
    Image,
    Inline,
    InlineMath,
    LineBreak,
    LineSet,
    List,
    ListItem,
    Math,
    Paragraph,
    Quote,
    Row,
    Run,
    Series,
    SlideLink,
    Table,
    WebLink,
)
from quarterdeck.model.deck import SLOTS, Background, Deck, Layout, Slide
from support.ooxml_lint import lint
from support.pptx_deck import built, deck_of, raster, vector

FORMULAS = ("x^2", r"\frac{a}{b}", r"\sum_{i=0}^n x_i", r"\left\{ x \right.", r"\sqrt[3]{y}")
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
fragments = st.none() | st.integers(0, 3)
links = st.none() | st.just(SlideLink("s0")) | st.just(WebLink("https://example.org/?a=1&b=<2>"))
runs: st.SearchStrategy[Inline] = st.builds(
    Run,
    words,
    bold=st.booleans(),
    code=st.booleans(),
    superscript=st.booleans(),
    link=links,
    link_title=st.none() | words,
)
inlines = st.lists(runs | st.just(LineBreak()) | st.sampled_from(FORMULAS).map(InlineMath), max_size=4).map(tuple)
paragraphs = st.builds(Paragraph, inlines, fragment=fragments)
codes = st.builds(
    Code,
    st.text(max_size=80),
    language=st.sampled_from([None, "python", "no such language"]),
    numbers=st.booleans(),
    highlights=st.just(()) | st.just((LineSet(((1, 1),)), LineSet(()), LineSet(((1, 1), (1, 1))))),
    highlight_fragments=st.just((0, 1)),
    fragment=fragments,
)
tables = st.builds(
    lambda rows, of_table: Table(
        (Column(), Column(Align.RIGHT)),
        Row(((Run("a"),), (Run("b"),))),
        tuple(Row((left, right), fragment=fragment) for left, right, fragment in rows),
        fragment=of_table,
    ),
    st.lists(st.tuples(inlines, inlines, fragments), max_size=4),
    fragments,
)
numbers = st.none() | st.floats(-1e9, 1e9)
charts = st.builds(
    Chart,
    st.sampled_from(["bar", "column", "line", "area", "pie", "doughnut", "scatter"]),
    st.tuples(words, st.just("2")),
    st.lists(st.builds(Series, words, st.tuples(numbers, numbers)), min_size=1, max_size=3).map(tuple),
    title=st.none() | words,
    stacked=st.booleans(),
    low=st.none() | st.floats(-1e6, 0),
    high=st.none() | st.floats(1, 1e6),
    unit=words,
    legend=st.sampled_from([None, "none", "top", "right", "bottom"]),
    labels=st.sampled_from([None, "value", "share"]),
    across=words,
    upright=words,
    fragment=fragments,
)
pictures = st.builds(Image, st.sampled_from([raster(), vector(), raster("WEBP")]), words, fragment=fragments)
formulas = st.builds(Math, st.sampled_from(FORMULAS), fragment=fragments)
leaves: st.SearchStrategy[Block] = st.one_of(paragraphs, codes, tables, charts, pictures, formulas)


def _nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(inner, min_size=1, max_size=2).map(tuple)
    items = st.lists(st.builds(ListItem, some, fragment=fragments), min_size=1, max_size=3).map(tuple)
    lists = st.builds(List, items, ordered=st.booleans(), start=st.integers(1, 99), fragment=fragments)
    return st.one_of(lists, st.builds(Quote, some, inlines), st.builds(Admonition, st.just("tip"), inlines, some))


blocks = st.recursive(leaves, _nested, max_leaves=6)


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """A deck of a few slides."""
    slides = []
    for number in range(draw(st.integers(1, 3))):
        layout = draw(st.sampled_from(Layout))
        slots = {slot: tuple(draw(st.lists(blocks, max_size=2))) for slot in SLOTS[layout] if slot != "terminal"}
        background = draw(st.none() | st.sampled_from([Background(color="#224466"), Background(image=raster())]))
        notes = tuple(draw(st.lists(blocks, max_size=2)))
        slides.append(
            Slide(
                f"s{number}",
                layout,
                draw(inlines),
                slots,
                notes,
                background=background,
                hidden=draw(st.booleans()),
                fit=draw(st.sampled_from(["shrink", "split"])),
            )
        )
    return deck_of(*slides)


@given(decks())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_decks_have_no_fault(deck: Deck) -> None:
    """The lint finds nothing, whatever stands where."""
    assert lint(built(deck)) == []


@pytest.mark.office
@given(deck=decks())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_generated_decks_are_valid(ooxml_validator: Callable[[bytes], list[str]], deck: Deck) -> None:
    """The Open XML SDK finds nothing either."""
    assert ooxml_validator(built(deck)) == []
