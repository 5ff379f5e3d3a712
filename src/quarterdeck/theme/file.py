"""A theme's YAML file → :class:`Theme`.

Sizes of type are written in points (whole ones), every other length in px of a 1280 × 720 slide.
``extends: harbour`` takes from another theme everything that the file doesn't set itself.
"""

from __future__ import annotations

import io
import struct
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.installed import PACKAGE
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import OPTIONAL_SLOTS, SLOTS, Layout
from quarterdeck.model.theme import (
    HEIGHT,
    WIDTH,
    Box,
    Decoration,
    FontFamily,
    LayoutPicture,
    LayoutTokens,
    Slot,
    TextStyle,
    Theme,
)
from quarterdeck.text.fields import Fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import is_file, is_folder, read_source, shown_path
from quarterdeck.text.yaml import MappingNode, Node, ScalarNode, laid_over, parse_yaml
from quarterdeck.theme.colors import COLOR_TOKENS, SVG, derived, dressed, ground
from quarterdeck.theme.measure.fonts import TWINS

BUILT_IN = ("harbour", "night", "contrast", "logbook")
"""The themes that come with Quarterdeck; the first is the default."""
SUFFIXES = (".yaml", ".yml")
TEMPLATE_SUFFIXES = (".pptx", ".potx", ".ppsx", ".pptm", ".potm", ".ppsm")
STYLES = (
    "cover-title",
    "section-title",
    "title",
    "eyebrow",
    "subtitle",
    "byline",
    "part",
    "heading",
    "column-heading",
    "body",
    "callout",
    "column-body",
    "demo-body",
    "statement",
    "quote",
    "closing-title",
    "closing",
    "attribution",
    "code",
    "table",
    "table-header",
    "caption",
    "small",
    "label",
    "footer",
    "terminal",
)
"""The text styles that every theme has."""
EXTRA_SLOTS = ("title", "eyebrow", "footer", "date", "number", "byline", "part", *OPTIONAL_SLOTS)
"""Boxes that a layout may have besides its slots; ``eyebrow`` is the title of the slide's section, ``byline`` the
author and date of a cover, ``part`` the number of a section."""
LEAST_POINTS, MOST_POINTS = 11, 120
"""Type under 11 pt can't be read from a seat, and LibreOffice sets it with other widths."""
KEYS = ("title", "dark", "spacing", "fonts", "colors", "syntax", "terminal", "styles", "layouts")
"""Every key of a theme that extends no other."""
PICTURE_KEYS = ("logo", "cover")
MORE_KEYS = ("extends", *PICTURE_KEYS)
"""Those that it may have besides."""
LOGO, LOGO_OF_COVER = (960.0, 1200.0, 16.0, 28.0), (80.0, 480.0, 44.0, 48.0)
"""px of the place of a logo, on any slide and on a cover: its left and right end, its top, and its height."""
PHOTO, DRAWING = Box(800, 0, 480, HEIGHT), Box(800, 96, 400, 528)
"""Where the picture of a cover is: beside its words."""
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
ANSI_COLORS = 16
PX_PER_POINT = 4 / 3


def load_theme(name: str, folder: Path) -> Theme:
    """A built-in theme by name, or a theme file or PowerPoint template by its path from ``folder``.

    Raises:
        QuarterdeckError: with every fault of the file, each at its place.

    """
    if name in BUILT_IN:
        return _built_in(name)
    if name.lower().endswith((*SUFFIXES, *TEMPLATE_SUFFIXES)) and not is_file(folder / name):
        near = (folder / name).parent
        files = near.iterdir() if is_folder(near) else ()
        names = [file.name for file in files if file.suffix.lower() in (*SUFFIXES, *TEMPLATE_SUFFIXES)]
        hint = suggestion(Path(name).name, names)
        raise QuarterdeckError.of(f"there is no file '{name}'", hint=hint, code="unknown-theme")
    if name.lower().endswith(TEMPLATE_SUFFIXES):
        path = folder / name
        return _template(path, shown_path(path), _stamp(path))
    if not name.endswith(SUFFIXES):
        hint = suggestion(name, BUILT_IN)
        raise QuarterdeckError.of(f"there is no theme '{name}'", hint=hint, code="unknown-theme")
    found = Diagnostics()
    return _completed(_theme(Path(name).stem, _file_tree(folder / name, (), found), found), name, folder)


