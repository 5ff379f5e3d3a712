"""A PPTX as another program reads it: python-pptx finds what was written."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pptx import Presentation

from support.pptx_deck import built, everything


@pytest.fixture(scope="module")
def slides() -> list[Any]:
    """The slides, as python-pptx has them."""
    return list(Presentation(io.BytesIO(built(everything()))).slides)


def test_titles(slides: list[Any]) -> None:
    """Every slide's title is in its title placeholder."""
    found = [slide.shapes.title.text_frame.text if slide.shapes.title is not None else "" for slide in slides]
    assert found == [slide.title_text for slide in everything().slides]


def test_layouts(slides: list[Any]) -> None:
    """Every slide has the layout that was asked for."""
    assert [slide.slide_layout.name.lower().replace(" ", "-") for slide in slides] == [
        str(slide.layout) for slide in everything().slides
    ]


def test_notes(slides: list[Any]) -> None:
    """Notes are where a presenter looks for them."""
    assert slides[0].has_notes_slide
    assert slides[0].notes_slide.notes_text_frame.text.splitlines()[0] == "Say this."
    assert not slides[1].has_notes_slide


def test_tables_and_charts(slides: list[Any]) -> None:
    """Tables are tables, charts are charts with their numbers."""
    shapes = [shape for slide in slides for shape in slide.shapes]
    tables = [shape.table for shape in shapes if shape.has_table]
    assert tables[0].cell(0, 1).text == "Size"
    charts = [shape.chart for shape in shapes if shape.has_chart]
    assert [list(series.values) for series in charts[0].plots[0].series] == [[1.0, None, 3.0], [-2.0, 2.5, 1.0]]
    assert len(charts) == 7


def test_pictures_are_described(slides: list[Any]) -> None:
    """No picture is without a description that wasn't meant to be."""
    silent = [shape.name for slide in slides for shape in _flat(slide.shapes) if _is_silent_picture(shape)]
    assert len(silent) == 1


def _flat(shapes: Any) -> Iterator[Any]:
    for shape in shapes:
        yield shape
        if hasattr(shape, "shapes"):
            yield from _flat(shape.shapes)


def _is_silent_picture(shape: Any) -> bool:
    return bool(shape._element.tag.endswith("}pic") and not shape._element.nvPicPr.cNvPr.get("descr"))
