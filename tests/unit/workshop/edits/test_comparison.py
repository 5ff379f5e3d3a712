"""Which slides of an edited file are which of the deck's; new ones, and those taken out."""

from __future__ import annotations

from quarterdeck.workshop.edits.comparison import compared
from support.edited_pages import base, edits, page


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


def test_a_slide_of_which_every_paragraph_was_edited() -> None:
    """Without names it is known by its words, wherever new slides are."""
    names = ("anchor", "beacon", "cargo")
    was = [page(n, k, ("2", [f"{n} and its light", f"where the {n} is kept"])) for k, n in enumerate(names, 1)]
    saved = [page("", k, ("7", [f"{n} with its light", f"where a {n} is kept"])) for k, n in enumerate(names, 1)]
    found = compared(base(*was), [page("", 1, ("7", ["quite new"])), *saved], was)
    assert [new for _, new in edits(found)] == [p.text for s in saved for p in s.shapes[0].paragraphs]
    assert [added.texts for added, _ in found.added] == [["quite new"]]
    assert (found.removed, found.doubtful) == ([], {})


def test_a_slide_that_may_be_one_of_the_decks() -> None:
    """Without names, a new slide in the place of one that is gone may be that one; with names it is not."""
    was = [page(n, k, ("2", [f"{n} lights"])) for k, n in enumerate(("anchor", "beacon", "cargo"), 1)]
    other = page("", 2, ("7", ["something else"]))
    unnamed = [page("", k, ("7", [s.shapes[0].paragraphs[0].text])) for k, s in enumerate(was, 1)]
    assert compared(base(*was), [unnamed[0], other, unnamed[2]], was).doubtful == {1: 1}
    assert compared(base(*was), [was[0], other, was[2]], was).doubtful == {}
    assert compared(base(*was), [unnamed[0], unnamed[1], other, unnamed[2]], was).doubtful == {}


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