def _completed(theme: Theme, name: str, folder: Path) -> Theme:
    """A theme of files with the colours that follow from theirs, and with the logo and cover that they name."""
    given: set[str] = set()
    logo: Asset | None = None
    cover: Asset | None = None
    for path in _theme_texts(name, folder):
        entries = _parsed(path.read_text("utf-8"), shown_path(path), Diagnostics()).entries
        if "colors" in entries and isinstance(colors := entries["colors"].value, MappingNode):
            given |= colors.entries.keys()
        if logo is None and "logo" in entries and isinstance(file := entries["logo"].value, ScalarNode):
            logo = _picture(path.parent / file.text, file.span, "logo")
        if cover is None and "cover" in entries and isinstance(file := entries["cover"].value, ScalarNode):
            cover = _picture(path.parent / file.text, file.span, "cover")
    theme = replace(theme, colors=derived(theme.colors, given))
    if cover is not None:
        layouts = {**theme.layouts, Layout.TITLE: _covered(theme.layouts[Layout.TITLE], theme, cover)}
        theme = replace(theme, layouts=layouts)
    if logo is None:
        return theme
    return replace(theme, layouts={layout: _signed(tokens, theme, logo) for layout, tokens in theme.layouts.items()})


def _picture(path: Path, at: SourceSpan, key: str) -> Asset:
    """The picture that a theme names with a key; a cover may be a photo."""
    found = Diagnostics()
    data = path.read_bytes() if is_file(path) else b""
    kind = SVG if path.suffix.lower() == ".svg" else "image/png"
    size: tuple[float, float] | None = None
    if kind == SVG:
        from quarterdeck.model.svg import svg_size  # 2 ms that themes without drawings shouldn't pay

        size = svg_size(data)
    if data[:8] == PNG:
        width, height = struct.unpack(">II", data[16:24])
        size = (float(width), float(height))
    elif key == "cover" and data[:3] == JPEG:
        kind, size = "image/jpeg", _jpeg_size(data)
    if size is None or not all(size):
        kinds = "an SVG or PNG file" if key == "logo" else "an SVG, PNG or JPEG file, upright and in RGB"
        found.error(
            f"'{path.name}' can't be a {key}", at, hint=f"name {kinds}, by its path from the theme", code=f"bad-{key}"
        )
        found.raise_errors()
    width, height = size or (1.0, 1.0)
    return Asset(shown_path(path), kind, data, width, height)


def _jpeg_size(data: bytes) -> tuple[float, float] | None:
    """Width and height of a JPEG; None for one that is damaged, or that programs would show otherwise."""
    from PIL import ExifTags, Image, UnidentifiedImageError

    try:
        photo = Image.open(io.BytesIO(data))
    except (OSError, UnidentifiedImageError):
        return None
    upright = photo.getexif().get(ExifTags.Base.Orientation, 1) == 1
    return (float(photo.width), float(photo.height)) if upright and photo.mode in ("RGB", "L") else None


def _covered(tokens: LayoutTokens, theme: Theme, cover: Asset) -> LayoutTokens:
    """The layout of covers with a picture in place of its decorations: a photo to the edges, a drawing whole."""
    _, colors = ground(theme, tokens, None)
    if cover.media_type == SVG:
        factor = min(DRAWING.width / cover.width, DRAWING.height / cover.height)
        width, height = cover.width * factor, cover.height * factor
        box = Box(DRAWING.x + (DRAWING.width - width) / 2, DRAWING.y + (DRAWING.height - height) / 2, width, height)
        picture = LayoutPicture(box, dressed(cover, colors))
    else:
        picture = LayoutPicture(PHOTO, cover, cover.cut_to(PHOTO.width / PHOTO.height))
    return replace(tokens, decorations=(), artwork=(*tokens.artwork, picture))


def _signed(tokens: LayoutTokens, theme: Theme, logo: Asset) -> LayoutTokens:
    """A layout with the logo: large at the top left of a cover, small at the top right of any other slide."""
    cover = tokens.layout is Layout.TITLE
    left, right, top, high = LOGO_OF_COVER if cover else LOGO
    width = min(high * logo.width / logo.height, right - left)
    high = width * logo.height / logo.width
    box = Box(left if cover else right - width, top, width, high)
    _, colors = ground(theme, tokens, None)
    return replace(tokens, artwork=(*tokens.artwork, LayoutPicture(box, dressed(logo, colors))))


def theme_files(name: str, folder: Path) -> tuple[Path, ...]:
    """The files a theme was read from: its own, those it extends, and their pictures; none for a built-in theme."""
    files: list[Path] = []
    for path in _theme_texts(name, folder):
        files.append(path)
        if path.suffix.lower() in SUFFIXES:
            entries = _parsed(path.read_text("utf-8"), path.name, Diagnostics()).entries
            named = (entries[key].value for key in PICTURE_KEYS if key in entries)
            files += [path.parent / value.text for value in named if isinstance(value, ScalarNode)]
    return tuple(path for path in files if path.is_file())


