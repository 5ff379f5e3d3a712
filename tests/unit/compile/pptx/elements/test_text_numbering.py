"""How PowerPoint counts list items."""

from __future__ import annotations

from quarterdeck.compile.pptx.elements.text import Numbering
from quarterdeck.model.placed import Bullet, PlacedParagraph


def item(number: int | None, level: int = 0) -> PlacedParagraph:
    """A list item, or a paragraph without a number."""
    bullet = None if number is None else Bullet(f"{number}.", "#000000", number)
    return PlacedParagraph((), 24, 30, "#000000", level=level, bullet=bullet)


def starts(*items: PlacedParagraph) -> list[int | None]:
    """Where the list of each item begins."""
    numbering = Numbering()
    return [numbering.start(each) for each in items]


def test_a_list_has_one_start() -> None:
    """All items carry the number of the first."""
    assert starts(item(3), item(4), item(5)) == [3, 3, 3]


def test_nested_items_do_not_interrupt() -> None:
    """The outer list goes on after an inner one, and each inner one begins anew."""
    assert starts(item(1), item(1, 1), item(2, 1), item(2), item(1, 1)) == [1, 1, 1, 1, 1]


def test_text_between_interrupts() -> None:
    """PowerPoint would begin at 1 again after a paragraph, so the number is said."""
    assert starts(item(1), item(None), item(2)) == [1, None, 2]


def test_a_jump_begins_a_list() -> None:
    """Two lists next to each other are two lists."""
    assert starts(item(1), item(2), item(1)) == [1, 1, 1]
    assert starts(item(1), item(7)) == [1, 7]
