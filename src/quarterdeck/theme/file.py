"""A theme's YAML file → :class:`Theme`.

Sizes of type are written in points (whole ones), every other length in px of a 1280 × 720 slide.
``extends: harbour`` takes everything from another theme that the file doesn't say itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.installed import PACKAGE
from quarterdeck.model.deck import SLOTS, Layout
from quarterdeck.model.theme import HEIGHT, WIDTH, Box, Decoration, FontFamily, LayoutTokens, Slot, TextStyle, Theme
from quarterdeck.text.fields import Mapped, Reading, Scalar, Tree, merged, parse
from quarterdeck.theme.colors import COLOR_TOKENS
from quarterdeck.theme.measure.fonts import TWINS

BUILT_IN = ("harbour", "night", "contrast")
"""The themes that come with Quarterdeck; the first is the default."""
SUFFIXES = (".yaml", ".yml")
TEMPLATE_SUFFIXES = (".pptx", ".potx")
STYLES = (
    "cover-title",
    "section-title",
    "title",
    "demo-title",
    "subtitle",
    "byline",
    "part",
    "heading",
    "column-heading",
    "body",
    "callout",
    "column-body",
    "demo-body",
    "quote",
    "attribution",
    "code",
    "table",
    "caption",
    "small",
    "label",
    "footer",
    "terminal",
)
"""Every text style that a theme gives."""
EXTRA_SLOTS = ("title", "footer", "date", "number", "byline", "part")
"""Boxes that a layout may have besides its slots; ``byline`` is the author and date of a cover, ``part`` the number
of a section."""
LEAST_POINTS, MOST_POINTS = 11, 120
"""Type under 11 pt can't be read from a seat, and LibreOffice sets it with other widths."""
ANSI_COLORS = 16
PX_PER_POINT = 4 / 3


def load_theme(name: str, folder: Path) -> Theme:
    """A built-in theme by name, or a theme file or PowerPoint template by its path from ``folder``.

    Raises:
        QuarterdeckError: with every fault of the file, each at its place.

    """
    if name in BUILT_IN:
        return _built_in(name)
    if name.lower().endswith(TEMPLATE_SUFFIXES):
        from quarterdeck.theme.template.template import read_template

        path = folder / name
        return read_template(path, _shown(path), _built_in("harbour"), _built_in("night"))
    if not name.endswith(SUFFIXES):
        hint = suggestion(name, BUILT_IN)
        raise QuarterdeckError.of(f"there is no theme '{name}'", hint=hint, code="unknown-theme")
    found = Diagnostics()
    return _theme(Path(name).stem, _file_tree(folder / name, (), found), found)


def theme_files(name: str, folder: Path) -> tuple[Path, ...]:
    """The files that such a theme was read from: its own, and those that it extends; none for a built-in one."""
    files: list[Path] = []
    while name not in BUILT_IN and (path := folder / name).is_file() and path not in files:
        files.append(path)
        if not name.endswith(SUFFIXES):
            break
        tree = parse(path.read_text("utf-8"), _shown(path))
        base = tree.entries.get("extends") if isinstance(tree, Mapped) else None
        if not isinstance(base, Scalar):
            break
        name, folder = base.text, path.parent
    return tuple(files)


@lru_cache(maxsize=len(BUILT_IN))
def _built_in(name: str) -> Theme:
    return _theme(name, _built_in_tree(name), Diagnostics())


def _built_in_tree(name: str) -> Tree:
    text = (PACKAGE / "theme" / "themes" / f"{name}.yaml").read_text("utf-8")
    return _extended(parse(text, f"{name}.yaml"), Path(), (), Diagnostics())


def _file_tree(path: Path, seen: tuple[Path, ...], found: Diagnostics, at: SourceSpan | None = None) -> Tree:
    """What a file says, laid over what it extends; ``at`` is where another file names it."""
    if path.resolve() in seen:
        raise QuarterdeckError.of("a theme can't extend itself", SourceSpan(_shown(path)), code="circular-theme")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        message = f"can't read the theme {_shown(path)}: {reason}"
        raise QuarterdeckError.of(message, at, code="unreadable-theme") from None
    return _extended(parse(text, _shown(path)), path.parent, (*seen, path.resolve()), found)