def _theme_texts(name: str, folder: Path) -> tuple[Path, ...]:
    """The theme file or template, and the theme files that it extends."""
    files: list[Path] = []
    while name not in BUILT_IN and (path := folder / name).is_file() and path not in files:
        files.append(path)
        base = _base(_parsed(path.read_text("utf-8"), path.name, Diagnostics())) if name.endswith(SUFFIXES) else None
        if base is None:
            break
        name, folder = base.text, path.parent
    return tuple(files)


@lru_cache(maxsize=4)
def _template(path: Path, shown: str, stamp: tuple[int, int] | None) -> Theme:
    """A template as it was at a time: the variants of a workshop read it once."""
    from quarterdeck.theme.template.template import read_template

    return read_template(path, shown, _built_in("harbour"), _built_in("night"))


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file is saved; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


@lru_cache(maxsize=len(BUILT_IN))
def _built_in(name: str) -> Theme:
    found = Diagnostics()
    return _theme(name, _built_in_tree(name), found)


def _built_in_tree(name: str) -> MappingNode:
    text = (PACKAGE / "theme" / "themes" / f"{name}.yaml").read_text("utf-8")
    found = Diagnostics()
    return _extended(_parsed(text, f"{name}.yaml", found), Path(), (), found)


def _file_tree(path: Path, seen: tuple[Path, ...], found: Diagnostics, at: SourceSpan | None = None) -> MappingNode:
    """The keys of a file, laid over those of the theme it extends; ``at`` is where another file names it."""
    if path.resolve() in seen:
        raise QuarterdeckError.of("a theme can't extend itself", SourceSpan(shown_path(path)), code="circular-theme")
    text = read_source(path, found, at)
    if text is None:
        raise QuarterdeckError(found)
    return _extended(_parsed(text, shown_path(path), found), path.parent, (*seen, path.resolve()), found)


def _parsed(text: str, file: str, found: Diagnostics) -> MappingNode:
    """The keys of a theme file; a file that can't be read is reported, and has none."""
    passage = Passage.of_file(text, file)
    root = parse_yaml(passage, "the theme", found)
    if isinstance(root, MappingNode):
        return root
    if root is not None:
        found.error("a theme must be keys with values", root.span, code="wrong-type")
    return MappingNode(passage, 0, 0, 1, {})


def _base(node: MappingNode) -> ScalarNode | None:
    entry = node.entries.get("extends")
    return entry.value if entry is not None and isinstance(entry.value, ScalarNode) else None


def _extended(node: MappingNode, folder: Path, seen: tuple[Path, ...], found: Diagnostics) -> MappingNode:
    if "extends" not in node.entries:
        return node
    at = node.entries["extends"].value.span
    base = _base(node)
    name = base.text if base is not None else ""
    under: Node
    if name in BUILT_IN:
        under = _built_in_tree(name)
    elif name.endswith(SUFFIXES):
        under = _file_tree(folder / name, seen, found, at)
    else:
        found.error(f"there is no theme '{name}' to extend", at, hint=suggestion(name, BUILT_IN), code="unknown-theme")
        under = _built_in_tree(BUILT_IN[0])  # so that the file's other faults are found too
    whole = laid_over(node, under)
    assert isinstance(whole, MappingNode)
    return whole


def _theme(name: str, node: MappingNode, found: Diagnostics) -> Theme:
    if found.errors and not node.entries:
        found.raise_errors()
    top = Fields.of(node, "a theme", found, MORE_KEYS, KEYS)
    if not all(key in top for key in KEYS):
        found.raise_errors()
    fonts = top.section("fonts", (), ("heading", "body", "mono"))
    colors = top.section("colors", (), COLOR_TOKENS)
    syntax = top.section("syntax", None)
    styles = top.section("styles", (), STYLES)
    layouts = top.section("layouts", (), tuple(Layout))
    terminal = top.colors("terminal")
    if len(terminal) != ANSI_COLORS:
        top.wrong("terminal", f"a list of {ANSI_COLORS} colours")
    theme = Theme(
        name=name,
        title=top.text("title") or "",
        dark=bool(top.flag("dark")),
        colors={token: colors.color(token) or "#000000" for token in colors},
        syntax={token: syntax.color(token) or "#000000" for token in syntax},
        terminal=terminal,
        heading=_family(fonts, "heading"),
        body=_family(fonts, "body"),
        mono=_family(fonts, "mono"),
        styles={style: _style(styles, style) for style in styles},
        layouts={Layout(key): _layout(layouts, Layout(key)) for key in layouts},
        spacing=top.number("spacing", 4, 64) or 4,
    )
    found.raise_errors()
    return theme


