"""Runs of text within a paragraph (``a:r``, ECMA-376 part 1, 21.1.2.3.8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, assert_never

from quarterdeck.compile.pptx.canvas import Canvas, click
from quarterdeck.compile.pptx.elements.formulas import linear_runs
from quarterdeck.compile.pptx.elements.omml import office_math
from quarterdeck.compile.pptx.package.ooxml import MATH_FONT, MATH_PREFIX
from quarterdeck.compile.pptx.package.xml import attribute, centipoints, text
from quarterdeck.compile.pptx.text_style import TextDefaults, typeface
from quarterdeck.model.content import Inline, InlineMath, LineBreak, Run
from quarterdeck.model.placed import PlacedParagraph
from quarterdeck.theme.measure.runs import RunLook, run_look

BASELINES = {True: 30000, False: -15000}
"""How far superscripts and subscripts are shifted, in 1/1000 % of the size; Office then sets them at 2/3 of it."""

Formulas: TypeAlias = Callable[[str, Callable[[bool, int], str]], str]
"""Writes a formula in a line, given its TeX and the run properties for upright or italic type, raised (1) or
lowered (-1)."""


def native_formula(tex: str, look: Callable[[bool, int], str]) -> str:
    """A formula that PowerPoint can edit."""
    return f"<{MATH_PREFIX}:m>{office_math(tex, look(True, 0))}</{MATH_PREFIX}:m>"


def linear_formula(tex: str, look: Callable[[bool, int], str]) -> str:
    """A formula as ordinary text, for programs that know no formulas."""
    return "".join(f"<a:r>{look(r.italic, r.rise)}<a:t>{text(r.text)}</a:t></a:r>" for r in linear_runs(tex))


def has_formula(inlines: Sequence[Inline]) -> bool:
    """Whether there is a formula in a paragraph."""
    return any(isinstance(inline, InlineMath) for inline in inlines)


class RunWriter:
    """Writes the runs of one paragraph."""

    def __init__(
        self, paragraph: PlacedParagraph, canvas: Canvas, inherited: TextDefaults | None, formulas: Formulas
    ) -> None:
        self._paragraph = paragraph
        self._canvas = canvas
        self._inherited = inherited
        self._formulas = formulas
        self._language = f' lang="{attribute(canvas.production.deck.lang)}"'

    def inline(self, inline: Inline) -> str:
        """One part of the paragraph."""
        match inline:
            case Run(text=""):
                return ""
            case Run():
                look = self._properties(inline, "a:rPr")
                return f"<a:r>{look}<a:t>{text(inline.text.replace(chr(10), ' '))}</a:t></a:r>"
            case LineBreak():
                return f"<a:br>{self.plain()}</a:br>"
            case InlineMath(tex=tex):
                return self._formulas(tex, self._formula_look)
            case _:
                assert_never(inline)

    def plain(self) -> str:
        """The properties of text that is nothing but the paragraph's."""
        return self._properties(Run(""), "a:rPr")

    def end(self) -> str:
        """The properties of an empty paragraph's text, that keep its height."""
        return self._properties(Run(""), "a:endParaRPr")

    def _properties(self, run: Run, element: str) -> str:
        paragraph, inherited = self._paragraph, self._inherited
        look = run_look(run, paragraph.font, paragraph.bold, paragraph.italic, self._canvas.colors)
        attributes = self._language
        if inherited is None or paragraph.size != inherited.size:
            attributes += f' sz="{centipoints(paragraph.size)}"'
        if look.bold != (inherited is not None and inherited.bold):
            attributes += f' b="{int(look.bold)}"'
        if look.italic != (inherited is not None and inherited.italic):
            attributes += f' i="{int(look.italic)}"'
        if look.strike:
            attributes += ' strike="sngStrike"'
        if look.rise:
            attributes += f' baseline="{BASELINES[look.rise > 0]}"'
        if paragraph.tracking != (inherited.tracking if inherited else 0.0):
            attributes += f' spc="{centipoints(paragraph.tracking)}"'
        inside = self._fill(look)
        if look.ground is not None:
            inside += f"<a:highlight>{self._canvas.production.palette.color(look.ground)}</a:highlight>"
        if inherited is None or look.font != inherited.font:
            inside += typeface(look.font, self._canvas.production.theme)
        if run.link is not None:
            inside += click(self._canvas, run.link, run.link_title)
        return f"<{element}{attributes}>{inside}</{element}>" if inside else f"<{element}{attributes}/>"

    def _fill(self, look: RunLook) -> str:
        color = look.color or self._paragraph.color
        if self._inherited is not None and color == self._inherited.color:
            return ""
        return self._canvas.production.palette.fill(color)

    def _formula_look(self, italic: bool, rise: int) -> str:
        paragraph = self._paragraph
        attributes = f'{self._language} sz="{centipoints(paragraph.size)}" i="{int(italic)}"'
        if rise:
            attributes += f' baseline="{BASELINES[rise > 0]}"'
        fill = self._canvas.production.palette.fill(paragraph.color)
        return f'<a:rPr{attributes}>{fill}<a:latin typeface="{MATH_FONT}"/></a:rPr>'
