"""Quotations, admonitions and callouts."""

from quarterdeck.model.content import Admonition, Callout, Code, Quote, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.placed import PlacedCode, PlacedShape, PlacedText
from quarterdeck.theme.colors import mixed
from quarterdeck.theme.elements.boxes import TINT
from support.placed_decks import HARBOUR, SENTENCE, elements, paragraph, placed, slide


def test_a_quotation_stands_beside_a_bar() -> None:
    """The bar is as high as the text, and the speaker is named after a dash."""
    result = placed(slide(Quote((paragraph("Simplicity is prerequisite."),), (Run("Dijkstra"),))))
    (bar,) = elements(result.slides[0], PlacedShape)
    text = next(t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    assert bar.box.right < text.box.x
    assert (bar.box.y, bar.box.height) == (text.box.y, text.box.height)
    assert [p.lines for p in text.paragraphs] == [("Simplicity is prerequisite.",), ("— Dijkstra",)]


def test_a_quote_slide_has_no_bar() -> None:
    """Its layout sets the quotation off already."""
    quote = Quote((paragraph("It works."),), (Run("Ada"),))
    made = Slide("s", Layout.QUOTE, (), {"quote": (quote,)})
    result = placed(made)
    assert elements(result.slides[0], PlacedShape) == []
    (text,) = elements(result.slides[0], PlacedText)
    assert [p.tag for p in text.paragraphs] == ["blockquote", "p"]
    assert text.paragraphs[0].size == HARBOUR.styles["quote"].size > text.paragraphs[1].size


def test_an_admonition_is_a_box_around_its_blocks() -> None:
    """Bar and title in the colour of its kind, text and code inside the box."""
    blocks = (paragraph("Mind the gap."), Code("x = 1", "python"))
    result = placed(slide(Admonition("warning", (), blocks, fragment=1)))
    panel, bar = elements(result.slides[0], PlacedShape)
    assert bar.fill == HARBOUR.colors["warning"]
    text = next(t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    (code,) = elements(result.slides[0], PlacedCode)
    for box in (text.box, code.box):
        assert panel.box.x < box.x
        assert box.right < panel.box.right
        assert panel.box.y < box.y
        assert box.bottom < panel.box.bottom
    label = text.paragraphs[0]
    assert (label.lines, label.color) == (("Warning",), HARBOUR.colors["warning"])
    assert {panel.fragment, bar.fragment, code.fragment, *(p.fragment for p in text.paragraphs)} == {1}


def test_a_title_of_the_authors_wins() -> None:
    """``::: tip Try it`` is titled so."""
    result = placed(slide(Admonition("tip", (Run("Try it"),), (paragraph("x"),))))
    text = next(t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    assert text.paragraphs[0].lines == ("Try it",)


def test_a_callout_is_larger_than_the_text_around_it() -> None:
    """It stands in a box, beside a bar in the theme's accent, its title small above it; all of it appears at once."""
    callout = Callout((paragraph("A closed door stays closed."),), (Run("Rule"),), fragment=2)
    result = placed(slide(paragraph("Around it."), callout))
    panel, bar = elements(result.slides[0], PlacedShape)
    around, title, text = (t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    assert bar.fill == HARBOUR.colors["accent"]
    assert panel.fill == mixed(bar.fill, HARBOUR.colors["background"], TINT)
    assert panel.box.x < bar.box.x < bar.box.right < title.box.x == text.box.x
    assert panel.box.y < title.box.y < text.box.y < text.box.bottom < panel.box.bottom
    assert title.paragraphs[0].size < around.paragraphs[0].size < text.paragraphs[0].size
    assert {panel.fragment, bar.fragment, title.paragraphs[0].fragment, text.paragraphs[0].fragment} == {2}


def test_a_callout_that_does_not_fit_is_set_smaller() -> None:
    """Within the theme's bounds; what still doesn't fit is a fault at its line."""
    style = HARBOUR.styles["callout"]
    long = placed(slide(Callout((paragraph(SENTENCE * 9),))))
    (text,) = (t for t in elements(long.slides[0], PlacedText) if t.role != "title")
    assert style.minimum <= text.paragraphs[0].size < style.size
    assert not long.diagnostics
    too_long = placed(slide(Callout((paragraph(SENTENCE * 40),))))
    assert [d.code for d in too_long.diagnostics] == ["text-overflow"]
