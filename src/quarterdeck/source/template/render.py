"""The source as a template, where it is one: decks without variables and includes do without Jinja2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.template import DELIMITER
from quarterdeck.text.passage import Passage

if TYPE_CHECKING:
    from quarterdeck.memo import Memo
    from quarterdeck.source.template.jinja import Compiled, Templates

PACK_MARK = "quarterdeck-pack.json"
"""What ``quarterdeck unpack`` puts where it unpacked a project."""
_ROOT_MARKS = (".git", "workshop.yaml", "pyproject.toml", PACK_MARK)


def is_template(text: str) -> bool:
    """Whether there is anything for Jinja2 to do."""
    return DELIMITER.search(text) is not None


class Rendering(Struct, frozen=True, dict=True):
    """Renders the source of one deck."""

    variables: Mapping[str, object]
    folder: Path
    root: Path
    """The folder that includes and pictures may reach."""
    found: Diagnostics
    language: str | None = None
    """The language of a translation: its includes are taken in that language where there is one."""
    memo: Memo[Compiled] | None = None
    """What was compiled for other forms of the deck."""

    @cached_property
    def _templates(self) -> Templates:
        from quarterdeck.source.template.jinja import Templates

        return Templates(self.variables, self.folder, self.root, self.found, self.language, self.memo)

    def render(self, passage: Passage, read_from: Path | None = None) -> Passage | None:
        """The passage with everything resolved, or None after telling ``found`` why not.

        ``read_from``: its file, where that isn't the deck itself; its includes are looked for beside it first.
        """
        return self._templates.render(passage, read_from) if is_template(passage.text) else passage

    def expand(self, text: str, at: SourceSpan | None) -> str:
        """A short text of the front matter with its variables put in."""
        return self._templates.expand(text, at) if is_template(text) else text

    @property
    def included(self) -> tuple[Path, ...]:
        """The files that were included."""
        return tuple(self._templates.loader.read.values()) if "_templates" in self.__dict__ else ()


def project_root(folder: Path) -> Path:
    """The folder that includes and pictures may reach: the one with the ``decks/`` around it, or with a project's mark.

    The nearest of the first kind, or else of the second; without either the folder itself.
    """
    folders = (folder, *folder.parents)
    around = (candidate for candidate in folders if folder.is_relative_to(candidate / "decks"))
    marked = (candidate for candidate in folders if any((candidate / mark).exists() for mark in _ROOT_MARKS))
    return next(around, None) or next(marked, folder)
