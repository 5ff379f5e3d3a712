"""Native charts (DrawingML charts, ECMA-376 part 1, 21.2), with the numbers in a workbook.

The order of elements is that of the schema; Office refuses any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.drawing import properties
from quarterdeck.compile.pptx.markup import DECLARATION, attribute, centipoints, emu, extent, text
from quarterdeck.compile.pptx.ooxml import CHART, DRAWING, ContentType, Relationship
from quarterdeck.compile.pptx.package import Relationships
from quarterdeck.compile.pptx.palette import Palette
from quarterdeck.compile.pptx.setting import typeface
from quarterdeck.compile.pptx.timing import Build
from quarterdeck.compile.pptx.workbooks import category_range, name_cell, value_range, workbook
from quarterdeck.compile.scales import THIN_SLICE, Scale, category_places, category_scale, is_stacked, value_scale
from quarterdeck.model.content import Chart, Series
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Theme

CATEGORY_AXIS, VALUE_AXIS = 50010001, 50010002
"""Ids of a chart's axes; positive, though other writers are not so careful."""
VALUE_FORMAT = "#,##0.###"
"""Of the labels at the axis of values."""
GAP_WIDTH = 60
"""Space between categories, in % of a bar's width."""
HOLE = 58
"""Size of a doughnut's hole, in % of its diameter."""
LINE_WIDTH = 3.0
"""px of a line chart's lines."""
MARKER = 7
"""pt of a point's mark."""
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
    """Draw a chart."""
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
    canvas.shapes.append(
        f"<p:graphicFrame><p:nvGraphicFramePr>{properties(number, f'Chart {number}', alt)}<p:cNvGraphicFramePr/>"
        f'<p:nvPr/></p:nvGraphicFramePr>{extent(placed.box, "p:xfrm")}<a:graphic><a:graphicData uri="{CHART}">'
        f'<c:chart xmlns:c="{CHART}" r:id="{relationship}"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    canvas.timeline.appear(placed.fragment, number, Build.OBJECT)


def chart_xml(placed: PlacedChart, theme: Theme, palette: Palette, relationships: Relationships, book: str) -> str:
    """The chart's part."""
    chart = placed.chart
    writer = _ChartWriter(placed, theme, palette)
    legend = ""
    if len(chart.series) > 1 or chart.kind in ("pie", "doughnut"):
        legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{writer.text()}</c:legend>'
    data = relationships.to(Relationship.EMBEDDED_PACKAGE, book)
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f"<c:chart>{writer.title()}<c:plotArea><c:layout/>{writer.plot()}</c:plotArea>{legend}"
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

    def text(self, rotation: str = "") -> str:
        """How labels are set."""
        return (
            f"<c:txPr><a:bodyPr{rotation}/><a:lstStyle/><a:p><a:pPr>{self._defaults()}</a:pPr>"
            '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        )

    def _defaults(self, bold: int = 0) -> str:
        placed = self._placed
        fill = self._palette.fill(placed.text_color)
        font = typeface("body", self._theme)
        return f'<a:defRPr sz="{centipoints(placed.size)}" b="{bold}">{fill}{font}</a:defRPr>'

    def title(self) -> str:
        """The chart's title, if it has one."""
        if not self._chart.title:
            return '<c:autoTitleDeleted val="1"/>'
        words = f"<a:r><a:t>{text(self._chart.title)}</a:t></a:r>"
        return (
            f"<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{self._defaults(bold=1)}</a:pPr>{words}</a:p>"
            '</c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/>'
        )

    def plot(self) -> str:
        """The series in their kind of chart, and the axes it has."""
        chart = self._chart
        series = "".join(self._series(place, one) for place, one in enumerate(chart.series))
        axes = f'<c:axId val="{CATEGORY_AXIS}"/><c:axId val="{VALUE_AXIS}"/>'
        element = _SERIES_ELEMENTS[chart.kind]
        stacked = is_stacked(chart)
        match chart.kind:
            case "bar" | "column":
                direction = "bar" if chart.kind == "bar" else "col"
                grouping, overlap = ("stacked", 100) if stacked else ("clustered", -8)
                inside = (
                    f'<c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
                    f'<c:gapWidth val="{GAP_WIDTH}"/><c:overlap val="{overlap}"/>{axes}'
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
                inside = f'<c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/><c:holeSize val="{HOLE}"/>'
            case _:
                inside = f'<c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/>'
        return f"<c:{element}>{inside}</c:{element}>{self._axes()}"

    def _series(self, place: int, series: Series) -> str:
        chart = self._chart
        color = self._placed.colors[place % len(self._placed.colors)]
        head = (
            f'<c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>{name_cell(place)}</c:f>'
            f"{_strings([series.name])}</c:strRef></c:tx>"
        )
        values = f"<c:numRef><c:f>{value_range(chart, place)}</c:f>{_numbers(series.values)}</c:numRef>"
        names = f"<c:strRef><c:f>{category_range(chart)}</c:f>{_strings(chart.categories)}</c:strRef>"
        fill = self._palette.fill(color)
        match chart.kind:
            case "scatter":
                across = category_places(chart)
                known = f"<c:numRef><c:f>{category_range(chart)}</c:f>{_numbers(across)}</c:numRef>"
                look = f'<c:spPr><a:ln w="{emu(LINE_WIDTH)}"><a:noFill/></a:ln></c:spPr>{_marker(fill)}'
                body = f'{look}<c:xVal>{known}</c:xVal><c:yVal>{values}</c:yVal><c:smooth val="0"/>'
            case "line":
                look = f'<c:spPr><a:ln w="{emu(LINE_WIDTH)}" cap="rnd">{fill}<a:round/></a:ln></c:spPr>{_marker(fill)}'
                body = f'{look}<c:cat>{names}</c:cat><c:val>{values}</c:val><c:smooth val="0"/>'
            case "pie" | "doughnut":
                points = self._points(len(chart.categories))
                body = f"{points}{self._shares()}<c:cat>{names}</c:cat><c:val>{values}</c:val>"
            case "bar" | "column":
                look = f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
                body = f"{look}<c:cat>{names}</c:cat><c:val>{values}</c:val>"
            case _:
                body = f"<c:spPr>{fill}</c:spPr><c:cat>{names}</c:cat><c:val>{values}</c:val>"
        return f"<c:ser>{head}{body}</c:ser>"

    def _points(self, count: int) -> str:
        """A colour for each slice."""
        colors = self._placed.colors
        return "".join(
            f'<c:dPt><c:idx val="{place}"/><c:bubble3D val="0"/>'
            f"<c:spPr>{self._palette.fill(colors[place % len(colors)])}</c:spPr></c:dPt>"
            for place in range(count)
        )

    def _shares(self) -> str:
        """The share of each slice, in it; as in the HTML, none for slices too thin for it."""
        values = [max(0.0, value or 0.0) for value in self._chart.series[0].values]
        thin = [place for place, value in enumerate(values) if value < THIN_SLICE * sum(values)]
        hidden = "".join(f'<c:dLbl><c:idx val="{place}"/><c:delete val="1"/></c:dLbl>' for place in thin)
        white = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
        look = (
            "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
            f'<a:defRPr sz="{centipoints(self._placed.size)}" b="1">{white}{typeface("body", self._theme)}</a:defRPr>'
            '</a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        )
        return (
            f'<c:dLbls>{hidden}<c:numFmt formatCode="0%" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{look}'
            '<c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/>'
            '<c:showPercent val="1"/><c:showBubbleSize val="0"/><c:showLeaderLines val="0"/></c:dLbls>'
        )

    def _axes(self) -> str:
        chart = self._chart
        if chart.kind in ("pie", "doughnut"):
            return ""
        lying = chart.kind == "bar"
        below, beside = ("l", "b") if lying else ("b", "l")
        rule = f'<c:spPr><a:ln w="{emu(1)}">{self._palette.fill(self._placed.rule_color)}</a:ln></c:spPr>'
        none = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
        grid = f"<c:majorGridlines>{rule}</c:majorGridlines>"
        ticks = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="{}"/>'
        order = "maxMin" if lying else "minMax"
        if chart.kind == "scatter":
            sideways = category_scale(category_places(chart))
            across = (
                f'<c:valAx><c:axId val="{CATEGORY_AXIS}"/>{_scaling(sideways)}'
                f'<c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/>'
                f'{ticks.format("low")}{rule}{self.text()}<c:crossAx val="{VALUE_AXIS}"/><c:crosses val="autoZero"/>'
                '<c:crossBetween val="midCat"/>'
                f'<c:majorUnit val="{sideways.step:.10g}"/></c:valAx>'
            )
        else:
            across = (
                f'<c:catAx><c:axId val="{CATEGORY_AXIS}"/><c:scaling><c:orientation val="{order}"/></c:scaling>'
                f'<c:delete val="0"/><c:axPos val="{below}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
                f'{ticks.format("low")}{rule}{self.text()}<c:crossAx val="{VALUE_AXIS}"/><c:crosses val="autoZero"/>'
                '<c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
            )
        scale = value_scale(chart)
        between = "midCat" if chart.kind in ("scatter", "area") else "between"
        crosses = "max" if lying else "autoZero"
        return across + (
            f'<c:valAx><c:axId val="{VALUE_AXIS}"/>{_scaling(scale)}'
            f'<c:delete val="0"/><c:axPos val="{beside}"/>{grid}'
            f'<c:numFmt formatCode="{VALUE_FORMAT}" sourceLinked="0"/>{ticks.format("nextTo")}'
            f'{none}{self.text()}<c:crossAx val="{CATEGORY_AXIS}"/>'
            f'<c:crosses val="{crosses}"/><c:crossBetween val="{between}"/>'
            f'<c:majorUnit val="{scale.step:.10g}"/></c:valAx>'
        )


def _scaling(scale: Scale) -> str:
    """From the lowest value to the highest."""
    ends = f'<c:max val="{scale.high:.10g}"/><c:min val="{scale.low:.10g}"/>'
    return f'<c:scaling><c:orientation val="minMax"/>{ends}</c:scaling>'


def _marker(fill: str) -> str:
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{MARKER}"/><c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr>'
        "</c:marker>"
    )


def _strings(values: Sequence[str]) -> str:
    """What the cells of a reference hold, for programs that don't open the workbook."""
    points = "".join(f'<c:pt idx="{place}"><c:v>{text(value)}</c:v></c:pt>' for place, value in enumerate(values))
    return f'<c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache>'


def _numbers(values: Sequence[float | None]) -> str:
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{attribute(f"{value:.15g}")}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
