"""Text boxes."""

from itertools import pairwise

from quarterdeck.model.content import (
    Align,
    Block,
    Definition,
    DefinitionList,
    Group,
    Heading,
    InlineMath,
    List,
    ListItem,
    Run,
)
from quarterdeck.model.placed import PlacedParagraph, PlacedText
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.blocks import stack_blocks
from quarterdeck.theme.elements.lists import BULLETS, CHECKED, UNCHECKED
from support.placed_decks import HARBOUR, bullets, context, paragraph

PLACE = Box(80, 160, 1120, 400)


def paragraphs(*blocks: Block, style: str = "body") -> tuple[PlacedParagraph, ...]:
    """The paragraphs of blocks that are set in one box."""
    (text,) = stack_blocks(blocks, context(style=style)).draw(PLACE)
    assert isinstance(text, PlacedText)
    return text.paragraphs


def test_neighbouring_text_is_one_box() -> None:
    """Paragraphs, headings and lists in a row are one text, easy to edit in PowerPoint."""
    made = paragraphs(paragraph("a"), Heading(3, (Run("b"),)), bullets("c"))
    assert [p.tag for p in made] == ["p", "h3", "li"]
    assert made[0].space_before == 0
    assert made[1].bold


def test_nested_lists_step_in() -> None:
    """Each depth has its own mark, further in; deeper text is smaller."""
    inner = List((ListItem((paragraph("inner"),)),))
    outer, nested = paragraphs(List((ListItem((paragraph("outer"), inner)),)))
    assert (outer.bullet and outer.bullet.text, nested.bullet and nested.bullet.text) == BULLETS[:2]
    assert (outer.level, nested.level) == (0, 1)
    assert nested.indent == 2 * outer.indent
    assert nested.indent - nested.hanging == outer.indent
    assert nested.size < outer.size


def test_numbers_count_from_the_start_and_have_room() -> None:
    """A list from 99 has a wider column for its numbers than one from 1."""
    short, _ = paragraphs(bullets("a", "b", ordered=True))
    made = paragraphs(List((ListItem((paragraph("a"),)), ListItem((paragraph("b"),))), ordered=True, start=99))
    assert [(p.bullet.text, p.bullet.number) for p in made if p.bullet] == [("99.", 99), ("100.", 100)]
    assert made[0].hanging > short.hanging


def test_task_lists_show_their_boxes() -> None:
    """Done and open tasks are told apart."""
    tasks = List(tuple(ListItem((paragraph("t"),), checked=done) for done in (True, False)))
    assert [p.bullet.text for p in paragraphs(tasks) if p.bullet] == [CHECKED, UNCHECKED]


def test_a_second_paragraph_of_an_item_has_no_mark() -> None:
    """It lines up under the first."""
    first, second = paragraphs(List((ListItem((paragraph("one"), paragraph("two"))),)))
    assert (second.bullet, second.hanging, second.indent) == (None, 0, first.indent)


def test_definitions_stand_under_their_terms() -> None:
    """Where they have no room beside them: terms are bold, meanings indented."""
    made = paragraphs(DefinitionList((Definition((Run("Image " * 20),), ((paragraph("A file system"),),)),)))
    assert [(p.tag, p.bold, p.indent > 0) for p in made] == [("dt", True, False), ("dd", False, True)]


def test_fragments_are_inherited() -> None:
    """What belongs to a fragment appears with it."""
    nested = List((ListItem((paragraph("c"),)),))
    items = List((ListItem((paragraph("a"),), fragment=2), ListItem((paragraph("b"), nested))), fragment=1)
    assert [p.fragment for p in paragraphs(items)] == [2, 1, 1]
    assert [p.fragment for p in paragraphs(Group((paragraph("a"), paragraph("b")), fragment=4))] == [4, 4]


def test_classes_align_and_colour() -> None:
    """``{.center .accent}`` on a paragraph or around it works."""
    (made,) = paragraphs(Group((paragraph("a"),), classes=("center", "accent")))
    assert (made.align, made.color) == (Align.CENTER, HARBOUR.colors["accent"])


def test_right_to_left_text_is_set_from_the_right() -> None:
    """Hebrew and Arabic begin at the right edge; digits before them decide nothing."""
    hebrew, latin = paragraphs(paragraph("12 שלום"), paragraph("abc שלום"))
    assert (hebrew.rtl, hebrew.align) == (True, Align.RIGHT)
    assert (latin.rtl, latin.align) == (False, Align.LEFT)


def test_lines_are_told() -> None:
    """The measured lines are there for writers and tests, and fit the box."""
    (made,) = paragraphs(paragraph("word " * 100))
    assert len(made.lines) > 3
    assert " ".join(made.lines) == ("word " * 100).strip()
    assert all(len(before) >= len(after) for before, after in pairwise(made.lines))


def test_line_heights_and_sizes_are_whole() -> None:
    """Points and px that both outputs can write exactly."""
    for made in paragraphs(paragraph("a"), Heading(3, (Run("b"),)), bullets("c")):
        assert made.line_height == int(made.line_height)
        assert abs(made.size * 0.75 - round(made.size * 0.75)) < 1e-9


def test_a_broken_formula_in_text_is_reported() -> None:
    """It is an error at the paragraph."""
    stack = stack_blocks([paragraph("see ", InlineMath(r"\frac{a}"), line=7)], context())
    (found,) = stack.faults
    assert (found.code, str(found.span)) == ("bad-formula", "deck.md:7:1")
