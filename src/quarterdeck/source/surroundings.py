"""What all parts of one deck share while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.lazy import dataclass, field
from quarterdeck.source.assets import Assets
from quarterdeck.source.targets import SlideLinks


@dataclass(slots=True)
class Surroundings:
    """The files, links and faults of one deck or demo script."""

    found: Diagnostics
    assets: Assets
    references: Mapping[str, Any] = field(default_factory=dict)
    """Link targets defined anywhere in it."""
    links: SlideLinks = field(default_factory=SlideLinks)
    """The links to slides that are met."""
    incremental: bool = False
    """Whether the items of its lists appear one by one, where a slide doesn't say otherwise."""
