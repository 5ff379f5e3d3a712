"""Native charts (DrawingML charts, ECMA-376 part 1, 21.2), with the numbers in a workbook.

The order of elements is that of the schema; Office refuses any other.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from quarterdeck.compile.pptx.animation import Build
from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.package.ooxml import (
    CHART,
    DECLARATION,
    DRAWING,
    ContentType,
    Relationship,
    attribute,
    centipoints,
    emu,
    extent,
    text,
)
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.shape import properties
from quarterdeck.compile.pptx.text_style import typeface
from quarterdeck.compile.pptx.theme import Palette
from quarterdeck.model.chart import Caption, Scale
from quarterdeck.model.content import Chart, Series
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box, Theme
from quarterdeck.theme.charts.lettering import SEPARATOR, category_places
from quarterdeck.theme.charts.parts import (
    BAR_DISTANCE,
    BAR_GAP,
    HOLE,
    LINE_WIDTH,
    MARKER,
    SEAM,
    THIN_SLICE,
)

CATEGORY_AXIS, VALUE_AXIS = 50010001, 50010002
"""Ids of a chart's axes; positive, though other writers are not so careful."""
LEGEND_SIDES: Mapping[str, str] = {"bottom": "b", "top": "t", "right": "r"}
"""ST_LegendPos (21.2.3.19)."""
LEGEND_SLACK = 12.0
"""px by which the legend's frame is wider than its content."""
UPRIGHT = ' rot="-5400000" vert="horz"'
"""Text that reads from the bottom to the top."""
LYING = ' rot="0" vert="horz"'
"""Text that is never turned to make room."""
UNBROKEN = f'{LYING} wrap="none"'
"""The same on one line."""
NEARLY_LYING = ' rot="1" vert="horz"'
"""The same to the eye; at exactly 0 LibreOffice breaks the words of labels instead of leaving some out."""
_SERIES_ELEMENTS: Mapping[str, str] = {
    "bar": "barChart",
    "column": "barChart",
    "line": "lineChart",
    "area": "areaChart",
    "pie": "pieChart",
    "doughnut": "doughnutChart",
    "scatter": "scatterChart",
}


