"""Reads a PowerPoint template as a :class:`Theme`.

The HTML gets its colours, fonts, grounds, pictures and plain shapes; the PPTX gets its masters and
layouts themselves, which :class:`Template` carries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import (
    EMU_PER_PX,
    HEIGHT,
    WIDTH,
    Artwork,
    FontFamily,
    LayoutTokens,
    Template,
    TemplateLayout,
    TextStyle,
    Theme,
)
from quarterdeck.theme.colors import AA_LARGE, inverted, ratio
from quarterdeck.theme.template.amendments import add_cover, amend_looks, mend_ids
from quarterdeck.theme.template.artwork import MISSING, Drawer
from quarterdeck.theme.template.colors import (
    Scheme,
    color_map,
    color_tokens,
    is_dark,
    overridden,
    read_scheme,
    syntax_colors,
)
from quarterdeck.theme.template.grounds import INVISIBLE, Ground, content_box, faint_text, is_inverse, layout_colors
from quarterdeck.theme.template.lettering import Typefaces, family, read_typefaces, typeface_warnings
from quarterdeck.theme.template.match import Candidate, Match, match_layouts
from quarterdeck.theme.template.package import SAVE_HINT, A, Archive, P, R, kept_parts, open_archive
from quarterdeck.theme.template.placeholders import FEET, adopt_prompts, holders, number_twins
from quarterdeck.theme.template.slots import Page, page, slots_of
from quarterdeck.theme.template.text import layout_styles, text_styles

FIRST_MASTER_ID = 2_147_483_648
"""The id of a master that has none in the presentation (ECMA-376 part 1, 19.7.16)."""
SCHEME_NAMES = (*("tx1", "bg1", "tx2", "bg2"), *(f"accent{n}" for n in range(1, 7)), "hlink")


class Master(Struct, frozen=True):
    """A slide master of the template, with its layouts."""

    part: str
    theme: str
    scheme: Scheme
    typefaces: Typefaces
    matches: Mapping[Layout, Match]
    """None where no layout may carry content."""
    has_titles: bool
    """Whether a layout has a title."""

    @property
    def matched(self) -> int:
        """How many of our layouts it has a layout for."""
        return sum(not match.substitute for match in self.matches.values())


def read_template(path: Path, shown: str, light: Theme, dark: Theme) -> Theme:
    """The theme of a template; anything it lacks is taken from ``light`` or ``dark``.

    Raises:
        QuarterdeckError: for a file that isn't a presentation, or has no layout with a title.

    """
    archive = open_archive(path, shown)
    presentation = _presentation(archive)
    scale = _scale(archive, presentation)
    listed = tuple(_masters(archive, presentation))
    masters = [_master(archive, part, scale) for _, part in listed]
    usable = [master for master in masters if master.matches]
    if not usable:
        titled = any(master.has_titles for master in masters)
        what = "all its layouts with a title are covers" if titled else "it has no layout with a title"
        kind = "one for content" if titled else "one"
        raise archive.fault(what, hint=f"add {kind} in PowerPoint: View, Slide Master")
    master = max(usable, key=lambda each: each.matched)
    cover = master.matches[Layout.TITLE]
    if cover.substitute and cover.slots["title"].fill is None:
        add_cover(archive, master.part, cover)
        master = _read_master(archive, master.part)
    base = dark if is_dark(master.scheme) else light
    return _theme(archive, master, base, listed, scale)


def _presentation(archive: Archive) -> str:
    main = archive.related("", "officeDocument")
    part = next(iter(main.values()), "")
    if part not in archive.parts or archive.root(part).tag != f"{P}presentation":
        raise archive.fault("it holds no presentation, or one in the Strict format", hint=SAVE_HINT)
    return part


def _scale(archive: Archive, presentation: str) -> SlideScale:
    size = archive.root(presentation).find(f"{P}sldSz")
    width, height = (int(size.get(key, "0")) for key in ("cx", "cy")) if size is not None else (0, 0)
    if width <= 0 or height <= 0:
        raise archive.fault("the size of its slides is missing", hint=SAVE_HINT)
    return SlideScale(width, height)


def _masters(archive: Archive, presentation: str) -> Iterator[tuple[int, str]]:
    parts = archive.related(presentation, "slideMaster")
    for place, item in enumerate(archive.root(presentation).iterfind(f"{P}sldMasterIdLst/{P}sldMasterId")):
        part = parts.get(item.get(f"{R}id", ""))
        if part is not None:
            yield int(item.get("id", FIRST_MASTER_ID + place)), part


def _master(archive: Archive, part: str, scale: SlideScale) -> Master:
    """A master that is 1280 × 720 px, with the list styles and numbers that some programs leave out."""
    layouts = _layouts(archive, part)
    if scale.changes:
        for each in (part, *layouts):
            rescale(archive.root(each), scale)
            archive.changed.add(each)
    if archive.root(part).find(f"{P}txStyles") is None:
        archive.changed.update([each for each in (part, *layouts) if adopt_prompts(archive.root(each))])
    archive.changed.update([each for each in layouts if number_twins(archive.root(each))])
    mend_ids(archive, part, layouts)
    return _read_master(archive, part)


def _layouts(archive: Archive, master: str) -> list[str]:
    """The parts of a master's layouts, in the order in which programs show them."""
    related = archive.related(master, "slideLayout")
    listed = archive.root(master).iterfind(f"{P}sldLayoutIdLst/{P}sldLayoutId")
    return [related[id_] for id_ in (item.get(f"{R}id", "") for item in listed) if id_ in related]


