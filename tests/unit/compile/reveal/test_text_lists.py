"""Lists made from paragraphs that know their level only."""

from __future__ import annotations

import pytest

from quarterdeck.compile.reveal.text import nested_lists
from quarterdeck.model.placed import Bullet, PlacedParagraph

DASH = Bullet("–", "#000000")


def item(level: int, bullet: Bullet | None = DASH, indent: float = 20.0) -> PlacedParagraph:
    """An item, or without a bullet a paragraph in one."""
    return PlacedParagraph((), 20.0, 28.0, "#000000", level=level, bullet=bullet, indent=indent)


def number(n: int) -> Bullet:
    """A numbered item's mark."""
    return Bullet(f"{n}.", "#000000", n)


UL = '<ul role="list">'


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        ([item(0), item(0)], f"{UL}<li>0</li><li>1</li></ul>"),
        ([item(0), item(1), item(0)], f"{UL}<li>0{UL}<li>1</li></ul></li><li>2</li></ul>"),
        ([item(0), item(0, None), item(0)], f"{UL}<li>01</li><li>2</li></ul>"),
        ([item(0), item(0, None, indent=0.0)], f"{UL}<li>0</li></ul>1"),
        ([item(0), item(0, number(1))], f'{UL}<li>0</li></ul><ol role="list"><li>1</li></ol>'),
        ([item(0, number(7))], '<ol role="list" start="7"><li>0</li></ol>'),
        ([item(2)], f"{UL}<li>{UL}<li>{UL}<li>0</li></ul></li></ul></li></ul>"),
        ([item(0), item(2), item(1)], f"{UL}<li>0{UL}<li>{UL}<li>1</li></ul></li><li>2</li></ul></li></ul>"),
        ([item(0, None, indent=0.0)], "0"),
    ],
)
def test_lists_nest_as_written(paragraphs: list[PlacedParagraph], expected: str) -> None:
    """Screen readers count the items of each list, and say how deep they are."""
    assert "".join(nested_lists((p, str(index)) for index, p in enumerate(paragraphs))) == expected
