"""Lists flattened into paragraphs."""

from __future__ import annotations

from quarterdeck.model.content import (
    Block,
    Code,
    Definition,
    DefinitionList,
    Group,
    Heading,
    List,
    ListItem,
    Quote,
    Run,
)
from quarterdeck.theme.elements.lists import Embedded, ListPosition, Marked, attributed, flow
from quarterdeck.theme.elements.text import TextSpec
from support.placed_decks import bullets, paragraph


def specs(block: Block, style: str = "body") -> list[TextSpec]:
    """The paragraphs of a block."""
    return [part for part in flow(block, ListPosition(style)) if isinstance(part, TextSpec)]


def test_each_depth_has_its_bullet_and_one_more_step() -> None:
    """The deepest bullet is repeated."""
    block = bullets("d")
    for text in ("c", "b", "a"):
        block = List((ListItem((paragraph(text), block)),))
    made = specs(block)
    assert [spec.bullet for spec in made] == ["•", "–", "·", "·"]
    assert [len(spec.steps) for spec in made] == [1, 2, 3, 4]


def test_numbers_need_room_for_the_largest() -> None:
    """A list to 100 is indented further than one to 9."""
    short, long = (
        specs(List(tuple(ListItem((paragraph("x"),)) for _ in range(3)), ordered=True, start=start))
        for start in (1, 98)
    )
    assert [spec.bullet for spec in long] == ["98.", "99.", "100."]
    assert long[0].steps[0] > short[0].steps[0]


def test_tasks_have_boxes_in_place_of_bullets() -> None:
    """In a numbered list, too."""
    items = (ListItem((paragraph("a"),), checked=True), ListItem((paragraph("b"),), checked=False))
    assert [(s.bullet, s.number) for s in specs(List(items, ordered=True))] == [("☑", None), ("☐", None)]


def test_an_item_that_begins_with_code_keeps_its_bullet() -> None:
    """Beside the code, which is indented; there is no empty line before it."""
    (part,) = flow(List((ListItem((Code("ls"),)),)), ListPosition("body"))
    assert isinstance(part, Marked)
    assert isinstance(part.part, Embedded)
    assert len(part.part.steps) == 1
    assert [(mark.text, mark.steps) for mark in part.marks] == [("•", part.part.steps)]


def test_an_item_that_begins_with_a_list_keeps_its_number() -> None:
    """The marks of all items that begin there, the outermost first; the innermost is its paragraph's own."""
    deepest = List((ListItem((paragraph("a"),)), ListItem((paragraph("b"),))))
    block = List((ListItem((List((ListItem((deepest,), fragment=2),)),), fragment=1),), ordered=True, start=4)
    first, second = flow(block, ListPosition("body"))
    assert isinstance(first, Marked)
    assert isinstance(first.part, TextSpec)
    assert [(mark.text, mark.level, mark.fragment) for mark in first.marks] == [("4.", 0, 1), ("–", 1, 2)]
    assert (first.part.bullet, first.part.level) == ("·", 2)
    assert isinstance(second, TextSpec)


def test_an_item_that_begins_with_a_heading_is_numbered_there() -> None:
    """It stays a heading, as deep as its list."""
    heading = Heading(3, (Run("Build"),))
    inner = List((ListItem((heading, paragraph("words"))),), ordered=True)
    _, made, _ = specs(List((ListItem((paragraph("outer"), inner)),)))
    assert (made.tag, made.bullet, made.number, made.level, len(made.steps)) == ("h3", "1.", 1, 1, 2)


def test_an_item_that_begins_with_a_term_is_marked_beside_it() -> None:
    """The term stays one of its definition list."""
    terms = DefinitionList((Definition((Run("port"),), ((paragraph("a door"),),)),))
    first, _ = flow(List((ListItem((terms,)),), ordered=True), ListPosition("body"))
    assert isinstance(first, Marked)
    assert isinstance(first.part, TextSpec)
    assert (first.part.tag, first.part.bullet, first.marks[0].text) == ("dt", None, "1.")


def test_an_item_without_anything_is_an_empty_paragraph() -> None:
    """Also one that holds nothing but an empty box."""
    for item in (ListItem(()), ListItem((Group((Group(()),), ("accent",)),))):
        (made,) = specs(List((item,), ordered=True))
        assert (made.bullet, made.number, made.inlines) == ("1.", 1, ())


def test_what_is_nested_appears_with_its_item() -> None:
    """Unless it has a turn of its own."""
    inner = List((ListItem((paragraph("b"),)), ListItem((paragraph("c"),), fragment=7)))
    made = specs(List((ListItem((paragraph("a"), inner), fragment=3),)))
    assert [spec.fragment for spec in made] == [3, 3, 7]


def test_meanings_are_indented_below_their_term() -> None:
    """Terms are bold."""
    made = specs(DefinitionList((Definition((Run("port"),), ((paragraph("a door"),),)),)))
    assert [(spec.tag, spec.bold, len(spec.steps)) for spec in made] == [("dt", True, 0), ("dd", False, 1)]


def test_classes_of_a_group_are_those_of_its_text() -> None:
    """Outer and inner ones."""
    block = Group((Group((paragraph("a"),), ("small",)),), ("accent",))
    assert [spec.classes for spec in specs(block)] == [("accent", "small")]


def test_a_quotation_fills_a_slot_made_for_it() -> None:
    """There it is text with its attribution; anywhere else it gets a bar, and is embedded."""
    quote = Quote((paragraph("To be"),), (Run("Hamlet"),))
    assert [spec.tag for spec in specs(quote, "quote")] == ["blockquote", "p"]
    assert [type(part) for part in flow(quote, ListPosition("body"))] == [Embedded]


def test_an_attribution_has_one_dash() -> None:
    """Also where the author wrote it."""
    for who in ("Hamlet", "— Hamlet"):
        (line,) = attributed(Quote((), (Run(who),)))
        assert "".join(run.text for run in line.inlines if isinstance(run, Run)) == "— Hamlet"
    assert attributed(Quote(())) == ()
