"""The slide master (``p:sldMaster``, ECMA-376 part 1, 19.3.1.42)."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.compile.pptx.layouts import FOOTERS, LayoutPart, Placeholder, placeholder_shape, tree
from quarterdeck.compile.pptx.package.ooxml import MASTER_ID, NAMESPACES, Relationship
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.package.xml import DECLARATION
from quarterdeck.compile.pptx.text_style import TextDefaults, list_levels, list_style
from quarterdeck.compile.pptx.theme import Palette, color_map
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import Theme

PART = "ppt/slideMasters/slideMaster1.xml"
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
    """Title and body are set by ``p:txStyles``; the foot has no style there, so it brings its own."""
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
    """How text is set that is in no placeholder; also the presentation's ``p:defaultTextStyle``."""
    defaults = TextDefaults(size=24, line_height=32, color=theme.colors["text"], font="body")
    return "".join(
        f'<a:lvl{level}pPr marL="0" algn="l" rtl="0">{defaults.run_defaults(theme, palette)}</a:lvl{level}pPr>'
        for level in range(1, 10)
    )