def _extended(tree: Tree, folder: Path, seen: tuple[Path, ...], found: Diagnostics) -> Tree:
    if not isinstance(tree, Mapped) or "extends" not in tree.entries:
        return tree
    base = tree.entries["extends"]
    name = base.text if isinstance(base, Scalar) else ""
    if name in BUILT_IN:
        return merged(_built_in_tree(name), tree)
    if not name.endswith(SUFFIXES):
        message = f"there is no theme '{name}' to extend"
        found.error(message, base.span, hint=suggestion(name, BUILT_IN), code="unknown-theme")
        return merged(_built_in_tree(BUILT_IN[0]), tree)  # so that the file's other faults are found too
    return merged(_file_tree(folder / name, seen, found, base.span), tree)


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _theme(name: str, tree: Tree, found: Diagnostics) -> Theme:
    reading = Reading(found)
    keys = ("title", "dark", "spacing", "fonts", "colors", "syntax", "terminal", "styles", "layouts")
    top = reading.record(tree, "a theme", keys, ("extends",))
    if not all(key in top.entries for key in keys):
        found.raise_errors()
    at = top.entries
    fonts = reading.record(at["fonts"], "fonts", ("heading", "body", "mono")).entries
    colors = reading.record(at["colors"], "colors", COLOR_TOKENS).entries
    syntax = reading.mapping(at["syntax"], "syntax").entries
    styles = reading.record(at["styles"], "styles", STYLES).entries
    layouts = reading.record(at["layouts"], "layouts", tuple(Layout)).entries
    terminal = tuple(reading.color(item, "a terminal colour") for item in reading.items(at["terminal"], "terminal"))
    if len(terminal) != ANSI_COLORS:
        reading.wrong(at["terminal"], f"terminal must list {ANSI_COLORS} colours")
    theme = Theme(
        name=name,
        title=reading.text(at["title"], "title"),
        dark=reading.flag(at["dark"], "dark"),
        colors={token: reading.color(value, token) for token, value in colors.items()},
        syntax={token: reading.color(value, token) for token, value in syntax.items()},
        terminal=terminal,
        heading=_family(reading, fonts.get("heading")),
        body=_family(reading, fonts.get("body")),
        mono=_family(reading, fonts.get("mono")),
        styles={style: _style(reading, value, style) for style, value in styles.items()},
        layouts={Layout(key): _layout(reading, value, Layout(key)) for key, value in _known(layouts).items()},
        spacing=reading.number(at["spacing"], "spacing", 4, 64),
    )
    found.raise_errors()
    return theme


def _known(layouts: Mapping[str, Tree]) -> dict[str, Tree]:
    """The layouts with a known name; the others were reported when the record was read."""
    return {key: value for key, value in layouts.items() if key in set(Layout)}


def _family(reading: Reading, tree: Tree | None) -> FontFamily:
    if tree is None:
        return FontFamily("Arial", TWINS["Arial"])
    name = reading.choice(tree, "a font", tuple(TWINS))
    return FontFamily(name, TWINS[name])


def _style(reading: Reading, tree: Tree, name: str) -> TextStyle:
    optional = ("font", "bold", "italic", "space-before", "tracking", "uppercase", "growth")
    record = reading.record(tree, f"the style '{name}'", ("size", "minimum", "leading", "color"), optional)
    fields = record.entries
    size, minimum = (_points(reading, fields.get(key), key) for key in ("size", "minimum"))
    if minimum > size:
        reading.wrong(fields["minimum"], "minimum can't be more than size")
    leading, color = fields.get("leading"), fields.get("color")
    return TextStyle(
        size=size * PX_PER_POINT,
        minimum=minimum * PX_PER_POINT,
        leading=1.2 if leading is None else reading.number(leading, "leading", 1, 3),
        color="text" if color is None else reading.choice(color, "a style's color", COLOR_TOKENS),
        font=reading.optional(record, "font", lambda t: reading.choice(t, "font", ("body", "heading", "mono")), "body"),
        bold=reading.optional(record, "bold", lambda t: reading.flag(t, "bold"), False),
        italic=reading.optional(record, "italic", lambda t: reading.flag(t, "italic"), False),
        space_before=reading.optional(record, "space-before", lambda t: reading.number(t, "space-before", 0, 4), 0.0),
        tracking=reading.optional(record, "tracking", lambda t: reading.number(t, "tracking", -0.1, 0.5), 0.0),
        uppercase=reading.optional(record, "uppercase", lambda t: reading.flag(t, "uppercase"), False),
        growth=reading.optional(record, "growth", lambda t: reading.number(t, "growth", 0, 1), 0.0),
    )


