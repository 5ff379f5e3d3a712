"""The foot of slides, and the lights of sections."""

from __future__ import annotations

from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.model.content import Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.placed import PlacedShape, PlacedText
from quarterdeck.model.theme import Theme
from quarterdeck.theme.placement.furniture import LEAST_LIGHT, SectionNumber, lights
from quarterdeck.theme.placement.place import Placement, place
from support.placed_decks import HARBOUR, deck_of, elements, paragraph, placed, slide

FOOT = {"footer": "A talk", "date": "Today"}


def with_footer(**style: object) -> Theme:
    """The default theme with another style for the foot."""
    styles = {**HARBOUR.styles, "footer": replace(HARBOUR.styles["footer"], **style)}
    return replace(HARBOUR, styles=styles)


def test_sections_are_numbered() -> None:
    """Each says which part it is, and lights as many lights; hidden ones and a deck of one section say nothing."""
    sections = [Slide(f"s{n}", Layout.SECTION, (Run("A"),), hidden=n == 1) for n in range(4)]
    made = placed(*sections)
    assert [[t.paragraphs[0].lines[0] for t in elements(s, PlacedText) if t.role == "part"] for s in made.slides] == [
        ["1"],
        [],
        ["2"],
        ["3"],
    ]
    beacon = HARBOUR.colors["beacon"]
    assert [[s.fill == beacon for s in elements(each, PlacedShape)] for each in made.slides] == [
        [True, False, False],
        [],
        [True, True, False],
        [True, True, True],
    ]
    (alone,) = placed(sections[0]).slides
    assert elements(alone, PlacedShape) == []


def test_the_foot_fills_the_placeholders_of_the_layout() -> None:
    """In the boxes of the layout, in the theme's style, with each property of it."""
    theme = with_footer(tracking=0.1, bold=True, uppercase=True)
    (made,) = place(replace(deck_of(slide(paragraph("x"))), **FOOT), theme, {}).slides
    slots = HARBOUR.layouts[Layout.CONTENT].slots
    assert {foot.placeholder: foot.box for foot in made.foot} == {name: slots[name].box for name in (*FOOT, "number")}
    assert [foot.paragraphs[0].inlines for foot in made.foot] == [(Run("A talk"),), (Run("Today"),), (Run("1"),)]
    assert [foot.paragraphs[0].lines for foot in made.foot] == [("A TALK",), ("TODAY",), ("1",)]
    size = theme.styles["footer"].size
    looks = {(p.tracking, p.bold, p.uppercase, p.size) for foot in made.foot for p in foot.paragraphs}
    assert looks == {(size * 0.1, True, True, size)}


def test_a_footer_in_a_right_to_left_script_reads_so() -> None:
    """Its marks of punctuation stand at the end of it."""
    (made,) = place(replace(deck_of(slide(paragraph("x"))), footer="שלום!"), HARBOUR, {}).slides
    assert [foot.paragraphs[0].rtl for foot in made.foot] == [True, False]


def test_layouts_without_a_foot_have_none() -> None:
    """A cover says nothing twice."""
    cover = Slide("c", Layout.TITLE, (Run("T"),))
    assert place(replace(deck_of(cover), **FOOT), HARBOUR, {}).slides[0].foot == ()


def test_a_slide_that_moves_gets_its_number() -> None:
    """Also where nothing else of it is placed again."""
    first, second = (replace(slide(paragraph(text)), id=text) for text in ("a", "b"))
    memo: Memo[Placement] = Memo()
    before = place(deck_of(first, second), HARBOUR, {}, memo).slides[1]
    (after,) = place(deck_of(second), HARBOUR, {}, memo).slides
    assert after.elements is before.elements
    assert [(s.number, s.foot[-1].paragraphs[0].inlines, s.foot[-1].paragraphs[0].lines) for s in (before, after)] == [
        (2, (Run("2"),), ("2",)),
        (1, (Run("1"),), ("1",)),
    ]


def test_a_footer_that_changes_is_placed_again() -> None:
    """Though the slide is the same."""
    memo: Memo[Placement] = Memo()
    made = slide(paragraph("x"))
    for text in ("One", "Two"):
        (shown,) = place(replace(deck_of(made), footer=text), HARBOUR, {}, memo).slides
        assert shown.foot[0].paragraphs[0].inlines == (Run(text),)


def test_tracking_counts_for_the_width_of_a_footer() -> None:
    """One that fits as it is set in the theme, but not with its letters apart."""
    deck = replace(deck_of(slide(paragraph("x"))), footer="A footer of some length, as they are wont to be " * 2)
    assert place(deck, HARBOUR, {}).diagnostics == ()
    (found,) = place(deck, with_footer(tracking=0.3), {}).diagnostics
    assert found.message.startswith("the footer is ")


def test_lights_too_short_to_be_seen_are_left_out() -> None:
    """A deck of very many sections shows the number alone."""
    box = HARBOUR.layouts[Layout.SECTION].progress
    assert box is not None
    many = int(box.width / LEAST_LIGHT)
    assert list(lights(SectionNumber(1, many), box, HARBOUR.colors)) == []
    assert len(list(lights(SectionNumber(1, many // 3), box, HARBOUR.colors))) == many // 3


def test_a_footer_wider_than_its_place_is_an_error() -> None:
    """Once a deck, by how much, and where it is said; a date too."""
    deck = replace(
        deck_of(slide(paragraph("x")), replace(slide(paragraph("y")), id="b")),
        footer="A footer that goes on " * 12,
        date="the twenty-third of November " * 3,
        foot_spans={"footer": SourceSpan("deck.md", 3)},
    )
    footer, date = sorted(place(deck, HARBOUR, {}).diagnostics, key=lambda d: d.span is None)
    assert footer.message.startswith("the footer is ")
    assert "px too wide: a slide has 720 px for it" in footer.message
    assert footer.span == SourceSpan("deck.md", 3)
    assert date.message.startswith("the date is ")
    assert place(replace(deck, footer="Short", date="Today"), HARBOUR, {}).diagnostics == ()
