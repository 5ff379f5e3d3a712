"""Text boxes, placeholders, paragraphs and runs."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from quarterdeck.compile.pptx.elements.text import Numbering
from quarterdeck.model.content import InlineMath, LineBreak, List, ListItem, Paragraph, Run, SlideLink, WebLink
from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import Bullet, PlacedParagraph
from support.ooxml_lint import MC, A, Element, P, Pptx, R
from support.pptx_deck import built, bullets, deck_of, first_slide, opened, slide, texts, words


def run_with(root: Element, content: str) -> Element:
    """The properties of the run that holds a text."""
    found = next(r for r in root.iter(f"{A}r") if r.findtext(f"{A}t") == content)
    properties = found.find(f"{A}rPr")
    assert properties is not None
    return properties


def paragraph_with(root: Element, content: str) -> Element:
    """The properties of the paragraph that holds a text."""
    found = next(p for p in root.iter(f"{A}p") if content in "".join(t.text or "" for t in p.iter(f"{A}t")))
    properties = found.find(f"{A}pPr")
    assert properties is not None
    return properties


def test_plain_text_says_nothing_of_its_own() -> None:
    """A title and a list follow the master in everything: size, colour, font, bullet, line height and spacing."""
    root = first_slide(bullets("one", "two", *["more"] * 5))
    assert dict(run_with(root, "A title").attrib) == {"lang": "en-GB"}
    assert dict(run_with(root, "two").attrib) == {"lang": "en-GB"}
    assert len(run_with(root, "two")) == 0
    assert next(p for p in root.iter(f"{A}p") if p.findtext(f".//{A}t") == "two").find(f"{A}pPr") is None
    title = next(root.iter(f"{P}sp"))
    assert len(title.find(f"{P}spPr")) == 0


def test_capitals_are_a_look(tmp_path: Path) -> None:
    """PowerPoint shows capitals and has the text as it was written; code and formulas keep their letters."""
    (tmp_path / "loud.yaml").write_text(
        "extends: harbour\ntitle: Loud\n"
        "styles:\n  body: {size: 24, minimum: 20, leading: 1.3, color: text, uppercase: true}\n"
    )
    deck = deck_of(slide(words("Hi ", Run("ls", code=True), InlineMath("x"))))
    root = Pptx(built(deck, str(tmp_path / "loud.yaml"))).xml("ppt/slides/slide1.xml")
    assert run_with(root, "Hi ").get("cap") is None
    assert run_with(root, "ls").get("cap") == "none"
    assert {look.get("cap") for look in root.iter(f"{A}rPr") if look.get("i")} == {"none"}


def test_looks_of_runs() -> None:
    """Bold, italic, struck, raised, lowered and code text are what they are called."""
    root = first_slide(
        words(
            Run("b", bold=True),
            Run("i", italic=True),
            Run("s", strike=True),
            Run("u", superscript=True),
            Run("d", subscript=True),
            Run("c", code=True),
        )
    )
    assert run_with(root, "b").get("b") == "1"
    assert run_with(root, "i").get("i") == "1"
    assert run_with(root, "s").get("strike") == "sngStrike"
    assert int(run_with(root, "u").get("baseline", 0)) > 0
    assert int(run_with(root, "d").get("baseline", 0)) < 0
    assert run_with(root, "c").find(f"{A}latin").get("typeface") == "Courier New"


def test_code_beside_calibri_is_as_high_as_the_text(tmp_path: Path) -> None:
    """Its runs say their own size; all others have that of their placeholder."""
    (tmp_path / "own.yaml").write_text(
        "extends: harbour\nfonts: {heading: Calibri, body: Calibri, mono: Courier New}\n"
    )
    body = Paragraph((Run("run "), Run("docker", code=True)))
    root = Pptx(built(deck_of(slide(body)), str(tmp_path / "own.yaml"))).xml("ppt/slides/slide1.xml")
    sizes = [int(run_with(root, words).get("sz", 0)) for words in ("run ", "docker")]
    assert sizes[1] == 0.9 * sizes[0] > 0


def test_colours_of_the_theme_are_named() -> None:
    """Accented text takes the theme's accent, so that another colour scheme changes it."""
    root = first_slide(words(Run("look", classes=("accent",))))
    assert run_with(root, "look").find(f"{A}solidFill/{A}schemeClr").get("val") == "accent1"


def test_links_lead_out_and_across() -> None:
    """A link opens its page, or jumps to its slide."""
    away = slide(words(Run("out", link=WebLink("https://example.org/"), link_title="Tip")), id_="a")
    across = slide(words(Run("across", link=SlideLink("a"))), id_="b")
    pptx = opened(away, across)
    out = run_with(pptx.xml("ppt/slides/slide1.xml"), "out").find(f"{A}hlinkClick")
    assert pptx.relationships("ppt/slides/slide1.xml")[out.get(f"{R}id")][1:] == ("https://example.org/", True)
    assert out.get("tooltip") == "Tip"
    jump = run_with(pptx.xml("ppt/slides/slide2.xml"), "across").find(f"{A}hlinkClick")
    assert jump.get("action") == "ppaction://hlinksldjump"
    assert pptx.relationships("ppt/slides/slide2.xml")[jump.get(f"{R}id")][1] == "ppt/slides/slide1.xml"