def _points(reading: Reading, tree: Tree | None, what: str) -> int:
    if tree is None:
        return LEAST_POINTS
    points = reading.number(tree, f"{what} (in points)", LEAST_POINTS, MOST_POINTS)
    if points != int(points):
        reading.wrong(tree, f"{what} must be a whole number of points")
    return int(points)


def _layout(reading: Reading, tree: Tree, layout: Layout) -> LayoutTokens:
    what = f"the layout '{layout}'"
    record = reading.record(tree, what, ("slots",), ("background", "inverse", "decorations", "progress"))
    titled = () if layout is Layout.BLANK else ("title",)
    slots = record.entries.get("slots")
    named = reading.record(slots, f"the slots of {what}", (*titled, *SLOTS[layout]), EXTRA_SLOTS) if slots else None
    return LayoutTokens(
        layout=layout,
        slots={key: _slot(reading, value, key) for key, value in named.entries.items()} if named else {},
        background=reading.optional(
            record, "background", lambda t: reading.choice(t, "background", COLOR_TOKENS), "background"
        ),
        decorations=reading.optional(
            record,
            "decorations",
            lambda t: tuple(_decoration(reading, item) for item in reading.items(t, "decorations")),
            (),
        ),
        progress=reading.optional(record, "progress", lambda t: _box(reading, t), None),
        inverse=reading.optional(record, "inverse", lambda t: reading.flag(t, "inverse"), False),
    )


def _slot(reading: Reading, tree: Tree, name: str) -> Slot:
    record = reading.record(tree, f"the slot '{name}'", ("box", "style"), ("anchor", "align"))
    style = record.entries.get("style")
    anchors, aligns = ("top", "middle", "bottom"), ("left", "center", "right")
    return Slot(
        box=_box(reading, record.entries.get("box")),
        style="body" if style is None else reading.choice(style, "a slot's style", STYLES),
        anchor=reading.optional(record, "anchor", lambda t: reading.choice(t, "anchor", anchors), "top"),
        align=reading.optional(record, "align", lambda t: reading.choice(t, "align", aligns), "left"),
    )


def _box(reading: Reading, tree: Tree | None) -> Box:
    if tree is None:
        return Box(0, 0, WIDTH, HEIGHT)
    sides = [reading.number(item, "a side of a box", 0, WIDTH) for item in reading.items(tree, "box")]
    if len(sides) != 4:
        reading.wrong(tree, "box must be [left, top, width, height]")
        return Box(0, 0, WIDTH, HEIGHT)
    box = Box(*sides)
    if box.right > WIDTH or box.bottom > HEIGHT:
        reading.wrong(tree, f"this box reaches outside the slide of {WIDTH} × {HEIGHT}")
    return box


def _decoration(reading: Reading, tree: Tree) -> Decoration:
    record = reading.record(tree, "a decoration", ("shape", "box", "color"), ("opacity", "radius"))
    shape, color = record.entries.get("shape"), record.entries.get("color")
    shapes = ("rectangle", "rounded", "ellipse")
    return Decoration(
        shape="rectangle" if shape is None else reading.choice(shape, "shape", shapes),
        box=_box(reading, record.entries.get("box")),
        color="rule" if color is None else reading.choice(color, "a decoration's color", COLOR_TOKENS),
        opacity=reading.optional(record, "opacity", lambda t: reading.number(t, "opacity", 0, 1), 1.0),
        radius=reading.optional(record, "radius", lambda t: reading.number(t, "radius", 0, 360), 0.0),
    )
