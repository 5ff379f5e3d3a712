"""Code panels: a rectangle, a box with the line numbers, and the code.

The code is text without line numbers, so that it can be copied and run.  Highlighted lines have bands behind the text,
which appear and disappear as fragments.  The static slide, print and thumbnails show those of the last step, as the
HTML does: the bands of earlier steps have no fill until the show fills them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from quarterdeck.compile.pptx.animation import Build
from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.package.ooxml import attribute, centipoints, emu, text
from quarterdeck.compile.pptx.shape import RECTANGLE, drawn, geometry, group, rounded_top, text_box
from quarterdeck.compile.pptx.text_style import line_spacing, typeface
from quarterdeck.model.placed import CODE_CORNER, CODE_TITLE, CodeToken, PlacedCode
from quarterdeck.model.theme import Box

NUMBER_GAP = 1.0
"""em between the line numbers and the code."""
TITLE_LEADING = 1.3
MOST_TABS = 32
"""Tab stops that a paragraph can have (ECMA-376 part 1, 21.1.2.2.14)."""


def add_code(canvas: Canvas, code: PlacedCode) -> None:
    """Draw a code panel.  It is one group, unless its bands must come and go one by one."""
    name = f"Code ({code.language})" if code.language else "Code"
    panels = [*_panel(canvas, code)]
    bands = _bands(canvas, code)
    texts = _texts(canvas, code, name)
    if len(code.highlights) > 1 or (bands and code.fragment is not None):
        canvas.shapes += [shape for _, shape in (*panels, *bands, *texts)]
        for number, _ in panels:
            canvas.timeline.appear(code.fragment, number, Build.SHAPE)
        _animate_bands(canvas, code, bands)
        for number, _ in texts:
            canvas.timeline.appear(code.fragment, number, Build.TEXT)
        return
    number = canvas.new_id()
    members = "".join(shape for _, shape in (*panels, *bands, *texts))
    canvas.shapes.append(group(number, f"{name} {number}", None, code.box, members))
    canvas.timeline.appear(code.fragment, number, Build.OBJECT)


def _panel(canvas: Canvas, code: PlacedCode) -> Iterator[tuple[int, str]]:
    """The ground, and the bar on top of it where the code has a title."""
    number, fill = canvas.new_id(), canvas.production.palette.fill
    shape = geometry("rounded", code.box, CODE_CORNER)
    yield number, drawn(number, "Code panel", code.box, shape, fill(code.background))
    if code.title:
        number, bar = canvas.new_id(), replace(code.box, height=code.title_height)
        yield number, drawn(number, "Code bar", bar, rounded_top(bar, CODE_CORNER), fill(code.bar))


def _bands(canvas: Canvas, code: PlacedCode) -> list[tuple[int, str]]:
    """A band for each stretch of lines of each step, in the order of the steps."""
    fill = canvas.production.palette.fill(code.highlight_color) if code.highlight_color else ""
    bands = []
    for step, lines in enumerate(code.highlights, start=1):
        for first, last in lines.ranges:
            number = canvas.new_id()
            top, height = code.band(first, last)
            box = Box(code.box.x, code.box.y + top, code.box.width, height)
            own = fill if step == len(code.highlights) else "<a:noFill/>"
            bands.append((number, drawn(number, "Highlight", box, RECTANGLE, own)))
    return bands


def _animate_bands(canvas: Canvas, code: PlacedCode, bands: Sequence[tuple[int, str]]) -> None:
    """Let the bands of each step replace those of the step before."""
    found = iter(number for number, _ in bands)
    steps = [[next(found) for _ in lines.ranges] for lines in code.highlights]
    if not steps:
        return
    color = canvas.production.palette.color(code.highlight_color) if code.highlight_color else ""
    fragments = (code.fragment, *code.highlight_fragments)
    for step, (numbers, fragment) in enumerate(zip(steps, fragments, strict=False), start=1):
        for number in numbers:
            if step == len(steps):
                canvas.timeline.appear(fragment, number, Build.SHAPE)
            else:
                canvas.timeline.fill(fragment, number, color)
    for before, fragment in zip(steps, code.highlight_fragments, strict=False):
        for number in before:
            canvas.timeline.leave(fragment, number, Build.SHAPE)


def _texts(canvas: Canvas, code: PlacedCode, name: str) -> list[tuple[int, str]]:
    """The title and the line numbers, where there are any, and the code."""
    inner = Box(
        code.box.x + code.padding,
        code.box.y + code.padding + code.title_height,
        code.box.width - 2 * code.padding,
        code.box.height - 2 * code.padding - code.title_height,
    )
    texts = []
    if code.title:
        number = canvas.new_id()
        bar = Box(inner.x, code.box.y, inner.width, code.title_height)
        writer = LineWriter(canvas, CODE_TITLE, CODE_TITLE * TITLE_LEADING)
        line = writer.line((CodeToken(code.title, code.color),), code.color)
        texts.append((number, text_box(number, f"Code title {number}", bar, line, anchor="ctr")))
    if code.number_width:
        number = canvas.new_id()
        column = Box(inner.x, inner.y, code.number_width, inner.height)
        lines = "".join(_number(canvas, code, code.first_number + index) for index in range(len(code.lines)))
        texts.append(
            (number, text_box(number, f"Line numbers {number}", column, lines, alt="", right=code.size * NUMBER_GAP))
        )
    number = canvas.new_id()
    column = Box(inner.x + code.number_width, inner.y, inner.width - code.number_width, inner.height)
    writer = LineWriter(canvas, code.size, code.line_height, tab=code.tab, width=column.width)
    lines = "".join(writer.line(line, code.color) for line in code.lines)
    texts.append((number, text_box(number, f"{name} {number}", column, lines)))
    return texts


def _number(canvas: Canvas, code: PlacedCode, number: int) -> str:
    writer = LineWriter(canvas, code.size, code.line_height, ' algn="r"')
    return writer.line((CodeToken(str(number), code.number_color or code.color),), code.color)


class LineWriter:
    """Writes lines of monospaced text, a paragraph each."""

    def __init__(
        self,
        canvas: Canvas,
        size: float,
        line_height: float,
        alignment: str = "",
        *,
        tab: float = 0.0,
        width: float = 0.0,
    ) -> None:
        """``tab`` is the distance of tab stops in px, 0 for none; there are as many as fit into ``width``."""
        self._palette = canvas.production.palette
        self._font = typeface("mono", canvas.production.theme)
        self._common = f'lang="{attribute(canvas.production.deck.lang)}" sz="{centipoints(size)}"'
        self._start = f"<a:p><a:pPr{alignment}>{line_spacing(line_height)}</a:pPr>"
        stops = range(1, int(width / tab) + 1)[:MOST_TABS] if tab else ()
        places = "".join(f'<a:tab pos="{emu(number * tab)}" algn="l"/>' for number in stops)
        self._tabbed = f"<a:p><a:pPr{alignment}>{line_spacing(line_height)}<a:tabLst>{places}</a:tabLst></a:pPr>"

    def line(self, tokens: Sequence[CodeToken], color: str) -> str:
        """One line; ``color`` is that of an empty one."""
        if not tokens:
            return f"{self._start}{self._properties('a:endParaRPr', CodeToken('', color))}</a:p>"
        runs = "".join(self.run(token) for token in tokens)
        start = self._tabbed if any("\t" in token.text for token in tokens) else self._start
        return f"{start}{runs}{self._properties('a:endParaRPr', tokens[-1])}</a:p>"

    def run(self, token: CodeToken) -> str:
        """One token of code as a run."""
        return f"<a:r>{self._properties('a:rPr', token)}<a:t>{text(token.text)}</a:t></a:r>"

    def _properties(self, element: str, token: CodeToken) -> str:
        looks = (' b="1"' if token.bold else "") + (' i="1"' if token.italic else "")
        return f'<{element} {self._common}{looks} noProof="1">{self._palette.fill(token.color)}{self._font}</{element}>'
