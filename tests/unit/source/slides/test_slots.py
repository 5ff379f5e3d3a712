"""Layouts are contracts: which one a slide gets, and which slot takes what."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Block
from quarterdeck.model.deck import Layout
from quarterdeck.source.slides.slots import KIND_NAMES

FIRST = "# Start\n\n---\n\n"


@pytest.mark.parametrize(
    ("body", "layout"),
    [
        ("# Part", Layout.SECTION),
        ("# Part\n\ntext", Layout.CONTENT),
        ("## Part", Layout.CONTENT),
        ("::: left\nx\n:::\n::: right\ny\n:::", Layout.TWO_COLUMNS),
        ("::: left-heading\n## x\n:::\n::: right\ny\n:::", Layout.COMPARISON),
        ("::: quote\nx\n:::", Layout.QUOTE),
        ("```console\n$ ls\n```", Layout.DEMO),
    ],
)
def test_default_layout(folder: Any, body: str, layout: Layout) -> None:
    """A slide that names no layout gets the one that its content asks for."""
    assert folder.load(FIRST + body).deck.slides[1].layout is layout


@pytest.mark.parametrize(
    ("body", "layout"), [("# Talk\n\nAbout", Layout.TITLE), ("# Talk", Layout.TITLE), ("# Talk\n\n- x", Layout.CONTENT)]
)
def test_first_slide(folder: Any, body: str, layout: Layout) -> None:
    """The first slide is a title slide when it holds nothing more than a title and a subtitle."""
    assert folder.load(body).deck.slides[0].layout is layout


@pytest.mark.parametrize(
    ("layout", "body", "slots"),
    [
        ("title", "# T\n\nSub", {"subtitle": 1}),
        (
            "comparison",
            "# T\n\n::: left\n## A\n\nx\n:::\n\n::: right\n## B\n\ny\n:::",
            {"left-heading": 1, "left": 1, "right-heading": 1, "right": 1},
        ),
        ("image", "# T\n\nCaption\n\n$$x$$\n", None),
        ("quote", "# T\n\n> Said\n> — Me", {"quote": 1, "attribution": 1}),
        ("quote", "# T\n\nSaid\n\n— Me", {"quote": 1, "attribution": 1}),
        ("quote", "# T\n\n> Said\n\nMe", {"quote": 1, "attribution": 1}),
        ("quote", "# T\n\nSaid\n\nAnd said", {"quote": 2}),
        ("closing", "# T\n\n- one\n- two\n\n![Code](qr:https://a.example)\n\nlast", {"body": 2, "image": 1}),
        ("two-columns", "# T\n\n::: left\nx\n:::\n\n::: right\ny[^1]\n:::\n\n[^1]: foot", {"left": 1, "right": 2}),
        ("blank", "# T\n\nx", {"body": 2}),
        ("title", "# T\n\n- list", None),
        ("section", "# T\n\n```\ncode\n```", None),
        ("two-columns", "# T\n\nloose", None),
        ("two-columns", "# T\n\n::: body\nx\n:::", None),
        ("quote", "# T\n\n| a |\n|---|", None),
        ("demo", "# T", None),
    ],
)
def test_contract(folder: Any, layout: str, body: str, slots: dict[str, int] | None) -> None:
    """Content goes to its slot; what fits none is a fault with a place and a hint, never left out."""
    text = f"---\n---\n---\nlayout: {layout}\n---\n{body}\n"
    if slots is not None:
        slide = folder.load(text).deck.slides[0]
        assert {name: len(blocks) for name, blocks in slide.slots.items()} == slots
        return
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(text)
    (fault,) = caught.value.diagnostics
    assert fault.code in ("no-slot", "no-demo")
    assert fault.span is not None
    assert fault.hint


@pytest.mark.parametrize("layout", [layout for layout in Layout if layout is not Layout.DEMO])
def test_any_layout_may_have_a_demo(folder: Any, layout: Layout) -> None:
    """It keeps its layout: where that has no place for a terminal, the demo is shown after it."""
    deck = folder.load(f"---\n---\n---\nlayout: {layout}\n---\n# T\n\n```console\n$ ls\n```\n").deck
    (slide,) = deck.slides
    assert (slide.layout, slide.demo) == (layout, *deck.demos)


def test_two_pictures_on_an_image_slide(folder: Any) -> None:
    """An image slide holds one picture."""
    folder.write("a.svg", '<svg viewBox="0 0 4 3"/>')
    with pytest.raises(QuarterdeckError, match="picture fits no slot") as caught:
        folder.load("---\n---\n---\nlayout: image\n---\n# T\n\n![a](a.svg)\n\n![b](a.svg)\n")
    (fault,) = caught.value.diagnostics
    assert str(fault.span) == "deck.md:10:6"


def test_every_kind_of_block_has_a_name() -> None:
    """A fault can say what it is that fits nowhere, also of a kind that was added last."""
    assert set(KIND_NAMES) == set(get_args(Block))
