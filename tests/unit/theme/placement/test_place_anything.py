"""Whatever an author writes, placing says what doesn't fit; it never breaks."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import (
    Admonition,
    Asset,
    Block,
    Callout,
    Code,
    Column,
    Definition,
    DefinitionList,
    Footnotes,
    Group,
    Heading,
    Image,
    LineBreak,
    List,
    ListItem,
    Paragraph,
    Quote,
    Row,
    Run,
    Table,
)
from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import PlacedText
from quarterdeck.theme.placement.fit import TOLERANCE
from support.placed_decks import elements, placed, slide

SPAN = SourceSpan("deck.md", 3)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)
RUNS = st.builds(Run, WORDS, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), superscript=st.booleans())
INLINES = st.lists(st.one_of(RUNS, st.builds(LineBreak)), max_size=4).map(tuple)
PARAGRAPHS = st.builds(Paragraph, INLINES, span=st.just(SPAN))
PICTURES = st.builds(
    Image,
    st.builds(Asset, st.just("p"), st.just("image/png"), st.just(b""), st.floats(0, 4000), st.floats(0, 4000)),
    st.just("x"),
    span=st.just(SPAN),
)


def tables(size: tuple[int, int]) -> st.SearchStrategy[Table]:
    """Tables of some columns and rows."""
    columns, rows = size
    row = st.builds(Row, st.tuples(*(INLINES for _ in range(columns))))
    made = (Column(),) * columns
    return st.builds(Table, st.just(made), row, st.tuples(*(row for _ in range(rows))), span=st.just(SPAN))


LEAVES = st.one_of(
    PARAGRAPHS,
    PICTURES,
    st.builds(Heading, st.integers(2, 6), INLINES, span=st.just(SPAN)),
    st.builds(Code, st.text(max_size=300), st.sampled_from([None, "python", "nonsense"]), numbers=st.booleans()),
    st.tuples(st.integers(1, 5), st.integers(0, 6)).flatmap(tables),
    st.builds(Footnotes, st.lists(INLINES, max_size=3).map(tuple)),
)


def containers(blocks: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Blocks that hold blocks."""
    some = st.lists(blocks, max_size=3).map(tuple)
    items = st.lists(st.builds(ListItem, some, fragment=st.none() | st.integers(0, 3)), max_size=4).map(tuple)
    terms = st.lists(st.builds(Definition, INLINES, st.tuples(some)), max_size=3).map(tuple)
    return st.one_of(
        st.builds(List, items, ordered=st.booleans(), start=st.integers(0, 1000)),
        st.builds(Quote, some, INLINES),
        st.builds(Admonition, st.sampled_from(["note", "whatever"]), INLINES, some),
        st.builds(Callout, some, INLINES),
        st.builds(DefinitionList, terms),
        st.builds(Group, some),
    )


BLOCKS = st.lists(st.recursive(LEAVES, containers, max_leaves=5), max_size=5)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(BLOCKS, st.sampled_from(["shrink", "split", "error"]), st.sampled_from([Layout.CONTENT, Layout.CODE]))
def test_any_content_is_placed_or_reported(blocks: list[Block], fit: str, layout: Layout) -> None:
    """With no fault reported, all text lies within its box, and on the slide."""
    result = placed(slide(*blocks, fit=fit, layout=layout))
    assert all(d.span is not None for d in result.diagnostics)
    if result.diagnostics:
        return
    for made in result.slides:
        for text in elements(made, PlacedText):
            height = sum(p.space_before + p.line_height * max(1, len(p.lines)) for p in text.paragraphs)
            assert height <= text.box.height + TOLERANCE
            assert text.box.bottom <= 720
            assert text.box.right <= 1280
