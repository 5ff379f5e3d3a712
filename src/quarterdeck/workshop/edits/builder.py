"""A deck built again and again, as its sources are at the time."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import BuildCache, Project, load_project
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.edits.pages import Pages, read_pages


class Built(Struct, frozen=True):
    """A deck, and the slides that it gives."""

    project: Project
    pages: Pages


class Builder(Struct):
    """Builds one form of a deck again and again."""

    deck: Path
    choices: Choices = PLAIN
    finish: Finish | None = None
    cache: BuildCache = field(default_factory=BuildCache)

    def built(self) -> Built:
        """The deck as its sources are now; raises QuarterdeckError."""
        project = replace(load_project(self.deck, self.choices, self.cache), finish=self.finish)
        return Built(project, read_pages(pptx(project), shown_path(self.deck)))
