"""What changed from the file as it was built to the file as it was edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from quarterdeck.compile.pptx.base import BaseShape, BaseSlide, checksum
from quarterdeck.workshop.edits.comparison import Comparison, compared
from quarterdeck.workshop.edits.pages import Page, PageParagraph, PageShape


class NoElement:
    """Stands for a shape's XML."""

    tag = "{x}sp"

    def xpath(self, path: str) -> Sequence[Any]:
        """Nothing is in it."""
        return []


class NoSlide:
    """Stands for python-pptx's slide without a title."""

    class shapes:  # noqa: N801
        """Its shapes."""

        title = None

    _element: ClassVar[dict[str, str]] = {}


def page(name: str, number: int, *shapes: tuple[str, Sequence[str]]) -> Page:
    """A slide of shapes with ids and texts."""
    made = [
        PageShape(id_, id_, "", [PageParagraph(text, [], owner=None) for text in texts], NoElement())
        for id_, texts in shapes
    ]
    return Page(name, number, made, NoSlide())


def base(*pages: Page) -> list[BaseSlide]:
    """Slides as a file keeps them."""
    return [
        BaseSlide(p.name, tuple(BaseShape(s.id, "", tuple(checksum(x.text) for x in s.paragraphs)) for s in p.shapes))
        for p in pages
    ]


def edits(found: Comparison) -> list[tuple[str, str]]:
    """What became what."""
    return [(edit.old, edit.added[0].text if edit.added else edit.new) for edit in found.edits]


def test_by_ids() -> None:
    """Shapes that keep their ids are compared with themselves, wherever they are in the order."""
    was = page("a", 1, ("2", ["one", "two"]), ("3", ["three"]))
    now = page("a", 1, ("3", ["III"]), ("2", ["one", "II"]))
    found = compared(base(was), [now], [was])
    assert edits(found) == [("two", "II"), ("three", "III")]


def test_without_names_and_ids() -> None:
    """LibreOffice's files are compared by their texts; a slide that was moved is found."""
    one = page("a", 1, ("2", ["alpha", "beta", "gamma", "delta"]))
    two = page("b", 2, ("2", ["red", "green", "blue"]))
    edited = [
        page("", 1, ("7", ["red", "green", "blue"])),
        page("", 2, ("9", ["alpha"]), ("8", ["betas", "gamma", "delta"])),
    ]
    found = compared(base(one, two), edited, [one, two])
    assert edits(found) == [("beta", "betas")]
    assert [refusal.what for refusal in found.refusals] == ["slides were put into another order"]


def test_a_slide_that_was_mostly_edited_is_known_by_its_neighbours() -> None:
    """LibreOffice's files have no names: between the same two slides it is no new one, unless nothing of it is left."""
    names = ("anchor", "beacon", "cargo")
    was = [page(n, k, ("2", [n, f"{n} lights", f"the {n}"])) for k, n in enumerate(names, 1)]
    saved = [page("", k, ("7", [n, f"{n} lights", f"the {n}"])) for k, n in enumerate(names, 1)]
    found = compared(
        base(*was), [saved[0], page("", 2, ("7", ["beacons", "beacon light", "the beacon"])), saved[2]], was
    )
    assert edits(found) == [("beacon", "beacons"), ("beacon lights", "beacon light")]
    assert found.added == []
    found = compared(base(*was), [saved[0], page("", 2, ("7", ["x", "y", "z"])), saved[2]], was)
    assert (edits(found), len(found.added), found.removed) == ([], 1, [1])


def test_three_ways() -> None:
    """What only one side changed is no conflict; what both changed alike is settled."""
    was = page("a", 1, ("2", ["one", "two", "three", "four"]))
    theirs = page("a", 1, ("2", ["one!", "two", "THREE", "4"]))
    ours = page("a", 1, ("2", ["one", "two!", "drei", "4"]))
    found = compared(base(was), [theirs], [ours])
    assert edits(found) == [("one", "one!")]
    assert [(r.what, r.is_conflict) for r in found.refusals] == [
        ("both were changed: the file says 'THREE', the deck says 'drei'", True)
    ]


def test_paragraphs_added_and_taken_out() -> None:
    """An added one comes after the one above it; the others keep theirs."""
    was = page("a", 1, ("2", ["one", "two", "three"]))
    theirs = page("a", 1, ("2", ["one", "quite new", "three"]), ("9", ["box"]))
    more = page("a", 1, ("2", ["one", "two", "quite new", "three"]))
    fewer = page("a", 1, ("2", ["one", "three"]))
    assert edits(compared(base(was), [more], [was])) == [("two", "quite new")]
    assert edits(compared(base(was), [fewer], [was])) == [("two", "")]
    found = compared(base(was), [theirs], [was])
    assert edits(found) == [("two", "quite new")]
    assert [refusal.what for refusal in found.refusals] == ["a text box was added: 'box'"]


def test_slides_added_and_taken_out() -> None:
    """A new slide has no name of ours; one that is gone is reported."""
    one, two = page("a", 1, ("2", ["one"])), page("b", 2, ("2", ["two"]))
    new = page("", 2, ("2", ["new"]))
    found = compared(base(one, two), [one, new], [one, two])
    assert [(page.number, before) for page, before in found.added] == [(2, 0)]
    assert found.removed == [1]


def test_another_deck_is_told() -> None:
    """Nothing of it is known."""
    one, other = page("a", 1, ("2", ["one"])), page("z", 1, ("2", ["zebra"]))
    assert compared(base(one), [one], [one]).known == 1
    assert compared(base(one), [one], [other]).known == 0
