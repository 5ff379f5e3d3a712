"""Lists flattened into paragraphs."""

from __future__ import annotations

from quarterdeck.model.content import Block, Code, Definition, DefinitionList, Group, List, ListItem, Quote, Run
from quarterdeck.theme.elements.lists import Embedded, ListPosition, attributed, flow
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
    """Before an empty line; the code comes below it, indented."""
    parts = list(flow(List((ListItem((Code("ls"),)),)), ListPosition("body")))
    assert isinstance(parts[0], TextSpec)
    assert (parts[0].bullet, parts[0].inlines) == ("•", ())
    assert isinstance(parts[1], Embedded)
    assert len(parts[1].steps) == 1


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