def _read_master(archive: Archive, part: str) -> Master:
    root = archive.root(part)
    theme = next(iter(archive.related(part, "theme").values()), "")
    if theme not in archive.parts:
        raise archive.fault(f"its master {part} has no theme", hint=SAVE_HINT)
    scheme = read_scheme(archive, theme, part)
    typefaces = read_typefaces(archive.root(theme), root)
    candidates = []
    for layout in _layouts(archive, part):
        own = archive.root(layout)
        named = own.find(f"{P}cSld")
        name = named.get("name", "") if named is not None else ""
        found = holders(own, root, overridden(scheme, own), typefaces)
        candidates.append(Candidate(layout, name, own.get("type", "cust"), found))
    titled = any(candidate.title is not None for candidate in candidates)
    return Master(part, theme, scheme, typefaces, match_layouts(candidates), titled)


def _theme(
    archive: Archive, master: Master, base: Theme, listed: tuple[tuple[int, str], ...], scale: SlideScale
) -> Theme:
    matches, theme = master.matches, archive.root(master.theme)
    heading, body = family(master.typefaces.heading), family(master.typefaces.body)
    content = matches[Layout.CONTENT]
    ink, paper = master.scheme.colors["tx1"], master.scheme.colors["bg1"]
    text = content.slots["body"].look.color if "body" in content.slots else ink
    text = text if ratio(text, paper) >= AA_LARGE else ink
    title = content.slots["title"].look.color
    title = title if content.slots["title"].fill is not None or ratio(title, paper) >= INVISIBLE else ink
    foot = next((h.look.color for h in content.candidate.holders if h.kind in FEET), ink)
    colors = color_tokens(master.scheme, text, title, foot, base)
    undrawn: list[str] = []
    faint: list[Diagnostic] = []
    on = page(matches)
    styles = text_styles(matches, base.styles)
    layouts = {
        layout: _layout(archive, master, layout, match, on, base, colors, styles, undrawn, faint)
        for layout, match in matches.items()
    }
    template = Template(
        file=archive.file,
        parts=kept_parts(archive, [part for _, part in listed]),
        masters=listed,
        theme=next(iter(archive.related(listed[0][1], "theme").values())),
        scheme=_names(master.scheme),
        layouts={
            layout: _template_layout(archive, master, match, layouts[layout]) for layout, match in matches.items()
        },
        typefaces=master.typefaces.references,
        diagnostics=(*_warnings(archive, scale, (heading, body), undrawn), *{d.message: d for d in faint}.values()),
    )
    return Theme(
        name=Path(archive.file).stem,
        title=theme.get("name") or Path(archive.file).stem,
        dark=is_dark(master.scheme),
        colors=colors,
        syntax=syntax_colors(base, colors),
        terminal=base.terminal,
        heading=heading,
        body=body,
        mono=base.mono,
        styles=styles,
        layouts=layouts,
        spacing=base.spacing,
        template=template,
    )


