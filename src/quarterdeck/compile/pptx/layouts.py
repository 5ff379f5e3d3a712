"""The slide master and its layouts, made from the theme's tokens.

Format: ``p:sldMaster`` and ``p:sldLayout`` (ECMA-376 part 1, 19.3.1.42 and 19.3.1.39).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from quarterdeck.compile.pptx.package.ooxml import (
    DECLARATION,
    MASTER_ID,
    NAMESPACES,
    SLIDE_NUMBER_FIELD,
    Relationship,
    attribute,
    extent,
    text,
)
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.shape import drawn, geometry, properties
from quarterdeck.compile.pptx.text_style import ListLevel, TextDefaults, list_levels, list_style
from quarterdeck.compile.pptx.theme import Palette, color_map
from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import PlacedParagraph
from quarterdeck.model.theme import LayoutPicture, LayoutTokens, Slot, TemplateLayout, TemplatePlaceholder, Theme
from quarterdeck.theme.colors import ground

FOOTERS: Mapping[str, tuple[str, int]] = {"date": ("dt", 10), "footer": ("ftr", 11), "number": ("sldNum", 12)}
"""Type and ``idx`` of the placeholders at the foot, as PowerPoint numbers them."""
_PLACEHOLDER_TYPES: Mapping[str, str] = {
    "eyebrow": "body",
    "subtitle": "body",
    "byline": "body",
    "part": "body",
    "left-heading": "body",
    "right-heading": "body",
    "quote": "body",
    "attribution": "body",
    "caption": "body",
    "image": "pic",
}
"""Types of slots; any other slot accepts text, tables, pictures and charts, and has no type."""
_FIRST_INDEX = 13
"""Above those of the foot."""


class Placeholder(Struct, frozen=True):
    """A placeholder of a layout: its slot, type and ``idx``."""

    slot: str
    kind: str
    """Its type; "" for one that takes any content."""
    index: int | None
    """Its ``idx``; None for the title."""

    @property
    def name(self) -> str:
        """As PowerPoint's selection pane shows it."""
        return {"number": "Slide Number"}.get(self.slot, self.slot.replace("-", " ").title())

    @property
    def reference(self) -> str:
        """The ``p:ph`` element, the same in the layout and in its slides."""
        kind = f' type="{self.kind}"' if self.kind else ""
        size = {"dt": ' sz="half"', "ftr": ' sz="quarter"', "sldNum": ' sz="quarter"'}.get(self.kind, "")
        index = "" if self.index is None else f' idx="{self.index}"'
        return f"<p:ph{kind}{size}{index}/>"


def placeholders(tokens: LayoutTokens) -> dict[str, Placeholder]:
    """The placeholders of a layout by slot."""
    made: dict[str, Placeholder] = {}
    index = _FIRST_INDEX
    cover = tokens.layout is Layout.TITLE
    for slot in tokens.slots:
        if slot == "title":
            made[slot] = Placeholder(slot, "ctrTitle" if cover else "title", None)
        elif slot in FOOTERS:
            made[slot] = Placeholder(slot, *FOOTERS[slot])
        elif slot == "subtitle" and cover:
            made[slot] = Placeholder(slot, "subTitle", 1)
        else:
            made[slot] = Placeholder(slot, _PLACEHOLDER_TYPES.get(slot, ""), index)
            index += 1
    return made


TERMINAL = "terminal"
"""A slot that has a dark ground of its own, so that what someone writes into its placeholder can be read."""
AUTOFIT, NO_AUTOFIT, GROWS = "<a:normAutofit/>", "<a:noAutofit/>", "<a:spAutoFit/>"
"""Whether PowerPoint shrinks what is added to a text, or makes its box higher; ours fits."""
ANCHORS: Mapping[str, str] = {"top": "t", "middle": "ctr", "bottom": "b"}
"""ST_TextAnchoringType (20.1.10.60)."""
_TYPES: Mapping[Layout, str] = {
    Layout.TITLE: "title",
    Layout.SECTION: "secHead",
    Layout.CONTENT: "obj",
    Layout.TWO_COLUMNS: "twoObj",
    Layout.COMPARISON: "twoTxTwoObj",
    Layout.IMAGE: "picTx",
}
"""ST_SlideLayoutType (19.7.15) of those that PowerPoint knows too."""
_LEVEL_TEXTS = ("First level", "Second level", "Third level", "Fourth level", "Fifth level")


class LayoutPart(Struct, frozen=True):
    """What slides need to know about a layout."""

    part: str
    """The name of its part."""
    tokens: LayoutTokens
    background: str
    """``#rrggbb``."""
    placeholders: Mapping[str, Placeholder]
    """By slot."""
    levels: Mapping[str, tuple[ListLevel, ...]]
    """How the text of each placeholder is set, by slot: one for each depth of lists."""
    inherited: Mapping[str, TemplatePlaceholder] = field(default_factory=dict)
    """On a template's layout, what slides inherit from each placeholder, by slot."""
    color_map: str = "<a:masterClrMapping/>"
    """The map of colours that its slides name."""
    palette: Palette | None = None
    """The colours through that map; None for the deck's."""

    def outline(self, slot: str, paragraph: PlacedParagraph) -> int:
        """The level of a paragraph in a placeholder, from 0: some templates keep the first for plain text."""
        if not self.inherited:
            return paragraph.level
        own = self.inherited.get(slot)
        in_list = paragraph.bullet is not None or paragraph.indent > 0
        return paragraph.level + (own.first if own is not None and in_list else 0)