def _family(fonts: Fields, key: str) -> FontFamily:
    name = fonts.choice(key, tuple(TWINS), "font") or "Arial"
    return FontFamily(name, TWINS[name])


def _style(styles: Fields, name: str) -> TextStyle:
    optional = ("font", "bold", "italic", "space-before", "tracking", "uppercase", "growth", "balanced")
    fields = styles.section(name, optional, ("size", "minimum", "leading", "color"), f"the style '{name}'")
    size = fields.whole("size", LEAST_POINTS, MOST_POINTS)
    minimum = fields.whole("minimum", LEAST_POINTS, MOST_POINTS)
    if size is not None and minimum is not None and minimum > size:
        fields.wrong("minimum", "at most 'size'")
    return TextStyle(
        size=(size or LEAST_POINTS) * PX_PER_POINT,
        minimum=(minimum or LEAST_POINTS) * PX_PER_POINT,
        leading=fields.number("leading", 1, 3) or 1.2,
        color=fields.choice("color", COLOR_TOKENS) or "text",
        font=fields.choice("font", ("body", "heading", "mono")) or "body",
        bold=bool(fields.flag("bold")),
        italic=bool(fields.flag("italic")),
        space_before=fields.number("space-before", 0, 4) or 0.0,
        tracking=fields.number("tracking", -0.1, 0.5) or 0.0,
        uppercase=bool(fields.flag("uppercase")),
        growth=fields.number("growth", 0, 1) or 0.0,
        balanced=bool(fields.flag("balanced")),
    )


def _layout(layouts: Fields, layout: Layout) -> LayoutTokens:
    what = f"the layout '{layout}'"
    fields = layouts.section(layout, ("background", "inverse", "decorations", "progress"), ("slots",), what)
    titled = () if layout is Layout.BLANK else ("title",)
    required = [slot for slot in SLOTS[layout] if slot not in OPTIONAL_SLOTS]
    slots = fields.section("slots", EXTRA_SLOTS, (*titled, *required), f"the slots of {what}")
    keys = ("opacity", "radius")
    decorations = fields.items("decorations", keys, ("shape", "box", "color"), "a decoration")
    return LayoutTokens(
        layout=layout,
        slots={key: _slot(slots, key) for key in slots},
        background=fields.choice("background", COLOR_TOKENS, "color") or "background",
        decorations=tuple(map(_decoration, decorations)),
        progress=_box(fields, "progress") if "progress" in fields else None,
        inverse=bool(fields.flag("inverse")),
    )


def _slot(slots: Fields, name: str) -> Slot:
    fields = slots.section(name, ("anchor", "align", "card", "alone"), ("box", "style"), f"the slot '{name}'")
    return Slot(
        box=_box(fields, "box"),
        style=fields.choice("style", STYLES) or "body",
        anchor=fields.choice("anchor", ("top", "middle", "bottom")) or "top",
        align=fields.choice("align", ("left", "center", "right")) or "left",
        card=fields.choice("card", COLOR_TOKENS, "color"),
        alone=_box(fields, "alone") if "alone" in fields else None,
    )


def _box(fields: Fields, key: str, *, bleeds: bool = False) -> Box:
    """A box on the slide; one that ``bleeds`` may reach beyond its edges."""
    whole = Box(0, 0, WIDTH, HEIGHT)
    if key not in fields:
        return whole  # its absence was reported
    before = len(fields.found)
    sides = fields.numbers(key, -WIDTH if bleeds else 0, 2 * WIDTH if bleeds else WIDTH)
    if len(sides) != 4:
        if len(fields.found) == before:
            fields.wrong(key, "[left, top, width, height]")
        return whole
    box = Box(*sides)
    if not bleeds and (box.right > WIDTH or box.bottom > HEIGHT):
        fields.wrong(key, f"within the slide of {WIDTH} × {HEIGHT}")
    return box


def _decoration(fields: Fields) -> Decoration:
    opacity = fields.number("opacity", 0, 1)
    return Decoration(
        shape=fields.choice("shape", ("rectangle", "rounded", "ellipse", "glow", "quote")) or "rectangle",
        box=_box(fields, "box", bleeds=True),
        color=fields.choice("color", COLOR_TOKENS) or "rule",
        opacity=1.0 if opacity is None else opacity,
        radius=fields.number("radius", 0, 360) or 0.0,
    )
