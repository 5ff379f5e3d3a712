"""Slides with every element in its place."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Asset, Block, Code, Footnotes, Image, Paragraph, Run, WebLink
from quarterdeck.model.deck import SLOTS, Background, Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedCode, PlacedImage, PlacedShape, PlacedTerminal, PlacedText
from quarterdeck.theme.placement.place import OPTICAL_MIDDLE, place
from support.placed_decks import HARBOUR, SENTENCE, bullets, deck_of, elements, paragraph, placed, slide

PICTURE = Asset("a.png", "image/png", b"", 1600, 800)
DEMO = Demo("ports", "Ports", (), Path("ports.md"), Path("ports.cast"))


def roles(made: Slide, **deck: str) -> dict[str, PlacedText]:
    """The texts of a slide by what they are for."""
    result = place(replace(deck_of(made), **deck), HARBOUR, {})
    assert result.diagnostics == ()
    return {text.role: text for text in elements(result.slides[0], PlacedText)}


def test_title_and_body_fill_the_placeholders_of_the_layout() -> None:
    """A slide of text alone has the layout's own boxes, so that the master can change them."""
    texts = roles(slide(paragraph("Hello"), bullets("one", "two")))
    slots = HARBOUR.layouts[Layout.CONTENT].slots
    assert (texts["title"].placeholder, texts["title"].box) == ("title", slots["title"].box)
    assert (texts["body"].placeholder, texts["body"].box) == ("body", slots["body"].box)
    assert [p.tag for p in texts["body"].paragraphs] == ["p", "li", "li"]
    assert texts["title"].paragraphs[0].tag == "h2"


def test_a_few_words_stand_near_the_middle() -> None:
    """Somewhat above it, in the layout's own box; a slide full of words begins at the top."""
    few, many = (roles(slide(bullets(*["one"] * count)))["body"] for count in (2, 8))
    assert (few.anchor, many.anchor, many.inset_bottom) == ("middle", "top", 0)
    height = sum(p.line_height + p.space_before for p in few.paragraphs)
    above = (few.box.height - few.inset_bottom - height) / 2
    below = few.box.height - height - above
    assert above / (above + below) == pytest.approx(OPTICAL_MIDDLE, abs=0.01)


def test_columns_begin_together() -> None:
    """Short ones near the middle, as on any slide, and the shorter of them as high as the longer."""
    left, right = bullets("one", "two", "three"), Code("a = 1", "python")
    made = replace(slide(layout=Layout.TWO_COLUMNS), slots={"left": (left,), "right": (right,)})
    result = placed(made).slides[0]
    (code,) = elements(result, PlacedCode)
    text = next(t for t in elements(result, PlacedText) if t.role == "left")
    height = sum(p.line_height + p.space_before for p in text.paragraphs)
    top = text.box.y + (text.box.height - text.inset_bottom - height) / 2
    assert code.box.y == pytest.approx(top, abs=1)
    assert code.box.y > HARBOUR.layouts[Layout.TWO_COLUMNS].slots["right"].box.y + 40


def test_cards_are_as_high_as_the_longer_one_asks_for() -> None:
    """They are equally high, hold their headings, and aren't drawn down to the foot for three short lines."""

    def cards(count: int) -> list[PlacedShape]:
        slots = {"left-heading": (paragraph("Gain"),), "left": (bullets(*["one"] * count),), "right": (bullets("one"),)}
        return elements(placed(replace(slide(layout=Layout.COMPARISON), slots=slots)).slides[0], PlacedShape)

    few, many = cards(2), cards(6)
    slots = HARBOUR.layouts[Layout.COMPARISON].slots
    for left, right in (few, many):
        assert left.box.bottom == right.box.bottom <= slots["left"].box.bottom + 40
        assert left.box.y < slots["left-heading"].box.y
    assert few[0].box.height < many[0].box.height
    assert few[0].fill != few[1].fill


