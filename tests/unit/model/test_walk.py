"""Blocks within blocks."""

from collections.abc import Callable

from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Definition,
    DefinitionList,
    Group,
    List,
    ListItem,
    Paragraph,
    Quote,
    Run,
)
from quarterdeck.model.walk import every


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