def test_nested_lists_are_levels() -> None:
    """Tab and Shift-Tab in PowerPoint move items between the levels that the list has."""
    nested = List((ListItem((words("outer"), bullets("inner"))),))
    root = first_slide(nested)
    assert paragraph_with(root, "outer").get("lvl") is None
    assert paragraph_with(root, "inner").get("lvl") == "1"


def test_numbered_lists_are_counted_by_powerpoint() -> None:
    """A list that begins at 3 goes on when an item is added in PowerPoint."""
    root = first_slide(bullets("c", "d", ordered=True, start=3))
    for item in ("c", "d"):
        assert paragraph_with(root, item).find(f"{A}buAutoNum").get("startAt") == "3"


def test_lists_right_below_each_other_are_told_apart() -> None:
    """PowerPoint counts on from one to the next with the same sign after its numbers, as in the author's Markdown."""
    one, two = bullets("a", "b", ordered=True), bullets("c", "d", ordered=True, delimiter=")")
    root = first_slide(one, two)
    schemes = [paragraph_with(root, item).find(f"{A}buAutoNum").get("type") for item in "abcd"]
    assert schemes == ["arabicPeriod", "arabicPeriod", "arabicParenR", "arabicParenR"]


def test_an_empty_item_keeps_its_bullet() -> None:
    """It holds a no-break space: PowerPoint shows nothing before an empty paragraph."""
    root = first_slide(List((ListItem((words("a"),)), ListItem(()), ListItem((words("b"),)))))
    assert "\u00a0" in [t.text for t in root.iter(f"{A}t")]


def test_plain_paragraphs_have_no_bullet() -> None:
    """The body's placeholder has bullets for lists; a paragraph says that it has none."""
    assert paragraph_with(first_slide(words("plain")), "plain").find(f"{A}buNone") is not None


def test_right_to_left() -> None:
    """Arabic runs from the right."""
    properties = paragraph_with(first_slide(words("مرحبا")), "مرحبا")
    assert (properties.get("rtl"), properties.get("algn")) == ("1", "r")


def test_line_breaks_stay_in_their_paragraph() -> None:
    """A hard break is a break and no new paragraph."""
    root = first_slide(words("one", LineBreak(), "two"))
    assert len(list(root.iter(f"{A}br"))) == 1
    assert "onetwo" in texts(root)


def test_formula_in_a_line_is_editable() -> None:
    """PowerPoint gets a formula, other programs the same as text."""
    root = first_slide(words("so ", InlineMath("x^2")))
    choice, fallback = root.find(f".//{MC}Choice"), root.find(f".//{MC}Fallback")
    assert len(list(choice.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}sSup"))) == 1
    assert texts(fallback) == ["so x2"]


def test_footers_and_numbers_are_placeholders() -> None:
    """The slide's number is a field; moving the slide in PowerPoint changes it."""
    root = opened(slide(words("x"))).xml("ppt/slides/slide1.xml")
    assert [field.get("type") for field in root.iter(f"{A}fld")] == ["slidenum"]


def test_blank_slides_need_no_title() -> None:
    """A blank slide has only what was put on it."""
    blank = replace(slide(words("alone"), layout=Layout.BLANK), title=())
    assert texts(opened(blank).xml("ppt/slides/slide1.xml"))[0] == "alone"


def test_numbers_that_powerpoint_cannot_count_are_written_out() -> None:
    """A list that starts at 0, as CommonMark allows, keeps its number and opens without a repair."""
    root = first_slide(bullets("nought", ordered=True, start=0))
    assert paragraph_with(root, "nought").find(f"{A}buAutoNum") is None
    assert paragraph_with(root, "nought").find(f"{A}buChar").get("char") == "0."


def item(number: int | None, level: int = 0) -> PlacedParagraph:
    """A list item, or a paragraph without a number."""
    bullet = None if number is None else Bullet(f"{number}.", "#000000", number)
    return PlacedParagraph((), 24, 30, "#000000", level=level, bullet=bullet)


def starts(*items: PlacedParagraph) -> list[int | None]:
    """Where the list of each item begins."""
    numbering = Numbering()
    return [numbering.start(each) for each in items]


def test_a_list_has_one_start() -> None:
    """All items carry the number of the first."""
    assert starts(item(3), item(4), item(5)) == [3, 3, 3]


def test_nested_items_do_not_interrupt() -> None:
    """The outer list goes on after an inner one, and each inner one begins anew."""
    assert starts(item(1), item(1, 1), item(2, 1), item(2), item(1, 1)) == [1, 1, 1, 1, 1]


def test_text_between_interrupts() -> None:
    """PowerPoint would begin at 1 again after a paragraph, so the number is said."""
    assert starts(item(1), item(None), item(2)) == [1, None, 2]


def test_a_jump_begins_a_list() -> None:
    """Two lists next to each other are two lists."""
    assert starts(item(1), item(2), item(1)) == [1, 1, 1]
    assert starts(item(1), item(7)) == [1, 7]