def _template_layout(archive: Archive, master: Master, match: Match, tokens: LayoutTokens) -> TemplateLayout:
    root = archive.root(match.candidate.part)
    mapping = color_map(root)
    feet = {FEET[h.kind]: h for h in match.candidate.holders if FEET.get(h.kind) in tokens.slots}
    named = {name: holder for name, holder in match.slots.items() if name in tokens.slots} | feet
    return TemplateLayout(
        part=match.candidate.part,
        name=match.candidate.name,
        placeholders={name: holder.inherited() for name, holder in named.items()},
        substitute=match.substitute,
        mapping=mapping,
        scheme=_names(overridden(master.scheme, root)) if mapping else {},
    )


def _names(scheme: Scheme) -> dict[str, str]:
    """The colours by the names that slides use for them."""
    return {name: scheme.colors[name] for name in SCHEME_NAMES if name in scheme.colors}


def _layout(
    archive: Archive,
    master: Master,
    layout: Layout,
    match: Match,
    on: Page,
    base: Theme,
    colors: Mapping[str, str],
    styles: Mapping[str, TextStyle],
    undrawn: list[str],
    found: list[Diagnostic],
) -> LayoutTokens:
    part = match.candidate.part
    root, theme = archive.root(part), archive.root(master.theme)
    scheme = overridden(master.scheme, root)
    met: list[str] = []
    own = Drawer(archive, part, theme, scheme, met)
    general = Drawer(archive, master.part, theme, scheme, met)
    ground, picture = own.ground() or general.ground() or (scheme.colors["bg1"], None)
    artwork: list[Artwork] = []
    if root.get("showMasterSp", "1") not in ("0", "false"):
        artwork += general.artwork()
    artwork += own.artwork()
    for holder in match.slots.values():
        if holder.kind != "pic":
            artwork += own.filled(holder)
    behind = Ground(ground, picture, tuple(artwork), known=MISSING.isdisjoint(met))
    undrawn += met
    slots = slots_of(layout, match, on, base, artwork)
    box = content_box(match, slots)
    turned = is_dark(scheme) and not is_dark(master.scheme)
    inverse = turned or is_inverse(behind.under(box) if box is not None else ground, colors)
    tokens = LayoutTokens(
        layout=layout,
        slots=slots,
        background=ground,
        inverse=inverse,
        artwork=behind.artwork,
        backdrop=picture,
        colors=layout_colors(layout, match, slots, behind, colors, inverse=inverse),
        styles=layout_styles(match, styles, {name: slot.style for name, slot in slots.items()}),
    )
    used = {**(inverted(colors) if inverse else colors), **tokens.colors}
    found += amend_looks(archive, match, slots, {**styles, **tokens.styles}, behind, used)
    faint = faint_text(tokens, behind, colors)
    if faint is not None:
        found.append(
            Diagnostic(
                f"{archive.file}: text in {faint[0]} on {faint[1]}, the ground of '{match.candidate.name}', is hard to "
                f"read: its contrast is {ratio(*faint):.1f}, and {AA_LARGE:g} is the least for large type",
                hint="give the layout another background, or its placeholder another colour",
                code="template-contrast",
                severity=Severity.WARNING,
            )
        )
    return tokens


