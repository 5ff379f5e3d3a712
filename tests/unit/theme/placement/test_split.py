"""The slides that one slide is shown as."""

from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.model.content import (
    Code,
    Column,
    Footnotes,
    Group,
    Heading,
    LineSet,
    List,
    ListItem,
    Row,
    Run,
    Table,
)
from quarterdeck.model.deck import Background, Layout
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedCode, PlacedTable, PlacedTerminal, PlacedText
from quarterdeck.theme.placement.place import place
from quarterdeck.theme.placement.split import shown_slides, split_slide
from support.placed_decks import HARBOUR, SENTENCE, bullets, deck_of, elements, paragraph, placed, slide

DEMO = Demo("ports", "Publishing a port", (), Path("ports.md"), Path("ports.cast"))


def test_a_slide_that_fits_stays_one() -> None:
    """Nothing is split without need, and the title says nothing of parts."""
    made = slide(paragraph("x"), fit="split")
    assert split_slide(made, HARBOUR, ()) == (made,)


def test_a_long_list_goes_on_on_the_next_slide() -> None:
    """At full size, no item lost, numbers going on."""
    result = placed(slide(bullets(*(f"{n} {SENTENCE}" for n in range(12)), ordered=True), fit="split"))
    assert result.diagnostics == ()
    assert [s.slide.title_text for s in result.slides] == ["A title (1/3)", "A title (2/3)", "A title (3/3)"]
    assert [s.slide.id for s in result.slides] == ["a-slide", "a-slide-2", "a-slide-3"]
    numbers = [
        p.bullet.number
        for s in result.slides
        for t in elements(s, PlacedText)
        for p in t.paragraphs
        if p.bullet is not None and p.size == HARBOUR.styles["body"].size
    ]
    assert numbers == list(range(1, 13))


def test_tables_repeat_their_header() -> None:
    """Each part of a table can be read alone."""
    rows = tuple(Row(((Run(f"row {n}"),),)) for n in range(30))
    result = placed(slide(Table((Column(),), Row(((Run("Head"),),)), rows), fit="split"))
    tables = [t for s in result.slides for t in elements(s, PlacedTable)]
    assert len(tables) > 1
    assert {t.rows[0][0].paragraph.lines for t in tables} == {("Head",)}
    assert sum(len(t.rows) - 1 for t in tables) == 30


def test_code_keeps_counting_its_lines() -> None:
    """Line numbers go on, and no line is lost."""
    text = "\n".join(f"line {n}" for n in range(1, 41))
    result = placed(slide(Code(text, "text", numbers=True), fit="split"))
    parts = [c for s in result.slides for c in elements(s, PlacedCode)]
    assert len(parts) > 1
    assert "\n".join("".join(t.text for t in line) for part in parts for line in part.lines) == text
    for before, part in pairwise(parts):
        assert part.first_number == before.first_number + len(before.lines)


def test_each_part_of_code_has_the_steps_of_its_lines() -> None:
    """Lines are counted from the part's first one; steps that change nothing in a part are left out."""
    text = "\n".join(f"line {n}" for n in range(1, 41))
    steps = (LineSet(()), LineSet(((1, 2), (38, 40))), LineSet(((3, 3),)))
    whole = Code(text, "text", highlights=steps, highlight_fragments=(0, 1))
    made = replace(slide(whole, fit="split"), fragments=2)
    first, *_, last = split_slide(made, HARBOUR, ())
    (before,), (after,) = first.slots["body"], last.slots["body"]
    assert isinstance(before, Code)
    assert isinstance(after, Code)
    assert [lines.ranges for lines in before.highlights] == [(), ((1, 2),), ((3, 3),)]
    assert (before.highlight_fragments, first.fragments) == ((0, 1), 2)
    end = after.text.count("\n") + 1
    assert [lines.ranges for lines in after.highlights] == [(), ((end - 2, end),)]
    assert (after.highlight_fragments, last.fragments) == ((0,), 1)
    assert placed(made).diagnostics == ()


