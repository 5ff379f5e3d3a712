"""Blocks within blocks."""

from collections.abc import Callable

from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Code,
    Definition,
    DefinitionList,
    Group,
    List,
    ListItem,
    Paragraph,
    Quote,
    Row,
    Run,
    Table,
)
from quarterdeck.model.walk import every, renumbered


def test_every_block_is_found() -> None:
    """In reading order, however deep: none escapes the checks."""
    leaf = Paragraph((Run("deep"),))
    block: Block = leaf
    around: list[Callable[[Block], Block]] = [
        lambda inner: Group((inner,)),
        lambda inner: Quote((inner,)),
        lambda inner: Admonition("tip", (), (inner,)),
        lambda inner: Callout((inner,)),
        lambda inner: List((ListItem((inner,)),)),
        lambda inner: DefinitionList((Definition((), ((inner,),)),)),
    ]
    for wrap in around:
        block = wrap(block)
    after = Paragraph((Run("after"),))
    found = list(every((block, after)))
    assert len(found) == len(around) + 2
    assert found[-2:] == [leaf, after]


def test_fragments_are_counted_without_gaps() -> None:
    """Wherever they are: of blocks, items, rows, terms and steps of code; the order stays."""

    def paragraph(fragment: int | None) -> Paragraph:
        return Paragraph((Run("x"),), fragment)

    def row(fragment: int | None) -> Row:
        return Row(((Run("x"),),), fragment)

    def content(*places: int) -> tuple[Block, ...]:
        a, b, c, d, e, f, g, h = places
        return (
            paragraph(None),
            List((ListItem((paragraph(b),), None, a),)),
            Group((Quote((paragraph(None),), fragment=d),), (), c),
            Table((), row(None), (row(e),)),
            Code("x", highlight_fragments=(f, g)),
            DefinitionList((Definition((), ((paragraph(None),),), h),)),
        )

    assert renumbered(content(4, 7, 9, 12, 13, 15, 18, 20)) == (content(0, 1, 2, 3, 4, 5, 6, 7), 8)
    assert renumbered((paragraph(None),)) == ((paragraph(None),), 0)
    assert renumbered((paragraph(5), paragraph(5), paragraph(2)))[0] == (paragraph(1), paragraph(1), paragraph(0))
