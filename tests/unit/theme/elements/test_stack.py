"""Measured blocks in one box."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Group
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.context import MeasuredBlock
from quarterdeck.theme.elements.stack import BLOCK_GAP, FOOT_GAP, Stack, is_rule, measured_rule
from support.placed_decks import context


def block(height: float, least: float, before: float = 0.0, *, text: bool = False) -> MeasuredBlock:
    """A block that is drawn as a shape."""

    def draw(box: Box) -> tuple[Element, ...]:
        return (PlacedShape(box, "rectangle", "#000000"),)

    marks = ((least, SourceSpan("deck.md", 3)),)
    return MeasuredBlock(height, draw, least, before, marks=marks, is_text=text, is_picture=not text)


def boxes(stack: Stack, box: Box) -> list[tuple[float, float]]:
    """Top and height of each block."""
    return [(e.box.y, e.box.height) for e in stack.draw(box)]


def test_spare_room_goes_to_blocks_that_want_it() -> None:
    """In proportion; none gets more than it wants."""
    stack = Stack((block(100, 50), block(200, 150, text=True)), (0, 0))
    assert stack.least == 50 + BLOCK_GAP * 0 + 150 + BLOCK_GAP
    assert stack.heights(stack.least) == (50, 150)
    assert stack.heights(stack.least + 50) == (75, 175)
    assert stack.heights(1000) == (100, 200)


def test_what_isnt_text_keeps_its_distance() -> None:
    """A paragraph after a picture, though it asks for none; text after text has its own."""
    assert boxes(Stack((block(10, 10), block(10, 10, text=True)), (0, 0)), Box(0, 0, 9, 99))[1][0] == 10 + BLOCK_GAP
    assert boxes(Stack((block(10, 10, text=True), block(10, 10, 4)), (0, 0)), Box(0, 0, 9, 99))[1][0] == 14


def test_the_foot_stands_at_the_lower_edge() -> None:
    """Footnotes are there however little is above them, and count for the height."""
    stack = Stack((block(10, 10, text=True),), (0,), foot=block(30, 30))
    assert stack.least == 10 + FOOT_GAP + 30
    assert boxes(stack, Box(0, 100, 9, 200))[-1] == (270, 30)


def test_indented_blocks_are_narrower() -> None:
    """By as much as they stand further right."""
    (only,) = Stack((block(10, 10),), (24,)).draw(Box(80, 0, 400, 100))
    assert (only.box.x, only.box.width) == (104, 376)


def test_marks_say_where_the_source_of_an_overflow_is() -> None:
    """Each block's own, moved down by those above it."""
    stack = Stack((block(100, 50, text=True), block(100, 50, text=True)), (0, 0))
    assert [bottom for bottom, _ in stack.marks] == [50, 100]


@pytest.mark.parametrize(("text", "only"), [(False, True), (True, False)])
def test_pictures_alone_are_known(text: bool, only: bool) -> None:
    """They are centred; an empty slot isn't one of pictures."""
    assert Stack((block(1, 1), block(1, 1, text=text)), (0, 0)).only_pictures is only
    assert not Stack((), ()).only_pictures


def test_a_rule_is_an_empty_group_of_its_class() -> None:
    """As wide as its slot; any other empty group is nothing."""
    assert is_rule(Group((), ("rule",)))
    assert not is_rule(Group(()))
    (line,) = measured_rule(Group((), ("rule",), fragment=2), context(500.0)).draw(Box(80, 10, 500, 2))
    assert isinstance(line, PlacedShape)
    assert (line.box.width, line.fragment) == (500, 2)