def _warnings(
    archive: Archive, scale: SlideScale, fonts: tuple[FontFamily, FontFamily], undrawn: list[str]
) -> Iterator[Diagnostic]:
    if scale.reshapes:
        yield Diagnostic(
            f"the slides of {archive.file} aren't 16:9; its masters are widened, as PowerPoint does",
            hint="choose Design, Slide Size, Widescreen in the template, then adjust its layouts",
            code="template-proportions",
            severity=Severity.WARNING,
        )
    yield from typeface_warnings(archive.file, fonts)
    if undrawn:
        yield Diagnostic(
            f"the HTML can't show all of {archive.file} as it is: {', '.join(dict.fromkeys(undrawn))}",
            hint="the PPTX has everything; to have it in both, replace it by a picture",
            code="template-undrawn",
            severity=Severity.WARNING,
        )


SPANNING = 0.6
"""A picture or group wider than this share of the slide is a ground or band, so it is stretched."""
_KEEPING = (f"{P}pic", f"{P}grpSp", f"{P}graphicFrame")
_LENGTHS = ("marL", "marR", "indent", "lIns", "tIns", "rIns", "bIns", "defTabSz")
_PERCENT_FREE = (f"{A}spcPts",)


class SlideScale(Struct, frozen=True):
    """From EMU on the template's slide to EMU on ours."""

    width: int
    """EMU of the template's slide."""
    height: int

    @property
    def x(self) -> float:
        """The horizontal factor."""
        return WIDTH * EMU_PER_PX / self.width

    @property
    def y(self) -> float:
        """The vertical factor, also that of type."""
        return HEIGHT * EMU_PER_PX / self.height

    @property
    def changes(self) -> bool:
        """Whether anything has to be scaled."""
        return (self.x, self.y) != (1.0, 1.0)

    @property
    def reshapes(self) -> bool:
        """Whether the proportions of the slide change visibly."""
        return abs(self.x / self.y - 1) > 0.01


def rescale(root: etree._Element, scale: SlideScale) -> None:
    """Scale a master or layout of any slide size to 1280 × 720, in place.

    As PowerPoint does when the slide size is changed: places and sizes are scaled, type by the height; pictures and
    groups keep their proportions and their nearer edge.
    """
    for shape in root.iterfind(f"{P}cSld/{P}spTree/*"):
        for frame in (shape.find(f"{P}spPr/{A}xfrm"), shape.find(f"{P}grpSpPr/{A}xfrm"), shape.find(f"{P}xfrm")):
            if frame is not None:
                _rescale_frame(frame, scale, keeps=shape.tag in _KEEPING)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if "sz" in element.attrib and element.get("sz", "").isdigit() and element.tag.startswith(A):
            element.set("sz", str(max(100, round(int(element.get("sz", "0")) * scale.y / 100) * 100)))
        if element.tag in _PERCENT_FREE:
            element.set("val", str(round(int(element.get("val", "0")) * scale.y)))
        for name in _LENGTHS:
            if name in element.attrib and element.tag.startswith(A):
                element.set(name, str(round(int(element.get(name, "0")) * scale.y)))


def _rescale_frame(frame: etree._Element, scale: SlideScale, *, keeps: bool) -> None:
    offset, size = frame.find(f"{A}off"), frame.find(f"{A}ext")
    if offset is None or size is None:
        return
    x, y, width, height = (int(e.get(k, "0")) for e, k in ((offset, "x"), (offset, "y"), (size, "cx"), (size, "cy")))
    wide, high = width * scale.x, height * scale.y
    left, top = x * scale.x, y * scale.y
    if keeps and width < SPANNING * scale.width:
        factor = min(scale.x, scale.y)
        place = (x + width / 2) / scale.width
        spare = wide - width * factor
        left = left if place < 1 / 3 else left + spare / 2 if place < 2 / 3 else left + spare
        top += (high - height * factor) / 2
        wide, high = width * factor, height * factor
        if place < 1 / 3:
            left = x * factor
        elif place > 2 / 3:
            left = WIDTH * EMU_PER_PX - (scale.width - x - width) * factor - wide
    offset.set("x", str(round(left)))
    offset.set("y", str(round(top)))
    size.set("cx", str(round(wide)))
    size.set("cy", str(round(high)))
