"""What changed on a slide: from the file as it was built to the file as it was edited, for the deck of now."""

from __future__ import annotations

from quarterdeck.workshop.edits.comparison import compared
from support.edited_pages import base, edits, page


def test_by_ids() -> None:
    """Shapes that keep their ids are compared with themselves, wherever they are in the order."""
    was = page("a", 1, ("2", ["one", "two"]), ("3", ["three"]))
    now = page("a", 1, ("3", ["III"]), ("2", ["one", "II"]))
    found = compared(base(was), [now], [was])
    assert edits(found) == [("two", "II"), ("three", "III")]


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
