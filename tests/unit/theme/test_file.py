"""Theme files."""

from pathlib import Path

import pytest
from PIL import Image

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import OPTIONAL_SLOTS, SLOTS, Layout
from quarterdeck.model.theme import LayoutPicture
from quarterdeck.theme.colors import ratio
from quarterdeck.theme.file import BUILT_IN, load_theme, theme_files


def faults(folder: Path, text: str) -> list[str]:
    """The messages, with positions, for a theme file."""
    (folder / "own.yaml").write_text(text)
    with pytest.raises(QuarterdeckError) as caught:
        load_theme("own.yaml", folder)
    return [f"{d.span.line}:{d.span.column} {d.message}" for d in caught.value.diagnostics if d.span]


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_themes_are_complete(name: str) -> None:
    """Each has every layout with every slot, and whole points of at least 11."""
    theme = load_theme(name, Path())
    for layout in Layout:
        assert set(SLOTS[layout]) - OPTIONAL_SLOTS <= set(theme.layouts[layout].slots)
    for style in theme.styles.values():
        for size in (style.size, style.minimum):
            points = size * 0.75
            assert points == pytest.approx(round(points))
            assert points >= 11


@pytest.mark.parametrize("name", BUILT_IN)
def test_slots_of_a_layout_do_not_overlap(name: str) -> None:
    """Nothing is drawn over anything else."""
    for tokens in load_theme(name, Path()).layouts.values():
        boxes = [(slot, tokens.slots[slot].box) for slot in tokens.slots]
        for index, (slot, box) in enumerate(boxes):
            for other, own in boxes[index + 1 :]:
                apart = box.right <= own.x or own.right <= box.x or box.bottom <= own.y or own.bottom <= box.y
                assert apart, f"{tokens.layout}: {slot} and {other}"


def test_a_theme_file_extends_another(tmp_path: Path) -> None:
    """A company's colours over a built-in theme take a few lines."""
    (tmp_path / "ours.yaml").write_text('extends: harbour\ntitle: Ours\ncolors: {accent: "#00aa77"}\n')
    theme = load_theme("ours.yaml", tmp_path)
    assert (theme.name, theme.title, theme.colors["accent"]) == ("ours", "Ours", "#00AA77")
    assert theme.colors["text"] == load_theme("harbour", Path()).colors["text"]


def test_a_theme_file_extends_a_theme_file(tmp_path: Path) -> None:
    """Files are looked up from the folder of the file that names them."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "a.yaml").write_text("extends: night\ntitle: A\n")
    (tmp_path / "b.yaml").write_text("extends: base/a.yaml\nspacing: 12\n")
    theme = load_theme("b.yaml", tmp_path)
    assert (theme.title, theme.spacing, theme.dark) == ("A", 12, True)


LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><path fill="var(--qd-text, #000)"/></svg>'


def test_few_colours_make_a_theme(tmp_path: Path) -> None:
    """Covers, links, terminals and greys follow an organiser's own, and can be read; what the file says stays."""
    (tmp_path / "ours.yaml").write_text(
        'extends: harbour\ncolors: {accent: "#0B7A6B", background: "#FFFFFF", text: "#16302C", rule: "#123456"}\n'
    )
    colors, base = load_theme("ours.yaml", tmp_path).colors, load_theme("harbour", Path()).colors
    assert colors["rule"] == "#123456"
    assert all(colors[name] != base[name] for name in ("deep", "deeper", "beacon", "muted", "terminal-background"))
    for text, ground in (("on-accent", "deep"), ("on-accent-highlight", "deep"), ("link", "background")):
        assert ratio(colors[text], colors[ground]) >= 4.5
    assert ratio(colors["muted"], colors["background"]) >= 4.5
    assert ratio(colors["terminal-text"], colors["terminal-background"]) >= 7


def test_a_logo_is_on_every_slide_in_the_colours_of_its_ground(tmp_path: Path) -> None:
    """Large on covers, small on all others, named by its path from the theme that says so."""
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "logo.svg").write_text(LOGO)
    (tmp_path / "brand" / "a.yaml").write_text("extends: harbour\nlogo: logo.svg\n")
    (tmp_path / "b.yaml").write_text("extends: brand/a.yaml\n")
    theme = load_theme("b.yaml", tmp_path)
    logos = {layout: tokens.artwork[-1] for layout, tokens in theme.layouts.items()}
    assert logos[Layout.TITLE].box.height > logos[Layout.CONTENT].box.height
    assert logos[Layout.CONTENT].box.width == 5 * logos[Layout.CONTENT].box.height
    assert theme.colors["on-accent"].encode() in logos[Layout.TITLE].asset.data  # type: ignore[union-attr]
    assert theme.colors["text"].encode() in logos[Layout.CONTENT].asset.data  # type: ignore[union-attr]


def test_a_logo_that_is_none_is_a_fault(tmp_path: Path) -> None:
    """At its place, and not a slide without it."""
    (tmp_path / "logo.png").write_text("no picture")
    assert faults(tmp_path, "extends: harbour\nlogo: logo.png\n") == ["2:7 'logo.png' can't be a logo"]
    assert faults(tmp_path, "extends: harbour\nlogo: gone.svg\n") == ["2:7 'gone.svg' can't be a logo"]


