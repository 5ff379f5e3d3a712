"""The sizes of what charts are drawn with, alike in both outputs."""

from __future__ import annotations

LINE_WIDTH = 3.0
"""px of a line chart's lines."""
MARKER = 28 / 3
"""px across a point's mark: 7 pt."""
SEAM = 2.0
"""px of the ground between the slices of a pie, and between what is stacked."""
HOLE = 0.58
"""Radius of a doughnut's hole, as a share of the whole's."""
THIN_SLICE = 0.04
"""Share of a pie below which a slice has no room for its label."""
