"""Templates as themes."""

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from quarterdeck.diagnostics import QuarterdeckError, Severity
from quarterdeck.model.deck import OPTIONAL_SLOTS, SLOTS, Layout
from quarterdeck.model.theme import HEIGHT, WIDTH, Decoration, LayoutPicture, LayoutText, Theme
from quarterdeck.theme.colors import ground, ratio
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.template.lettering import family, typeface_warnings
from support.company_templates import HALYARD, NORDWIND, PETREL, halyard, nordwind, petrel


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """Nordwind's theme."""
    folder = tmp_path_factory.mktemp("nordwind")
    return load_theme(nordwind(folder).name, folder)


@pytest.fixture(scope="module")
def dark(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """Halyard's theme."""
    folder = tmp_path_factory.mktemp("halyard")
    return load_theme(halyard(folder).name, folder)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """Petrel's theme."""
    folder = tmp_path_factory.mktemp("petrel")
    return load_theme(petrel(folder).name, folder)


def names(theme: Theme) -> dict[str, str]:
    """The template's layout that each of ours stands on."""
    assert theme.template is not None
    return {layout.value: own.name for layout, own in theme.template.layouts.items()}


def bad(folder: Path, data: bytes, name: str = "brand.pptx") -> tuple[str, str | None]:
    """The message and hint for a file that is no template."""
    (folder / name).write_bytes(data)
    with pytest.raises(QuarterdeckError) as caught:
        load_theme(name, folder)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.message, diagnostic.hint


def repacked(path: Path, changes: dict[str, bytes]) -> bytes:
    """A template with some parts replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return buffer.getvalue()


def test_german_layouts_are_found_by_name(german: Theme) -> None:
    """Numbers before the names don't matter; what a template lacks stands on its layout with just a title."""
    assert names(german) == {
        "title": "01 Titelfolie",
        "section": "02 Kapiteltrenner",
        "content": "03 Titel und Inhalt",
        "two-columns": "04 Zwei Inhalte",
        "comparison": "05 Gegenüberstellung",
        "code": "03 Titel und Inhalt",
        "image": "06 Bildfolie",
        "statement": "07 Nur Titel",
        "quote": "07 Nur Titel",
        "closing": "07 Nur Titel",
        "demo": "07 Nur Titel",
        "blank": "08 Leer",
    }
    assert german.template is not None
    substitutes = {layout.value for layout, own in german.template.layouts.items() if own.substitute}
    assert substitutes == {"quote", "statement", "closing"}


def test_unknown_names_are_matched_by_what_the_layout_holds(dark: Theme) -> None:
    """'Story, side by side' says nothing in any language, but has two columns."""
    found = names(dark)
    assert found["content"] == "Story"
    assert found["two-columns"] == "Story, side by side"
    assert found["demo"] == "Headline only"


@pytest.mark.parametrize("which", ["german", "dark"])
def test_every_slot_has_a_box_on_the_slide(which: str, request: pytest.FixtureRequest) -> None:
    """Nothing that a deck may say is without a place."""
    theme: Theme = request.getfixturevalue(which)
    for layout in Layout:
        slots = theme.layouts[layout].slots
        assert set(SLOTS[layout]) - OPTIONAL_SLOTS <= set(slots)
        for name, slot in slots.items():
            assert slot.box.x >= 0 and slot.box.right <= WIDTH + 0.1, (layout, name)
            assert slot.box.y >= 0 and slot.box.bottom <= HEIGHT + 0.1, (layout, name)


def test_colours_go_through_the_colour_map(german: Theme, dark: Theme) -> None:
    """Where bg1 is dk1, the slides are dark and their text is light."""
    assert german.colors["background"] == f"#{NORDWIND['lt1']}"
    assert german.colors["text"] == f"#{NORDWIND['dk1']}"
    assert german.colors["accent"] == f"#{NORDWIND['accent1']}"
    assert not german.dark
    assert dark.colors["background"] == f"#{HALYARD['dk1']}"
    assert dark.colors["text"] == f"#{HALYARD['lt1']}"
    assert dark.colors["title-text"] == f"#{HALYARD['accent1']}"
    assert dark.dark


def test_layouts_bring_their_own_ground(dark: Theme) -> None:
    """The divider is amber with dark text, on a template that is dark everywhere else."""
    divider = dark.layouts[Layout.SECTION]
    assert divider.background == f"#{HALYARD['accent1']}"
    assert divider.colors["title-text"] == f"#{HALYARD['dk1']}"


def test_fonts_have_their_twins(german: Theme, dark: Theme) -> None:
    """Calibri is set in Carlito and Georgia in Gelasio, without a warning: their lines break alike."""
    assert (german.heading.name, german.body.twin) == ("Calibri", "Carlito")
    assert (dark.heading.name, dark.heading.twin, dark.body.twin) == ("Georgia", "Gelasio", "Arimo")
    assert dark.template is not None
    assert "template-font" not in {d.code for d in dark.template.diagnostics}


def test_fonts_without_a_twin_are_named() -> None:
    """They are measured in the nearest one, with a warning: lines may break elsewhere."""
    fonts = (family("Palatino Linotype"), family("Georgia"))
    (warning,) = typeface_warnings("brand.pptx", fonts)
    assert fonts[0].twin == "Arimo"
    assert "Palatino Linotype" in warning.message
    assert warning.severity is Severity.WARNING


def test_sizes_grow_with_the_slide(german: Theme, dark: Theme) -> None:
    """Nordwind's slides are 768 px high, so its 24 pt are 22.5 pt on ours; whole points are used."""
    assert german.styles["body"].size * 0.75 == pytest.approx(22)
    assert german.styles["title"].bold
    assert german.styles["callout"].size > german.styles["body"].size, "in proportion, as in the built-in themes"
    assert dark.styles["body"].size * 0.75 == pytest.approx(22)
    assert dark.styles["title"].uppercase


def test_what_a_master_draws_comes_along(german: Theme) -> None:
    """The bars, the logo in its proportions, and the line of text."""
    artwork = german.layouts[Layout.CONTENT].artwork
    bar = next(f for f in artwork if isinstance(f, Decoration))
    logo = next(f for f in artwork if isinstance(f, LayoutPicture))
    claim = next(f for f in artwork if isinstance(f, LayoutText))
    assert (bar.color, bar.box.width, bar.box.height) == (f"#{NORDWIND['accent1']}", WIDTH, 60)
    assert logo.asset.media_type == "image/png"
    assert logo.box.width / logo.box.height == pytest.approx(3, abs=0.01)
    assert logo.box.x > WIDTH * 2 / 3
    assert claim.text == "Nordwind AG · intern"


def test_a_layout_may_hide_the_masters_shapes(german: Theme) -> None:
    """The cover has its own block of colour and no logo."""
    (block,) = german.layouts[Layout.TITLE].artwork
    assert isinstance(block, Decoration)
    assert block.color == f"#{NORDWIND['dk2']}"


def test_what_html_can_not_show_is_said(dark: Theme, german: Theme) -> None:
    """Slides of another shape; gradients are shown."""
    assert dark.template is not None and german.template is not None
    assert not any(d.code == "template-undrawn" for d in dark.template.diagnostics)
    assert any(d.code == "template-proportions" for d in german.template.diagnostics)
    assert not any(d.code == "template-proportions" for d in dark.template.diagnostics)


def test_files_that_are_no_templates_are_refused(tmp_path: Path) -> None:
    """Each with a hint at what to do."""
    assert bad(tmp_path, b"hello") == (
        f"can't use {tmp_path / 'brand.pptx'} as a template: it isn't a PowerPoint file",
        "open it in PowerPoint and save it as a PowerPoint Presentation (.pptx) or Template (.potx)",
    )
    message, _ = bad(tmp_path, b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "is protected by a password, or from PowerPoint 2003" in message
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "no parts")
    message, hint = bad(tmp_path, buffer.getvalue())
    assert "holds no presentation" in message and hint


def test_a_template_needs_a_layout_with_a_title(tmp_path: Path) -> None:
    """Without one there is nothing to write slides on."""
    path = nordwind(tmp_path)
    with zipfile.ZipFile(path) as archive:
        master = archive.read("ppt/slideMasters/slideMaster1.xml")
    start, end = master.index(b"<p:sldLayoutIdLst>"), master.index(b"</p:sldLayoutIdLst>") + 19
    changed = repacked(path, {"ppt/slideMasters/slideMaster1.xml": master[:start] + master[end:]})
    message, hint = bad(tmp_path, changed)
    assert "no layout with a title" in message
    assert hint == "add one in PowerPoint: View, Slide Master"


@pytest.mark.parametrize("part", ["ppt/presentation.xml", "ppt/slideMasters/slideMaster1.xml", "[Content_Types].xml"])
def test_broken_parts_are_named(tmp_path: Path, part: str) -> None:
    """The author hears which part it is rather than seeing a traceback."""
    message, _ = bad(tmp_path, repacked(nordwind(tmp_path), {part: b"<p:broken"}))
    assert part in message


def test_a_missing_template_says_so(tmp_path: Path) -> None:
    """By the name that its author wrote."""
    with pytest.raises(QuarterdeckError, match=r"there is no file 'brand\.pptx'"):
        load_theme("brand.pptx", tmp_path)


def test_text_of_ours_is_read_on_a_background_picture(tmp_path: Path) -> None:
    """On a dark photograph what has no placeholder, such as a quotation, is light."""
    path = nordwind(tmp_path)
    with zipfile.ZipFile(path) as archive:
        layout = archive.read("ppt/slideLayouts/slideLayout7.xml")
    picture = io.BytesIO()
    Image.new("RGB", (16, 9), (10, 20, 60)).save(picture, "PNG")
    fill = b'<p:bg><p:bgPr><a:blipFill><a:blip r:embed="rIdLogo"/><a:stretch/></a:blipFill></p:bgPr></p:bg><p:spTree>'
    changes = {
        "ppt/slideLayouts/slideLayout7.xml": layout.replace(b"<p:spTree>", fill),
        "ppt/media/image1.png": picture.getvalue(),
    }
    (tmp_path / "photo.pptx").write_bytes(repacked(path, changes))
    quote = load_theme("photo.pptx", tmp_path).layouts[Layout.QUOTE]
    assert quote.backdrop is not None
    assert quote.backdrop.asset.data == picture.getvalue()
    assert quote.inverse


def test_greys_of_16_bits_count_as_they_look(tmp_path: Path) -> None:
    """On a dark one, our own text is light."""
    path = nordwind(tmp_path)
    with zipfile.ZipFile(path) as archive:
        layout = archive.read("ppt/slideLayouts/slideLayout3.xml")
    picture = io.BytesIO()
    Image.new("I;16", (16, 9), 20 * 257).save(picture, "PNG")
    fill = b'<p:bg><p:bgPr><a:blipFill><a:blip r:embed="rIdLogo"/><a:stretch/></a:blipFill></p:bgPr></p:bg><p:spTree>'
    changes = {
        "ppt/slideLayouts/slideLayout3.xml": layout.replace(b"<p:spTree>", fill),
        "ppt/media/image1.png": picture.getvalue(),
    }
    (tmp_path / "dim.pptx").write_bytes(repacked(path, changes))
    theme = load_theme("dim.pptx", tmp_path)
    content = theme.layouts[Layout.CONTENT]
    assert content.inverse
    assert ground(theme, content, None)[1]["title-text"] == f"#{NORDWIND['dk2']}", "a placeholder keeps its own colour"


def test_text_that_is_hard_to_read_is_said(tmp_path: Path) -> None:
    """When the template is read, so at each build; panels are in another colour than text in any case."""
    path = nordwind(tmp_path)
    with zipfile.ZipFile(path) as archive:
        master = archive.read("ppt/slideMasters/slideMaster1.xml")
    head, body, rest = master.partition(b"<p:bodyStyle>")
    (tmp_path / "faint.pptx").write_bytes(
        repacked(path, {"ppt/slideMasters/slideMaster1.xml": head + body + rest.replace(b"tx1", b"accent5", 1)})
    )
    theme = load_theme("faint.pptx", tmp_path)
    assert theme.template is not None
    said = [d.message for d in theme.template.diagnostics if d.code == "template-contrast"]
    assert len(said) >= 1
    assert "text in #8BB8C0 on #FFFFFF, the ground of '03 Titel und Inhalt', is hard to read" in said[0]
    own = theme.layouts[Layout.CONTENT].colors
    assert ratio(own["text"], own["surface"]) > ratio(own["text"], theme.colors["surface"])


def test_a_template_is_read_once_until_it_is_saved_again(tmp_path: Path) -> None:
    """Hundreds of variants share it; a change is seen at once."""
    path = nordwind(tmp_path)
    first = load_theme(path.name, tmp_path)
    assert load_theme(path.name, tmp_path) is first
    path.write_bytes(halyard(tmp_path).read_bytes())
    assert load_theme(path.name, tmp_path).dark


def test_a_title_on_a_freeform_keeps_its_colour(old: Theme) -> None:
    """Another freeform, whose frame reaches as far, is drawn beside it, and is not its ground."""
    assert old.layouts[Layout.TITLE].colors["title-text"] == f"#{PETREL['accent2']}"


def test_a_logo_in_its_groups_colour_is_drawn(old: Theme) -> None:
    """Members that are filled as their group is are not left out."""
    drawings = [item for item in old.layouts[Layout.CONTENT].artwork if isinstance(item, LayoutPicture)]
    assert any(item.color == f"#{PETREL['accent3']}" for item in drawings)


def test_the_byline_stands_below_a_subtitle_that_keeps_its_place(old: Theme) -> None:
    """It takes a line from the foot of the subtitle's box, which follows its layout."""
    assert old.template is not None
    slots = old.layouts[Layout.TITLE].slots
    assert slots["subtitle"].box == old.template.layouts[Layout.TITLE].placeholders["subtitle"].box
    assert slots["byline"].box.bottom == pytest.approx(slots["subtitle"].box.bottom)
    assert slots["subtitle"].give == -slots["byline"].box.height


def test_a_terminal_may_stand_on_the_foot_of_a_high_title(old: Theme) -> None:
    """The title of a demo stays where it is on other slides, and the terminal has room for its lines."""
    slots = old.layouts[Layout.DEMO].slots
    title, terminal = slots["title"], slots["terminal"].box
    assert title.box == old.layouts[Layout.CONTENT].slots["title"].box
    assert terminal.height >= 470
    middle = title.box.y + title.box.height / 2
    line = old.styles["title"].size * old.styles["title"].leading
    assert slots["body"].box.y >= middle + line / 2, "a line of the title stays free"


def test_a_section_without_a_layout_keeps_its_title_where_the_master_has_it(old: Theme) -> None:
    """Rules and bars of the template stand around that place."""
    assert old.layouts[Layout.SECTION].slots["title"].box == old.layouts[Layout.CONTENT].slots["title"].box


def test_a_body_as_high_as_its_text_may_fill_the_slide(old: Theme) -> None:
    """So may everything that stands in its place on layouts without one."""
    body = old.layouts[Layout.CONTENT].slots["body"].box
    assert body.height > 400
    assert old.layouts[Layout.IMAGE].slots["image"].box.height > 350


def test_both_columns_can_be_filled_though_the_template_numbers_neither(old: Theme) -> None:
    """Placeholders of the same type and idx get numbers of their own."""
    assert old.template is not None
    columns = old.template.layouts[Layout.TWO_COLUMNS].placeholders
    assert columns["left"].index != columns["right"].index


def test_small_bullets_stay_small_and_off_their_text(old: Theme) -> None:
    """Their size is a share of the text's; where the template leaves no room after them, there is some."""
    first, second, *_ = old.styles["body"].lists
    assert first.scale == pytest.approx(0.45)
    assert first.hanging > 0.8
    assert second.indent > first.indent


def test_no_footer_is_written_over_a_logo(old: Theme) -> None:
    """The date and the number beside it are."""
    slots = old.layouts[Layout.CONTENT].slots
    assert "footer" not in slots
    assert {"date", "number"} <= set(slots)


def test_text_of_a_right_to_left_template_starts_at_the_left(old: Theme) -> None:
    """If it runs to the right: an English deck in an Arabic template."""
    assert old.layouts[Layout.COMPARISON].slots["left"].align == "left"


def test_text_without_a_placeholder_keeps_off_the_edge(tmp_path: Path) -> None:
    """Though the title, where it begins, is at the very top."""
    path = petrel(tmp_path)
    with zipfile.ZipFile(path) as archive:
        master = archive.read("ppt/slideMasters/slideMaster1.xml")
    path.write_bytes(repacked(path, {"ppt/slideMasters/slideMaster1.xml": master.replace(b'y="342900"', b'y="0"', 1)}))
    assert load_theme(path.name, tmp_path).layouts[Layout.BLANK].slots["body"].box.y >= 24


def test_a_layout_with_dark_colours_of_its_own_has_light_text(old: Theme) -> None:
    """Ours too, whatever the mean of its background is."""
    assert old.layouts[Layout.COMPARISON].inverse
    assert not old.layouts[Layout.CONTENT].inverse


def test_a_line_below_a_title_on_a_bar_is_read_on_the_slide(tmp_path: Path) -> None:
    """A black bar behind the title says nothing about the ground of the section's subtitle below it."""
    path = petrel(tmp_path)
    with zipfile.ZipFile(path) as archive:
        layout = archive.read("ppt/slideLayouts/slideLayout5.xml")
    bar = b'<p:spPr><a:xfrm><a:off x="571500" y="342900"/><a:ext cx="10287000" cy="1333500"/></a:xfrm>'
    bar += b'<a:solidFill><a:srgbClr val="000000"/></a:solidFill></p:spPr>'
    changed = layout.replace(b"<p:spPr/>", bar, 1)
    assert changed != layout
    path.write_bytes(repacked(path, {"ppt/slideLayouts/slideLayout5.xml": changed}))
    theme = load_theme(path.name, tmp_path)
    colors = ground(theme, theme.layouts[Layout.SECTION], None)[1]
    assert ratio(colors["subtitle-text"], "#FFFFFF") >= 4.5


def test_the_caption_of_powerpoints_own_layout_is_used(tmp_path: Path) -> None:
    """It is a low line right below the title, where other layouts have a subtitle."""
    path = petrel(tmp_path)
    name = "ppt/slideLayouts/slideLayout5.xml"
    with zipfile.ZipFile(path) as archive:
        layout = archive.read(name).decode()
    at = '<a:xfrm><a:off x="1905000" y="{}"/><a:ext cx="7620000" cy="{}"/></a:xfrm>'
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="{}" name="x"/><p:cNvSpPr/><p:nvPr><p:ph type="{}" idx="{}"/></p:nvPr></p:nvSpPr>'
        "<p:spPr>{}</p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>"
    )
    title = "<p:spPr>" + at.format(4800600, 566738) + "</p:spPr>"
    made = (
        layout.replace("<p:spPr/>", title, 1).replace('type="titleOnly"', 'type="picTx"').replace("Title Only", "Own")
    )
    more = shape.format(40, "pic", 1, at.format(612775, 4114800)) + shape.format(
        41, "body", 2, at.format(5367338, 804862)
    )
    made = made.replace("</p:spTree>", f"{more}</p:spTree>")
    path.write_bytes(repacked(path, {name: made.encode()}))
    own = load_theme(path.name, tmp_path).template.layouts[Layout.IMAGE]  # type: ignore[union-attr]
    assert (own.name, own.placeholders["caption"].index) == ("Own", 2)
