"""Charts and formulas."""

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Chart, Math, Series
from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import PlacedChart, PlacedMath
from quarterdeck.model.theme import Box
from quarterdeck.theme.colors import channels
from quarterdeck.theme.elements.figures import measured_math
from support.placed_decks import HARBOUR, context, elements, paragraph, placed, slide

CHART = Chart("column", ("a", "b"), (Series("s", (1.0, 2.0)),))


def test_a_chart_takes_the_height_that_is_left() -> None:
    """It reaches from below the text to the slot's lower edge."""
    result = placed(slide(paragraph("One line"), CHART))
    (chart,) = elements(result.slides[0], PlacedChart)
    assert chart.box.width == 1120
    assert chart.box.bottom == 160 + 480
    assert len(set(chart.colors)) == len(chart.colors) == 6


def test_the_emphasised_series_alone_has_a_colour() -> None:
    """The room looks at what the slide is about."""
    both = Chart("column", ("a",), (Series("s", (1.0,)), Series("t", (2.0,))))
    (plain,) = elements(placed(slide(both)).slides[0], PlacedChart)
    (chart,) = elements(placed(slide(replace(both, emphasis="t"))).slides[0], PlacedChart)
    assert len(set(plain.colors)) > 1
    assert chart.colors[1] == HARBOUR.colors["accent"]
    red, green, blue = channels(chart.colors[0])
    assert max(red, green, blue) - min(red, green, blue) < 40


def test_a_slide_too_full_for_its_chart_is_an_error() -> None:
    """A chart isn't squeezed until nobody can read it."""
    result = placed(slide(*(paragraph("line") for _ in range(9)), CHART, layout=Layout.CONTENT))
    assert [d.code for d in result.diagnostics] == ["text-overflow"]


def test_a_formula_is_in_the_middle_at_its_size() -> None:
    """Centred, no wider than the slot."""
    result = placed(slide(Math(r"\frac{a}{b}")))
    (math,) = elements(result.slides[0], PlacedMath)
    assert math.box.x + math.box.width / 2 == 640
    assert math.size > HARBOUR.styles["body"].size
    assert math.size * 0.75 == pytest.approx(round(math.size * 0.75))


@pytest.mark.slow
def test_a_wide_formula_shrinks_then_is_an_error() -> None:
    """It says by how much it is too wide."""
    wide = measured_math(Math("+".join(["x_{n}"] * 18)), context())
    (math,) = wide.draw(Box(80, 160, 1120, 100))
    assert isinstance(math, PlacedMath)
    assert wide.faults == ()
    assert math.size < HARBOUR.styles["body"].size
    (found,) = measured_math(Math("+".join(["x_{n}"] * 60), span=SourceSpan("deck.md", 4)), context()).faults
    assert found.message.startswith("this formula is ")
    assert found.span == SourceSpan("deck.md", 4)


def test_a_broken_formula_is_an_error() -> None:
    """And nothing is drawn."""
    block = measured_math(Math("{"), context())
    assert [f.code for f in block.faults] == ["bad-formula"]
    assert block.draw(Box(0, 0, 9, 9)) == ()
