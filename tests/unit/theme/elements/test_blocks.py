"""Blocks of a slot, one below the other, and the marks of list items beside what they begin with."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import (
    Admonition,
    Asset,
    Block,
    Callout,
    Code,
    Column,
    Image,
    List,
    ListItem,
    Math,
    Quote,
    Row,
    Run,
    Table,
)
from quarterdeck.model.placed import (
    Element,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedShape,
    PlacedTable,
    PlacedText,
)
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.blocks import stack_blocks
from support.placed_decks import bullets, context, paragraph

BOX = Box(80.0, 100.0, 1120.0, 500.0)
ROW = Row(((Run("a"),), (Run("b"),)))
PICTURE = Image(Asset("a.png", "image/png", b"", 200.0, 100.0), "a ship")


def drawn(*blocks: Block) -> tuple[Element, ...]:
    """The elements of some blocks."""
    stack = stack_blocks(blocks, context())
    return stack.draw(Box(BOX.x, BOX.y, BOX.width, stack.height))


def marks(elements: tuple[Element, ...]) -> list[tuple[str, PlacedText]]:
    """The texts in the colour of marks."""
    accent = context().colors["accent"]
    texts = [element for element in elements if isinstance(element, PlacedText)]
    return [(text.paragraphs[0].lines[0], text) for text in texts if text.paragraphs[0].color == accent]


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (Code("docker build .\ndocker run"), PlacedCode),
        (PICTURE, PlacedImage),
        (Table((Column(), Column()), ROW, (ROW,)), PlacedTable),
        (Quote((paragraph("quoted"), paragraph("more"))), PlacedShape),
        (Callout((paragraph("stated"),)), PlacedShape),
        (Admonition("note", (), (paragraph("remarked"),)), PlacedShape),
        (Math("x^2"), PlacedMath),
        (bullets("one", "two"), PlacedText),
    ],
)
def test_a_number_stands_on_the_line_where_its_item_begins(block: Block, kind: type[Element]) -> None:
    """To the left of the block, which begins where the list does: nothing is above it."""
    elements = drawn(List((ListItem((block,)), ListItem((paragraph("then"),))), ordered=True))
    ((letters, number),) = marks(elements)
    assert letters == "1."
    assert number.box.x == BOX.x
    first, *texts = [element for element in elements if element is not number]
    assert isinstance(first, kind)
    assert first.box.y == pytest.approx(BOX.y, abs=1)
    if isinstance(first, PlacedText):
        assert BOX.x + first.paragraphs[0].indent - first.paragraphs[0].hanging == number.box.right
    elif not isinstance(first, PlacedMath):
        assert first.box.x == number.box.right
    middle = number.box.y + number.box.height / 2
    match first:
        case PlacedCode():
            line = first.box.y + first.padding + first.line_height / 2
        case PlacedImage():
            line = first.box.y + number.box.height / 2
        case PlacedTable():
            line = first.box.y + first.row_heights[0] / 2
        case PlacedMath():
            line = first.box.y + first.box.height / 2
        case _:
            words = first if isinstance(first, PlacedText) else next(t for t in texts if isinstance(t, PlacedText))
            line = words.box.y + words.paragraphs[0].line_height / 2
    assert middle == pytest.approx(line)
    *_, then = elements
    assert isinstance(then, PlacedText)
    bullet = then.paragraphs[-1].bullet
    assert bullet is not None
    assert bullet.text == "2."


def test_marks_of_nested_items_stand_side_by_side() -> None:
    """`1. - ```code```` shows a number and a bullet on the first line of the code."""
    inner = List((ListItem((Code("ls"),)),))
    elements = drawn(List((ListItem((inner,)),), ordered=True))
    (one, number), (two, bullet) = marks(elements)
    assert (one, two) == ("1.", "–")
    assert number.box.right == bullet.box.x
    (code,) = (element for element in elements if isinstance(element, PlacedCode))
    assert bullet.box.right == code.box.x
    middles = {number.box.y + number.box.height / 2, bullet.box.y + bullet.box.height / 2}
    assert middles == {code.box.y + code.padding + code.line_height / 2}


def test_what_follows_a_list_begun_at_once_is_as_near_as_text() -> None:
    """The marks make no gap."""
    words, at_once = bullets("outer"), List((ListItem((bullets("one"),)),))
    stack = stack_blocks((words, at_once, words), context())
    plain = stack_blocks((words, words, words), context())
    assert stack.height <= plain.height


def test_a_mark_appears_with_its_item() -> None:
    """Code and number at one press of the key."""
    elements = drawn(List((ListItem((Code("ls"),), fragment=3),)))
    ((_, mark),) = marks(elements)
    (code,) = (element for element in elements if isinstance(element, PlacedCode))
    assert (mark.paragraphs[0].fragment, code.fragment) == (3, 3)


@pytest.mark.parametrize(
    "block",
    [
        Callout((paragraph("x"),)),
        Admonition("note", (), (paragraph("x"),)),
        Quote((paragraph("x"),)),
        Code("x", "text"),
        Table((Column(), Column()), ROW, (ROW,)),
        PICTURE,
    ],
    ids=lambda block: type(block).__name__,
)
def test_a_block_under_a_list_has_the_space_of_items(block: Block) -> None:
    """Where items are set widely, a box right under them would look like part of the last one."""
    wide = replace(context(), air=1.5)
    stack = stack_blocks([bullets("a", "b"), block, paragraph("after")], wide)
    gaps = [stack._gap(index) for index in (1, 2)]
    (items,) = [element for element in stack.blocks[0].draw(BOX) if isinstance(element, PlacedText)]
    assert gaps == [items.paragraphs[1].space_before] * 2