def add_chart(canvas: Canvas, placed: PlacedChart) -> None:
    """Add a native chart with its workbook."""
    number = canvas.new_id()
    package = canvas.production.package
    place = package.count("ppt/charts/")
    part = f"ppt/charts/chart{place}.xml"
    book = f"ppt/embeddings/workbook{place}.xlsx"
    relationships = Relationships(part)
    xml = chart_xml(placed, canvas.production.theme, canvas.production.palette, relationships, book)
    package.add(part, ContentType.CHART, xml, relationships)
    package.add_file(book, ContentType.WORKBOOK, workbook(placed.chart))
    relationship = canvas.relationships.to(Relationship.CHART, part)
    alt = placed.chart.alt or placed.chart.title or "Chart"
    placeholder = canvas.fill_placeholder(placed.placeholder, ("", "chart"))
    holder = f"<p:nvPr>{placeholder.reference}</p:nvPr>" if placeholder else "<p:nvPr/>"
    canvas.shapes.append(
        f"<p:graphicFrame><p:nvGraphicFramePr>{properties(number, f'Chart {number}', alt)}<p:cNvGraphicFramePr/>"
        f'{holder}</p:nvGraphicFramePr>{extent(placed.box, "p:xfrm")}<a:graphic><a:graphicData uri="{CHART}">'
        f'<c:chart xmlns:c="{CHART}" r:id="{relationship}"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    canvas.timeline.appear(placed.fragment, number, Build.OBJECT)


def chart_xml(placed: PlacedChart, theme: Theme, palette: Palette, relationships: Relationships, book: str) -> str:
    """The part of a chart (``c:chartSpace``)."""
    writer = _ChartWriter(placed, theme, palette)
    data = relationships.to(Relationship.EMBEDDED_PACKAGE, book)
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f"<c:chart>{writer.title()}<c:plotArea>{writer.plot()}</c:plotArea>{writer.legend()}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{writer.text()}"
        f'<c:externalData r:id="{data}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


class _ChartWriter:
    def __init__(self, placed: PlacedChart, theme: Theme, palette: Palette) -> None:
        self._placed = placed
        self._chart: Chart = placed.chart
        self._theme = theme
        self._palette = palette

    def text(self, direction: str = "", color: str | None = None, bold: int = 0) -> str:
        """The text properties of labels."""
        return (
            f"<c:txPr><a:bodyPr{direction}/><a:lstStyle/><a:p>"
            f"<a:pPr>{self._defaults(self._placed.size, color, bold)}</a:pPr>"
            '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        )

    def _defaults(self, size: float, color: str | None = None, bold: int = 0) -> str:
        fill = self._palette.fill(color or self._placed.text_color)
        font = typeface("body", self._theme)
        return f'<a:defRPr sz="{centipoints(size)}" b="{bold}">{fill}{font}</a:defRPr>'

    def title(self) -> str:
        """The chart's title, if it has one."""
        caption = self._placed.plan.title
        if caption is None:
            return '<c:autoTitleDeleted val="1"/>'
        return f'{self._caption(caption, self._placed.title_size, bold=1)}<c:autoTitleDeleted val="0"/>'

    def _caption(self, caption: Caption | None, size: float, *, bold: int = 0, direction: str = LYING) -> str:
        """A title, line by line as measured, at its place."""
        if caption is None:
            return ""
        look = f"<a:pPr>{self._defaults(size, bold=bold)}</a:pPr>"
        lines = "".join(
            f'<a:p>{look}<a:r><a:rPr lang="en-US"/><a:t>{text(line)}</a:t></a:r></a:p>' for line in caption.lines
        )
        return (
            f"<c:title><c:tx><c:rich><a:bodyPr{direction}/><a:lstStyle/>{lines}</c:rich></c:tx>"
            f'{self._layout(caption.box, sized=False)}<c:overlay val="0"/></c:title>'
        )

    def _layout(self, box: Box, *, sized: bool = True, inner: str = "") -> str:
        """A place in the chart, in shares of its size (21.2.2.95)."""
        whole = self._placed.box
        place = f'<c:x val="{box.x / whole.width:.5f}"/><c:y val="{box.y / whole.height:.5f}"/>'
        if sized:
            place += f'<c:w val="{box.width / whole.width:.5f}"/><c:h val="{box.height / whole.height:.5f}"/>'
        modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
        return f"<c:layout><c:manualLayout>{inner}{modes}{place}</c:manualLayout></c:layout>"

    def legend(self) -> str:
        """The legend, if there is one."""
        legend = self._placed.plan.legend
        if legend is None:
            return ""
        return (
            f'<c:legend><c:legendPos val="{LEGEND_SIDES[legend.side]}"/>{self._layout(_roomy(legend.box))}'
            f'<c:overlay val="0"/>{self.text()}</c:legend>'
        )

    def plot(self) -> str:
        """The series in their kind of chart, and the axes it has."""
        chart = self._chart
        series = "".join(self._series(place, one) for place, one in enumerate(chart.series))
        axes = f'<c:axId val="{CATEGORY_AXIS}"/><c:axId val="{VALUE_AXIS}"/>'
        element = _SERIES_ELEMENTS[chart.kind]
        stacked = chart.stacked
        layout = self._layout(self._placed.plan.plot, inner='<c:layoutTarget val="inner"/>')
        match chart.kind:
            case "bar" | "column":
                direction = "bar" if chart.kind == "bar" else "col"
                grouping, overlap = ("stacked", 100) if stacked else ("clustered", round(-100 * BAR_DISTANCE))
                inside = (
                    f'<c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
                    f'<c:gapWidth val="{round(100 * BAR_GAP)}"/><c:overlap val="{overlap}"/>{axes}'
                )
            case "line":
                inside = (
                    f'<c:grouping val="{"stacked" if stacked else "standard"}"/><c:varyColors val="0"/>{series}'
                    f'<c:marker val="1"/>{axes}'
                )
            case "area":
                grouping = "stacked" if stacked else "standard"
                inside = f'<c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}{axes}'
            case "scatter":
                inside = f'<c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{series}{axes}'
            case "doughnut":
                inside = (
                    f'<c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/><c:holeSize val="{round(100 * HOLE)}"/>'
                )
            case _:
                inside = f'<c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/>'
        return f"{layout}<c:{element}>{inside}</c:{element}>{self._axes()}"

    def _series(self, place: int, series: Series) -> str:
        chart = self._chart
        color = self._placed.colors[place % len(self._placed.colors)]
        head = (
            f'<c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>{name_cell(place)}</c:f>'
            f"{strings([series.name])}</c:strRef></c:tx>"
        )
        values = f"<c:numRef><c:f>{value_range(chart, place)}</c:f>{numbers(series.values)}</c:numRef>"
        names = f"<c:strRef><c:f>{category_range(chart)}</c:f>{strings(chart.categories)}</c:strRef>"
        fill = self._palette.fill(color)
        labels = self._labels(place)
        match chart.kind:
            case "scatter":
                across = category_places(chart)
                known = f"<c:numRef><c:f>{category_range(chart)}</c:f>{numbers(across)}</c:numRef>"
                look = f'<c:spPr><a:ln w="{emu(LINE_WIDTH)}"><a:noFill/></a:ln></c:spPr>{_marker(fill)}'
                body = f'{look}{labels}<c:xVal>{known}</c:xVal><c:yVal>{values}</c:yVal><c:smooth val="0"/>'
            case "line":
                look = f'<c:spPr><a:ln w="{emu(LINE_WIDTH)}" cap="rnd">{fill}<a:round/></a:ln></c:spPr>{_marker(fill)}'
                body = f'{look}{labels}<c:cat>{names}</c:cat><c:val>{values}</c:val><c:smooth val="0"/>'
            case "pie" | "doughnut":
                points = self._points(len(chart.categories))
                body = f"{points}{labels}<c:cat>{names}</c:cat><c:val>{values}</c:val>"
            case "bar" | "column":
                look = f'<c:spPr>{fill}{self._seam() if chart.stacked else ""}</c:spPr><c:invertIfNegative val="0"/>'
                body = f"{look}{labels}<c:cat>{names}</c:cat><c:val>{values}</c:val>"
            case _:
                body = f"<c:spPr>{fill}</c:spPr><c:cat>{names}</c:cat><c:val>{values}</c:val>"
        return f"<c:ser>{head}{body}</c:ser>"

    def _points(self, count: int) -> str:
        """The colour of each slice."""
        colors = self._placed.colors
        return "".join(
            f'<c:dPt><c:idx val="{place}"/><c:bubble3D val="0"/>'
            f"<c:spPr>{self._palette.fill(colors[place % len(colors)])}{self._seam()}</c:spPr></c:dPt>"
            for place in range(count)
        )

    def _seam(self) -> str:
        """An outline in the colour of the ground, which separates slices and stacked bars."""
        return f'<a:ln w="{emu(SEAM)}">{self._palette.fill(self._placed.ground_color)}</a:ln>'

    def _labels(self, place: int) -> str:
        """The labels of a series, as in the HTML: names where the plan has them, values where the author wants them."""
        chart, named = self._chart, self._placed.plan.named
        if chart.labels is None and named is None:
            return ""
        share = chart.labels == "share"
        code = attribute("0%" if share else self._placed.plan.label_format.code)
        number = f'<c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>'
        rest = "" if chart.is_round else self._named(place, number)
        colors = self._placed.label_colors
        values = "".join((number, self.text(color=self._on_bar(place)), self._position(), self._shown(values=True)))
        if chart.labels is None:
            values = self._shown()
        if not chart.is_round:
            return f"<c:dLbls>{rest}{values}</c:dLbls>"
        if named is not None:
            shown = self._shown(names="Cat", values=chart.labels is not None)
            return (
                f'<c:dLbls>{number}{self.text(UNBROKEN, bold=1)}<c:dLblPos val="outEnd"/>{shown}'
                '<c:showLeaderLines val="0"/></c:dLbls>'
            )
        parts = [max(0.0, value or 0.0) for value in chart.series[0].values]
        where = f"{self._position()}{self._shown(values=True)}"
        own = "".join(
            f'<c:dLbl><c:idx val="{index}"/><c:delete val="1"/></c:dLbl>'
            if value < THIN_SLICE * sum(parts)
            else f'<c:dLbl><c:idx val="{index}"/>{number}{self.text(color=colors[index % len(colors)], bold=1)}'
            f"{where}</c:dLbl>"
            for index, value in enumerate(parts)
        )
        return f'<c:dLbls>{own}{number}{self.text(bold=1)}{where}<c:showLeaderLines val="0"/></c:dLbls>'

    def _on_bar(self, place: int) -> str | None:
        """The colour of values within bars; None for those beside their marks."""
        colors = self._placed.label_colors
        return colors[place % len(colors)] if self._chart.stacked else None

    def _position(self) -> str:
        """Where values are: a doughnut's have no choice."""
        chart = self._chart
        position = {"line": "t", "scatter": "t", "pie": "inEnd"}.get(chart.kind, "ctr" if chart.stacked else "outEnd")
        return "" if chart.kind == "doughnut" else f'<c:dLblPos val="{position}"/>'

    def _shown(self, *, names: str = "", values: bool = False) -> str:
        """What labels say: the names of the series (``Ser``) or pieces (``Cat``), values or shares, or nothing."""
        share = values and self._chart.labels == "share"
        apart = "\n" if self._chart.kind == "column" else SEPARATOR
        return (
            f'<c:showLegendKey val="0"/><c:showVal val="{int(values and not share)}"/>'
            f'<c:showCatName val="{int(names == "Cat")}"/><c:showSerName val="{int(names == "Ser")}"/>'
            f'<c:showPercent val="{int(share)}"/><c:showBubbleSize val="0"/>'
            f"{f'<c:separator>{apart}</c:separator>' if names and values else ''}"
        )

    def _named(self, place: int, number: str) -> str:
        """The label with the name of a series, in its colour, at one of its points."""
        chart, named = self._chart, self._placed.plan.named
        if named is None:
            return ""
        color = self._placed.colors[place % len(self._placed.colors)]
        position = "r" if chart.kind == "line" else "outEnd"
        shown = self._shown(names="Ser", values=chart.labels is not None)
        return (
            f'<c:dLbl><c:idx val="{named}"/>{number}{self.text(UNBROKEN, color, bold=1)}'
            f'<c:dLblPos val="{position}"/>{shown}</c:dLbl>'
        )

    def _axes(self) -> str:
        plan, scale = self._placed.plan, self._placed.plan.scale
        if scale is None:
            return ""
        lying = self._chart.kind == "bar"
        rule = f'<c:spPr><a:ln w="{emu(1)}">{self._palette.fill(self._placed.rule_color)}</a:ln></c:spPr>'
        none = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
        across = self._caption(plan.across, self._placed.size)
        upright = self._caption(plan.upright, self._placed.size, direction=UPRIGHT)
        below, beside = (upright, across) if lying else (across, upright)
        between = "midCat" if self._chart.kind in ("scatter", "area") else "between"
        bare = self._chart.is_bare
        grid = "" if bare else f"<c:majorGridlines>{rule}</c:majorGridlines>"
        values = (
            f'<c:valAx><c:axId val="{VALUE_AXIS}"/>{_scaling(scale)}<c:delete val="0"/>'
            f'<c:axPos val="{"b" if lying else "l"}"/>{grid}{beside}'
            f"{_ticks(plan.axis_format.code, 'none' if bare else 'nextTo')}{none}{self.text(LYING)}"
            f'<c:crossAx val="{CATEGORY_AXIS}"/><c:crosses val="{"max" if lying else "min"}"/>'
            f'<c:crossBetween val="{between}"/><c:majorUnit val="{scale.step:.10g}"/></c:valAx>'
        )
        return self._category_axis(below, rule) + values

    def _category_axis(self, title: str, rule: str) -> str:
        plan = self._placed.plan
        lying = self._chart.kind == "bar"
        crossing = f'<c:crossAx val="{VALUE_AXIS}"/><c:crosses val="autoZero"/>'
        if plan.sideways is not None:
            return (
                f'<c:valAx><c:axId val="{CATEGORY_AXIS}"/>{_scaling(plan.sideways)}<c:delete val="0"/>'
                f'<c:axPos val="b"/>{title}{_ticks(plan.sideways_format.code, "low")}{rule}{self.text(LYING)}{crossing}'
                f'<c:crossBetween val="midCat"/><c:majorUnit val="{plan.sideways.step:.10g}"/></c:valAx>'
            )
        turn = LYING if plan.every == 1 else NEARLY_LYING
        order, side = ("maxMin", "l") if lying else ("minMax", "b")
        return (
            f'<c:catAx><c:axId val="{CATEGORY_AXIS}"/>'
            f'<c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/><c:axPos val="{side}"/>{title}'
            f"{_ticks('General', 'low')}{rule}{self.text(turn)}{crossing}"
            f'<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            f'<c:tickLblSkip val="{plan.every}"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        )


def _ticks(code: str, labels: str) -> str:
    """The labels of an axis: their number format, and the side they are on."""
    return (
        f'<c:numFmt formatCode="{attribute(code)}" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{labels}"/>'
    )


def _roomy(legend: Box) -> Box:
    """The legend's place with some space to spare: PowerPoint and LibreOffice use different gaps in it."""
    return Box(legend.x - LEGEND_SLACK / 2, legend.y, legend.width + LEGEND_SLACK, legend.height)


def _scaling(scale: Scale) -> str:
    """From the lowest value to the highest."""
    ends = f'<c:max val="{scale.high:.10g}"/><c:min val="{scale.low:.10g}"/>'
    return f'<c:scaling><c:orientation val="minMax"/>{ends}</c:scaling>'


def _marker(fill: str) -> str:
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{round(MARKER * 0.75)}"/>'
        f"<c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
    )


SHEET = "Sheet1"
_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed date, so that the same chart has the same bytes."""


def workbook(chart: Chart) -> bytes:
    """An XLSX with the categories in column A, and a column for each series."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(SHEET)
        for row, category in enumerate(chart.categories, start=1):
            sheet.write_string(row, 0, category)
        for column, series in enumerate(chart.series, start=1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value)
    return buffer.getvalue()


def name_cell(place: int) -> str:
    """The cell with the name of a series."""
    return f"{SHEET}!${_column(place + 1)}$1"


def category_range(chart: Chart) -> str:
    """The cells with the categories."""
    return f"{SHEET}!$A$2:$A${len(chart.categories) + 1}"


def value_range(chart: Chart, place: int) -> str:
    """The cells with the values of a series."""
    column = _column(place + 1)
    return f"{SHEET}!${column}$2:${column}${len(chart.categories) + 1}"


def _column(number: int) -> str:
    """The letters of a column, 0 being A."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def strings(values: Sequence[str]) -> str:
    """The values of a reference's cells, for programs that don't open the workbook."""
    points = "".join(f'<c:pt idx="{place}"><c:v>{text(value)}</c:v></c:pt>' for place, value in enumerate(values))
    return f'<c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache>'


def numbers(values: Sequence[float | None]) -> str:
    """The same for numbers; those that are missing leave a gap."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{attribute(f"{value:.15g}")}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