def test_a_theme_may_have_a_cover_of_its_own(tmp_path: Path) -> None:
    """A photo fills the right of the cover, a drawing is whole; the words stand beside it, and the sun is gone."""
    Image.new("RGB", (1200, 800)).save(tmp_path / "quay.jpg")
    (tmp_path / "crane.svg").write_text(LOGO)
    covers = {}
    for name in ("quay.jpg", "crane.svg"):
        (tmp_path / "brand.yaml").write_text(f"extends: harbour\ncover: {name}\n")
        theme = load_theme("brand.yaml", tmp_path)
        tokens = theme.layouts[Layout.TITLE]
        assert tokens.decorations == ()
        assert [item for item in theme.layouts[Layout.SECTION].artwork if isinstance(item, LayoutPicture)] == []
        (covers[name],) = (item for item in tokens.artwork if isinstance(item, LayoutPicture))
        for slot in tokens.slots.values():
            assert slot.box.right <= covers[name].box.x
    photo, drawing = covers["quay.jpg"], covers["crane.svg"]
    assert (photo.box.right, photo.box.height) == (1280, 720)
    assert photo.crop == pytest.approx(((1 - 4 / 9) / 2, 0, (1 - 4 / 9) / 2, 0))
    assert drawing.crop is None
    assert drawing.box.width == pytest.approx(5 * drawing.box.height)
    assert theme.colors["on-accent"].encode() in drawing.asset.data


@pytest.mark.parametrize("kind", ["gone", "text", "CMYK", "turned"])
def test_a_cover_that_cannot_be_shown_alike_everywhere_is_a_fault(tmp_path: Path, kind: str) -> None:
    """At its place: one that isn't there or no picture, and photos that programs turn or colour otherwise."""
    exif = Image.Exif()
    exif[0x0112] = 6 if kind == "turned" else 1
    Image.new("CMYK" if kind == "CMYK" else "RGB", (20, 20)).save(tmp_path / "a.jpg", exif=exif)
    if kind == "text":
        (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff no picture")
    name = "gone.jpg" if kind == "gone" else "a.jpg"
    assert faults(tmp_path, f"extends: harbour\ncover: {name}\n") == [f"2:8 '{name}' can't be a cover"]


def test_the_files_of_a_theme_are_all_there_are(tmp_path: Path) -> None:
    """What is watched and packed: the files, those that they extend, and the pictures that they name."""
    (tmp_path / "base").mkdir()
    for name in ("base/logo.svg", "cover.svg"):
        (tmp_path / name).write_text(LOGO)
    (tmp_path / "base" / "a.yaml").write_text("extends: harbour\nlogo: logo.svg\n")
    (tmp_path / "b.yaml").write_text("extends: base/a.yaml\ncover: cover.svg\n")
    names = {path.relative_to(tmp_path).as_posix() for path in theme_files("b.yaml", tmp_path)}
    assert names == {"b.yaml", "cover.svg", "base/a.yaml", "base/logo.svg"}
    assert theme_files("night", tmp_path) == ()


def test_every_fault_of_a_theme_file_is_reported_at_its_place(tmp_path: Path) -> None:
    """One run shows all there is to mend."""
    text = """extends: harbor
tilte: Ours
colors:
  acent: "#123456"
  text: red
styles:
  body: {size: 20.5}
  quote: {minimum: 60}
layouts:
  content:
    slots:
      body: {box: [80, 160, 1300, 484]}
fonts: {body: Comic Sans}
"""
    assert faults(tmp_path, text) == [
        "1:10 there is no theme 'harbor' to extend",
        "2:1 unknown key 'tilte' in a theme",
        "4:3 unknown key 'acent' in colors",
        "5:9 'text' must be a colour such as \"#0B2240\" (in quotes)",
        "7:16 'size' must be a whole number from 11 to 120",
        "8:20 'minimum' must be at most 'size'",
        "12:29 'box' must hold numbers from 0 to 1280",
        "13:15 unknown font 'Comic Sans'",
    ]


def test_a_box_outside_the_slide_is_an_error(tmp_path: Path) -> None:
    """What would be cut off is refused."""
    text = "extends: harbour\nlayouts: {blank: {slots: {body: {box: [800, 64, 600, 100], style: body}}}}\n"
    assert faults(tmp_path, text) == ["2:39 'box' must be within the slide of 1280 × 720"]


def test_missing_keys_are_named(tmp_path: Path) -> None:
    """A theme that extends nothing must say everything."""
    (found,) = faults(tmp_path, "title: Bare\n")
    assert "lacks dark, spacing, fonts, colors" in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: harbour\nstyles:\n", "1:1 a theme lacks styles"),
        ("extends: harbour\nspacing: 0x10000\n", "2:10 'spacing' must be a number from 4 to 64"),
        ("extends: harbour\ntitle: " + "[" * 60 + "]" * 60, "2:58 this is nested too deeply"),
        ("extends: harbour\nsyntax: {keyword: }\n", "2:19 'keyword' must be a colour such as \"#0B2240\" (in quotes)"),
        (
            "extends: harbour\nlayouts: {blank: {slots: {body: {box: 5}}}}\n",
            "2:39 'box' must be [left, top, width, height]",
        ),
        ("- a\n", "1:1 a theme must be keys with values"),
    ],
)
def test_bad_values_are_faults_and_nothing_else(tmp_path: Path, text: str, message: str) -> None:
    """Whatever a theme file holds, it is reported at its place."""
    assert faults(tmp_path, text) == [message]


def test_a_theme_cannot_extend_itself(tmp_path: Path) -> None:
    """A circle is reported, not followed."""
    assert "can't extend itself" in faults(tmp_path, "extends: own.yaml\n")[0]


@pytest.mark.parametrize(
    ("name", "message"),
    [("harbor", "there is no theme 'harbor'"), ("gone.yaml", r"there is no file 'gone\.yaml'")],
)
def test_unknown_themes_are_errors(tmp_path: Path, name: str, message: str) -> None:
    """A wrong name is no traceback."""
    with pytest.raises(QuarterdeckError, match=message):
        load_theme(name, tmp_path)