def layout_part(number: int, tokens: LayoutTokens, theme: Theme) -> LayoutPart:
    """The layout with this number as slides need it, or the template's layout in its place."""
    background, colors = ground(theme, tokens, None)
    own = theme.template.layouts[tokens.layout] if theme.template is not None else None
    styles = theme.on(tokens.layout).styles
    if own is not None:
        holders = {name: holder for name, holder in own.placeholders.items() if name in tokens.slots}
        return LayoutPart(
            part=own.part,
            tokens=tokens,
            background=background,
            placeholders={name: Placeholder(name, holder.kind, holder.index) for name, holder in holders.items()},
            levels={
                name: tuple(ListLevel.inherited(level, styles[tokens.slots[name].style]) for level in holder.levels)
                for name, holder in holders.items()
            },
            inherited=holders,
            **_own_colors(own, theme),
        )
    made = placeholders(tokens)

    def levels(name: str, slot: Slot) -> tuple[ListLevel, ...]:
        style = styles[slot.style]
        defaults = TextDefaults.of_style(style, colors, slot.align)
        return list_levels(style, defaults, colors, bullets=made[name].kind == "" and name != TERMINAL)

    return LayoutPart(
        part=f"ppt/slideLayouts/slideLayout{number}.xml",
        tokens=tokens,
        background=background,
        placeholders=made,
        levels={name: levels(name, slot) for name, slot in tokens.slots.items() if name in made},
    )


def _own_colors(own: TemplateLayout, theme: Theme) -> dict[str, Any]:
    """What slides have to say about colours on a layout with a map of its own: without it they take the master's."""
    if not own.mapping:
        return {}
    names = "".join(f' {name}="{value}"' for name, value in own.mapping.items())
    return {"color_map": f"<a:overrideClrMapping{names}/>", "palette": Palette(theme, own.scheme)}


def layout_xml(
    layout: LayoutPart,
    theme: Theme,
    palette: Palette,
    footer: str | None,
    draw_picture: Callable[[int, LayoutPicture], str],
) -> str:
    """The part of a layout (``p:sldLayout``); ``draw_picture`` writes a picture with its id."""
    tokens = layout.tokens
    shapes: list[str] = []
    for decoration in tokens.decorations:
        color = theme.colors[decoration.color]
        glows = decoration.shape == "glow"
        fill = (palette.glow if glows else palette.fill)(color, decoration.opacity)
        shape = geometry(decoration.shape, decoration.box, decoration.radius)
        shapes.append(drawn(len(shapes) + 2, "Decoration", decoration.box, shape, fill))
    for item in tokens.artwork:
        if isinstance(item, LayoutPicture):
            shapes.append(draw_picture(len(shapes) + 2, item))
    for slot, placeholder in layout.placeholders.items():
        levels = layout.levels[slot]
        style = list_style(levels if placeholder.kind in ("", "body") else levels[:1], theme, palette)
        ground = palette.fill(theme.colors["terminal-background"]) if slot == TERMINAL else ""
        shapes.append(placeholder_shape(len(shapes) + 2, placeholder, tokens.slots[slot], style, footer, ground))
    kind = f' type="{_TYPES[tokens.layout]}"' if tokens.layout in _TYPES else ' userDrawn="1"'
    name = tokens.layout.replace("-", " ").capitalize()
    return (
        f'{DECLARATION}<p:sldLayout {NAMESPACES}{kind} preserve="1"><p:cSld name="{attribute(name)}">'
        f"<p:bg><p:bgPr>{palette.fill(layout.background)}<a:effectLst/></p:bgPr></p:bg>"
        f"{tree(''.join(shapes))}</p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
    )


def tree(shapes: str) -> str:
    """The tree of shapes of a slide, layout or master; its group is where id 1 goes."""
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        '<p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/>'
        f"</a:xfrm></p:grpSpPr>{shapes}</p:spTree>"
    )


def placeholder_shape(
    number: int, placeholder: Placeholder, slot: Slot, style: str, footer: str | None, fill: str = ""
) -> str:
    """A placeholder as a layout or master has it: its place and fill, how its text is set, and a prompt."""
    fit = NO_AUTOFIT if placeholder.slot in FOOTERS else AUTOFIT
    return (
        f'<p:sp><p:nvSpPr>{properties(number, f"{placeholder.name} {number}")}<p:cNvSpPr><a:spLocks noGrp="1"/>'
        f"</p:cNvSpPr><p:nvPr>{placeholder.reference}</p:nvPr></p:nvSpPr>"
        f'<p:spPr>{extent(slot.box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" '
        f'anchor="{ANCHORS[slot.anchor]}">{fit}</a:bodyPr><a:lstStyle>{style}</a:lstStyle>'
        f"{_prompt(placeholder, footer)}</p:txBody></p:sp>"
    )