def test_a_heading_goes_with_what_follows() -> None:
    """No part of a slide ends in a heading, or in a line with a colon; code and pictures after one count too."""
    heading, colon = Heading(3, (Run("Cost"),)), paragraph("Steps:")
    for leads in ((heading,), (colon,), (heading, colon), (Group((heading,)),)):
        for count in range(4, 14):
            for after in (bullets("x", "y"), Code("a\nb\nc\nd\ne", "text"), paragraph(SENTENCE)):
                made = slide(*[paragraph(SENTENCE) for _ in range(count)], *leads, after, fit="split")
                parts = split_slide(made, HARBOUR, ())
                assert all(part.slots["body"][-1] not in leads for part in parts), (leads, count, after)
                assert sum(len(part.slots["body"]) for part in parts) >= count + len(leads) + 1


def test_fragments_are_counted_anew_on_each_part() -> None:
    """Pressing next on the second part shows its first item at once."""
    items = tuple(ListItem((paragraph(SENTENCE),), fragment=n) for n in range(12))
    made = replace(slide(List(items), fit="split"), fragments=12)
    parts = split_slide(made, HARBOUR, ())
    assert sum(part.fragments for part in parts) == 12
    for part in parts:
        (block,) = part.slots["body"]
        assert isinstance(block, List)
        assert [item.fragment for item in block.items] == list(range(part.fragments))


def test_notes_and_time_stay_with_the_first_part() -> None:
    """The plan of the talk doesn't grow by splitting."""
    made = replace(slide(bullets(*[SENTENCE] * 12), fit="split"), notes=(paragraph("Say"),), duration=60.0)
    first, *others = split_slide(made, HARBOUR, ())
    assert (first.notes, first.duration) == (made.notes, 60.0)
    assert all(other.notes == () and other.duration is None for other in others)


def test_footnotes_come_last() -> None:
    """They stand at the foot of the last part."""
    notes = Footnotes(((Run("Since 2008."),),))
    parts = split_slide(slide(notes, bullets(*[SENTENCE] * 12), fit="split"), HARBOUR, ())
    assert parts[-1].slots["body"][-1] == notes


def test_new_ids_are_free() -> None:
    """A part never takes the id of another slide."""
    long = slide(bullets(*[SENTENCE] * 8), fit="split")
    other = replace(slide(paragraph("x")), id="a-slide-2")
    ids = [s.slide.id for s in place(deck_of(long, other), HARBOUR, {}).slides]
    assert len(set(ids)) == len(ids)


def test_an_exhibit_comes_before_its_demo() -> None:
    """On a slide of its own under the same title; notes are on both, the time is shared."""
    made = replace(
        slide(bullets(SENTENCE), title="Ports"),
        demo="ports",
        duration=60.0,
        notes=(paragraph("Say"),),
        background=Background("accent"),
        transition="push",
    )
    result = place(replace(deck_of(made), demos={"ports": DEMO}), HARBOUR, {})
    assert result.diagnostics == ()
    exhibit, shows_demo = (each.slide for each in result.slides)
    assert exhibit == replace(made, demo=None, duration=30.0)
    assert (shows_demo.id, shows_demo.layout, shows_demo.demo) == ("a-slide-demo", Layout.DEMO, "ports")
    assert (shows_demo.title_text, shows_demo.duration, shows_demo.notes) == ("Ports", 30.0, made.notes)
    assert (shows_demo.background, shows_demo.transition) == (None, None)
    assert not elements(result.slides[0], PlacedTerminal)
    assert [terminal.demo for terminal in elements(result.slides[1], PlacedTerminal)] == ["ports"]


def test_a_demo_after_an_exhibit_without_a_title() -> None:
    """It has its own."""
    made = replace(slide(paragraph("x"), layout=Layout.BLANK, title=""), title=(), demo="ports")
    _, shows_demo = place(replace(deck_of(made), demos={"ports": DEMO}), HARBOUR, {}).slides
    assert shows_demo.slide.title_text == DEMO.title


def test_a_split_exhibit_comes_whole_before_its_demo() -> None:
    """Its parts first."""
    made = replace(slide(bullets(*[SENTENCE] * 12), fit="split"), demo="ports")
    parts = shown_slides(made, DEMO, HARBOUR, ())
    assert len(parts) > 2
    assert [part.demo for part in parts] == [*[None] * (len(parts) - 1), "ports"]
    assert parts[-1].title_text == "A title"
