"""Links out of the deck and to other slides (``a:hlinkClick``, ECMA-376 part 1, 21.1.2.3.5)."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.markup import attribute
from quarterdeck.compile.pptx.ooxml import JUMP, LINK_COLOR, LINK_COLOR_EXTENSION, Relationship
from quarterdeck.model.content import Link, SlideLink, WebLink

_OWN_COLOR = (
    f'<a:extLst><a:ext uri="{LINK_COLOR_EXTENSION}">'
    f'<ahyp:hlinkClr xmlns:ahyp="{LINK_COLOR}" val="tx"/></a:ext></a:extLst>'
)
"""Lets a link keep the colour of its run instead of the theme's one for links."""


def click(canvas: Canvas, link: Link, title: str | None = None, *, of_text: bool = True) -> str:
    """The element that makes a run or a shape a link; raises KeyError for a slide that isn't there."""
    tip = f' tooltip="{attribute(title)}"' if title else ""
    match link:
        case SlideLink(slide=slide):
            start = f'<a:hlinkClick r:id="{canvas.link(slide)}" action="{JUMP}"{tip}'
        case WebLink(url=url):
            start = f'<a:hlinkClick r:id="{canvas.relationships.outside(Relationship.HYPERLINK, url)}"{tip}'
        case _:
            assert_never(link)
    return f"{start}>{_OWN_COLOR}</a:hlinkClick>" if of_text else f"{start}/>"
