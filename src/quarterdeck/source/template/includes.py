"""The files that a deck includes: beside the one that includes them, in the deck's folder, or in the project's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.text.source_file import is_file, is_folder, read_source, shown_path, translation_of


class IncludeLoader(jinja2.BaseLoader):
    """Finds and reads templates; their names are their paths as authors see them."""

    def __init__(self, folder: Path, root: Path, found: Diagnostics, language: str | None = None) -> None:
        self.folder = folder.resolve()
        self.language = language
        """Files are taken in this language where there is a translation."""
        self.root = root.resolve()
        self.main = ""
        self.read: dict[str, Path] = {}
        """What was included, by name."""
        self._found = found
        self._texts: dict[str, tuple[int, str]] = {}

    def put(self, name: str, first_line: int, text: str, file: Path | None = None) -> None:
        """Give the text to begin with, from ``first_line`` of its file on; ``file`` where it isn't the deck itself."""
        self.main = name
        if file is not None:
            self.read[name] = file
        self._texts[name] = (first_line, text)

    def source_of(self, name: str) -> tuple[int, str]:
        """The first line's number and the text of a template that was read."""
        return self._texts.get(name, (1, ""))

    def has(self, name: str) -> bool:
        """Whether a template of that name was read."""
        return name in self._texts

    def resolve(self, wanted: str, parent: str) -> str:
        """The name of the file that an include means; ``wanted`` itself if there is none."""
        base = self.read[parent].parent if parent in self.read else self.folder
        for folder in dict.fromkeys((base, self.folder, self.root)):
            path = self._inside(folder, wanted)
            if path is not None and is_file(path):
                path = self._translated(path)
                name = shown_path(path)
                self.read[name] = path
                return name
        return wanted

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template (interface of Jinja2)."""
        if template not in self._texts:
            path = self.read.get(template)
            text = read_source(path, self._found) if path else None
            if path is None:
                raise jinja2.TemplateNotFound(template)
            self._texts[template] = (1, (text or "").rstrip("\n") + "\n")
        return self._texts[template][1], template, lambda: True

    def explain(self, wanted: str, at: SourceSpan) -> None:
        """Tell why an include wasn't found."""
        if all(self._inside(folder, wanted) is None for folder in (self.folder, self.root)):
            self._found.error(
                f"'{wanted}' lies outside of the project",
                at,
                hint=f"files below {shown_path(self.root)} can be included",
                code="include-outside",
            )
            return
        import difflib  # only faults need it

        folder = (self.folder / wanted).parent
        names = [f.name for f in folder.iterdir() if f.is_file()] if is_folder(folder) else []
        close = difflib.get_close_matches(Path(wanted).name, names, n=1)
        hint = f"did you mean '{Path(wanted).with_name(close[0])}'?" if close else "paths are from the deck's folder"
        self._found.error(f"'{wanted}' can't be included: there is no such file", at, hint=hint, code="missing-include")

    def _translated(self, path: Path) -> Path:
        if self.language is None:
            return path
        translation = translation_of(path, self.language)
        return translation if is_file(translation) else path

    def _inside(self, folder: Path, wanted: str) -> Path | None:
        """The path, if it is within the project even after links were followed."""
        try:
            path = (folder / wanted).resolve()
        except RecursionError:
            raise  # files that include each other; said where rendering began
        except (OSError, ValueError, RuntimeError):
            return None
        return path if path.is_relative_to(self.root) else None