def test_a_statement_alone_has_the_whole_slide() -> None:
    """It is in the middle of it, in the largest type; with a line under it, it stands above that line."""
    made = Slide("s", Layout.STATEMENT, (Run("One kernel"),))
    alone = roles(made)["title"]
    texts = roles(replace(made, slots={"subtitle": (paragraph("No other."),)}))
    assert alone.anchor == "middle"
    assert alone.box.height > texts["title"].box.height
    assert texts["title"].box.bottom < texts["subtitle"].box.y
    assert alone.paragraphs[0].size >= 60 * 4 / 3
    assert texts["title"].box == HARBOUR.layouts[Layout.STATEMENT].slots["title"].box


def test_a_closing_slide_names_the_author() -> None:
    """Whoever takes a photograph of it has the address, the code and the speaker's name on it."""
    slots: dict[str, tuple[Block, ...]] = {"body": (paragraph("a.example"),), "image": (Image(PICTURE, "Code"),)}
    made = Slide("end", Layout.CLOSING, (Run("Thank you"),), slots)
    shown = place(replace(deck_of(made), author="Ada Example"), HARBOUR, {}).slides[0]
    texts = {text.role: text for text in elements(shown, PlacedText)}
    assert texts["byline"].paragraphs[0].lines == ("Ada Example",)
    (code,) = elements(shown, PlacedImage)
    assert code.box.height >= 300 or code.box.width >= 300
    assert code.box.x > texts["body"].box.right


def test_the_section_stands_above_the_title() -> None:
    """So that whoever looks up knows where the talk is; a deck without sections has nothing there."""
    made = slide(paragraph("Hello"))
    assert "eyebrow" not in roles(made)
    eyebrow = roles(replace(made, section="Kernel"))["eyebrow"]
    assert eyebrow.paragraphs[0].lines == ("KERNEL",)
    assert eyebrow.paragraphs[0].inlines == (Run("Kernel"),)
    assert eyebrow.box.bottom <= HARBOUR.layouts[Layout.CONTENT].slots["title"].box.y


def test_a_title_stays_where_it_is_when_the_demo_comes() -> None:
    """Same place and size on the slide of the picture and on that of the demo."""
    made = replace(slide(layout=Layout.IMAGE), slots={"image": (Image(PICTURE, "x"),)}, demo="ports")
    shown = place(replace(deck_of(made), demos={"ports": DEMO}), HARBOUR, {}).slides
    one, other = (next(t for t in elements(each, PlacedText) if t.role == "title") for each in shown)
    assert (one.box.x, one.box.y, one.anchor) == (other.box.x, other.box.y, other.anchor)
    assert one.paragraphs[0].size == other.paragraphs[0].size
    assert [(each.leads, each.slide.transition) for each in shown] == [(True, None), (False, "morph")]


def test_a_slide_leads_to_the_next_one_that_is_shown() -> None:
    """A hidden slide between two that morph is not in the way; one that asks for a fade gets it."""
    asked = (None, "fade", "morph", "morph")
    made = [replace(slide(), id=f"s{number}", transition=each) for number, each in enumerate(asked)]
    made[2] = replace(made[2], hidden=True)
    shown = place(deck_of(*made), HARBOUR, {}).slides
    assert [each.leads for each in shown] == [False, True, False, False]


@pytest.mark.parametrize("layout", list(Layout))
def test_every_slot_of_every_layout_is_drawn(layout: Layout) -> None:
    """Nothing that a layout has a slot for is dropped."""
    slots = {name: (paragraph(f"in {name}"),) for name in SLOTS[layout] if name != "terminal"}
    made = Slide("s", layout, (Run("in title"),) if layout is not Layout.BLANK else (), slots)
    found = {text.paragraphs[0].lines[0].lower() for text in roles(made).values()}
    assert found >= {f"in {name}" for name in slots}
    assert ("in title" in found) == (layout is not Layout.BLANK)