def _prompt(placeholder: Placeholder, footer: str | None) -> str:
    """The prompt in an empty placeholder while a slide is edited."""
    match placeholder.kind:
        case "sldNum":
            return f'<a:p><a:fld id="{SLIDE_NUMBER_FIELD}" type="slidenum"><a:t>‹#›</a:t></a:fld></a:p>'
        case "ftr":
            return f"<a:p><a:r><a:t>{text(footer or 'Footer')}</a:t></a:r></a:p>"
        case "dt":
            return "<a:p><a:r><a:t>Date</a:t></a:r></a:p>"
        case "" if placeholder.slot != TERMINAL:
            return "".join(
                f'<a:p><a:pPr lvl="{level}"/><a:r><a:t>{words}</a:t></a:r></a:p>'
                for level, words in enumerate(_LEVEL_TEXTS)
            )
        case _:
            return f"<a:p><a:r><a:t>{text(placeholder.name)}</a:t></a:r></a:p>"


MASTER_PART = "ppt/slideMasters/slideMaster1.xml"
_INDEXES = {"dt": 2, "ftr": 3, "sldNum": 4}
"""``idx`` of the master's own foot; layouts find it by type."""


def master_xml(
    layouts: Sequence[LayoutPart], theme: Theme, palette: Palette, relationships: Relationships, footer: str | None
) -> str:
    """The master: its placeholders are those of the content layout."""
    model = theme.layouts[Layout.CONTENT]
    shapes = [
        placeholder_shape(
            number, placeholder, model.slots[placeholder.slot], _style(placeholder, theme, palette), footer
        )
        for number, placeholder in enumerate(_placeholders(theme), start=2)
    ]
    ids = "".join(
        f'<p:sldLayoutId id="{MASTER_ID + number}" r:id="{relationships.to(Relationship.SLIDE_LAYOUT, layout.part)}"/>'
        for number, layout in enumerate(layouts, start=1)
    )
    return (
        f"{DECLARATION}<p:sldMaster {NAMESPACES}><p:cSld>"
        f"<p:bg><p:bgPr>{palette.fill(theme.colors['background'])}<a:effectLst/></p:bgPr></p:bg>"
        f"{tree(''.join(shapes))}</p:cSld>{color_map(theme)}<p:sldLayoutIdLst>{ids}</p:sldLayoutIdLst>"
        f"<p:txStyles>{_text_styles(theme, palette)}</p:txStyles></p:sldMaster>"
    )


def _placeholders(theme: Theme) -> list[Placeholder]:
    slots = theme.layouts[Layout.CONTENT].slots
    made = [Placeholder("title", "title", None), Placeholder("body", "body", 1)]
    made += [Placeholder(slot, kind, _INDEXES[kind]) for slot, (kind, _) in FOOTERS.items() if slot in slots]
    return made


def _style(placeholder: Placeholder, theme: Theme, palette: Palette) -> str:
    """The list style of a master's placeholder: only the foot needs one, ``p:txStyles`` has those of title and body."""
    if placeholder.kind in ("title", "body"):
        return ""
    slot = theme.layouts[Layout.CONTENT].slots[placeholder.slot]
    defaults = TextDefaults.of_style(theme.styles[slot.style], theme.colors, slot.align)
    return defaults.level(1, theme, palette)


def _text_styles(theme: Theme, palette: Palette) -> str:
    title_slot = theme.layouts[Layout.CONTENT].slots["title"]
    body_slot = theme.layouts[Layout.CONTENT].slots["body"]
    title = TextDefaults.of_style(theme.styles[title_slot.style], theme.colors, title_slot.align)
    style = theme.styles[body_slot.style]
    body = TextDefaults.of_style(style, theme.colors, body_slot.align)
    levels = list_levels(style, body, theme.colors, bullets=True)
    return (
        f"<p:titleStyle>{title.level(1, theme, palette, bullet='<a:buNone/>')}</p:titleStyle>"
        f"<p:bodyStyle>{list_style(levels, theme, palette)}</p:bodyStyle>"
        f"<p:otherStyle>{other_style(theme, palette)}</p:otherStyle>"
    )


def other_style(theme: Theme, palette: Palette) -> str:
    """The style of text outside placeholders; also the presentation's ``p:defaultTextStyle``."""
    defaults = TextDefaults(size=24, line_height=32, color=theme.colors["text"], font="body")
    return "".join(
        f'<a:lvl{level}pPr marL="0" algn="l" rtl="0">{defaults.run_defaults(theme, palette)}</a:lvl{level}pPr>'
        for level in range(1, 10)
    )