def test_blocks_are_stacked_without_overlap() -> None:
    """Text, code and text again stand one under the other, within the slot."""
    result = placed(slide(paragraph("Above"), Code("x = 1\ny = 2", "python"), paragraph("Below")))
    above, below = (t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    (code,) = elements(result.slides[0], PlacedCode)
    assert above.box.bottom < code.box.y < code.box.bottom < below.box.y
    assert (above.placeholder, below.placeholder) == ("body", None)
    assert below.box.bottom <= HARBOUR.layouts[Layout.CONTENT].slots["body"].box.bottom


def test_footnotes_stand_at_the_foot_of_their_slot() -> None:
    """The notes of a slide are at its lower edge, whatever is above."""
    notes = Footnotes(((Run("Since 2008."),),))
    texts = roles(slide(paragraph("Hello"), notes))
    assert texts["footnotes"].box.bottom == HARBOUR.layouts[Layout.CONTENT].slots["body"].box.bottom


def test_a_picture_alone_is_centred() -> None:
    """A slot with only a picture has it in the middle, as large as it goes."""
    result = placed(slide(Image(PICTURE, "x")))
    (image,) = elements(result.slides[0], PlacedImage)
    slot = HARBOUR.layouts[Layout.CONTENT].slots["body"].box
    assert image.box.height == pytest.approx(slot.height)
    assert image.box.width == pytest.approx(2 * slot.height)
    assert image.box.y == pytest.approx(slot.y)


def test_text_beside_a_picture_is_centred_with_it() -> None:
    """Words next to a picture alone stand in the middle of their column; two columns of words begin together."""
    columns = slide(layout=Layout.TWO_COLUMNS)
    illustrated = replace(columns, slots={"left": (paragraph("Words"),), "right": (Image(PICTURE, "x"),)})
    assert roles(illustrated)["left"].anchor == "middle"
    worded = replace(columns, slots={"left": (paragraph("Words"),), "right": (paragraph("More"),)})
    left, right = (roles(worded)[name] for name in ("left", "right"))
    assert (left.anchor, left.inset_bottom) == (right.anchor, right.inset_bottom)


def test_a_picture_takes_the_height_that_text_leaves() -> None:
    """Text above a picture makes the picture smaller, not the text."""
    result = placed(slide(paragraph("A line"), Image(PICTURE, "x")))
    (image,) = elements(result.slides[0], PlacedImage)
    slot = HARBOUR.layouts[Layout.CONTENT].slots["body"].box
    assert image.box.bottom == pytest.approx(slot.bottom)
    body = next(t for t in elements(result.slides[0], PlacedText) if t.role == "body")
    assert body.paragraphs[0].size == HARBOUR.styles["body"].size


def test_a_full_bleed_picture_lies_behind_under_a_veil() -> None:
    """Text over a picture stays readable."""
    result = placed(slide(paragraph("Over it"), Image(PICTURE, "x", full_bleed=True)))
    made = result.slides[0]
    picture, veil, title, _ = made.elements
    assert isinstance(picture, PlacedImage)
    assert (picture.box.width, picture.box.height) == (1280, 720)
    assert picture.crop is not None
    assert sum(picture.crop) == pytest.approx(1 - (1280 / 720) / 2)
    assert isinstance(veil, PlacedShape)
    assert isinstance(title, PlacedText)
    assert title.paragraphs[0].color == HARBOUR.colors["on-accent"]


def test_a_full_bleed_picture_alone_has_no_veil() -> None:
    """A picture that is the whole slide is shown as it is."""
    result = placed(Slide("s", Layout.BLANK, (), {"body": (Image(PICTURE, "x", full_bleed=True),)}))
    assert [type(e) for e in result.slides[0].elements] == [PlacedImage]


def test_an_unknown_background_colour_is_an_error() -> None:
    """A misspelt colour is reported at its slide, with the closest name."""
    made = replace(slide(paragraph("x")), background=Background("deeep"))
    (found,) = placed(made).diagnostics
    assert (str(found.span), found.message) == ("deck.md:5:1", "unknown background colour 'deeep'")
    assert found.hint is not None
    assert found.hint.startswith("did you mean 'deep'")


def test_covers_name_author_and_date() -> None:
    """The title slide's last line is who speaks and when."""
    cover = Slide("s", Layout.TITLE, (Run("Talk"),), {})
    texts = roles(cover, author="Ada", date="Monday")
    assert texts["byline"].paragraphs[0].lines == ("Ada  ·  Monday",)
    assert texts["title"].paragraphs[0].tag == "h1"
    assert "byline" not in roles(cover)


def test_a_demo_slide_has_a_terminal() -> None:
    """The panel is below the text, and higher where there is less of it."""
    made = Slide("s", Layout.DEMO, (Run("Ports"),), {"body": (paragraph("One line " * 12),)}, demo="ports")
    deck = replace(deck_of(made), demos={"ports": DEMO})
    (terminal,) = elements(place(deck, HARBOUR, {}).slides[0], PlacedTerminal)
    slots = HARBOUR.layouts[Layout.DEMO].slots
    assert slots["body"].box.y + 20 < terminal.box.y < slots["terminal"].box.y
    assert terminal.box.bottom == slots["terminal"].box.bottom
    bare = replace(made, slots={})
    (higher,) = elements(place(replace(deck, slides=(bare,)), HARBOUR, {}).slides[0], PlacedTerminal)
    assert higher.box.y < terminal.box.y
    assert higher.box.bottom == terminal.box.bottom


def test_a_sentence_above_a_terminal_is_said_in_its_bar() -> None:
    """The terminal gets its room; what is longer, a link or comes by itself stays above it."""

    def placed(*words: Paragraph) -> tuple[str, list[str]]:
        made = Slide("s", Layout.DEMO, (Run("Ports"),), {"body": words}, demo="ports")
        (slide,) = place(replace(deck_of(made), demos={"ports": DEMO}), HARBOUR, {}).slides
        (terminal,) = elements(slide, PlacedTerminal)
        above = [p.lines[0] for text in elements(slide, PlacedText)[1:] for p in text.paragraphs if text.role == "body"]
        assert (terminal.box.y == 110) is not bool(above)
        return terminal.title, above

    assert placed(paragraph("8081 out here is ", Run("80", code=True))) == ("8081 out here is 80", [])
    linked = Paragraph((Run("See there", link=WebLink("https://example.org/")),))
    later = replace(paragraph("One"), fragment=0)
    for words in ((linked,), (later,), (paragraph("One"), paragraph("Two"))):
        title, above = placed(*words)
        assert title == DEMO.title
        assert above


def test_words_beside_a_terminal() -> None:
    """They begin where the title does, and the terminal takes what they leave, in type that can be read."""
    words = (paragraph("What to look at"), Code("FROM nginx", "dockerfile"))
    made = Slide("s", Layout.DEMO, (Run("Ports"),), {"beside": words}, demo="ports")
    (result,) = place(replace(deck_of(made), demos={"ports": DEMO}), HARBOUR, {}).slides
    (terminal,) = elements(result, PlacedTerminal)
    (code,) = elements(result, PlacedCode)
    title, text = elements(result, PlacedText)[:2]
    assert title.box.x == text.box.x == code.box.x
    assert text.placeholder is None
    assert terminal.box.y == text.box.y
    assert code.box.right < terminal.box.x
    assert terminal.box.right == HARBOUR.layouts[Layout.DEMO].slots["terminal"].box.right
    assert terminal.type.size >= 16 * 4 / 3
    assert terminal.type.columns >= 55


def test_placing_twice_gives_the_same() -> None:
    """Nothing depends on caches, order or chance."""
    made = slide(*(paragraph(SENTENCE * 2) for _ in range(3)), bullets("one", "two"), Code("x = 1", "python"))
    assert placed(made) == placed(made)


def test_slides_are_numbered_through() -> None:
    """Slides that were split count too."""
    long = slide(*(bullets(*[SENTENCE] * 6) for _ in range(2)), fit="split")
    result = placed(long, slide(paragraph("x")))
    assert [s.number for s in result.slides] == list(range(1, len(result.slides) + 1))
    assert len(result.slides) > 2
