"""The demos that a deck can attach: found by name, read once, with those that they continue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.memo import Memo
from quarterdeck.model.demo import Demo
from quarterdeck.source.assets import Known
from quarterdeck.source.demos.script import SCRIPT, ScriptPlace, read_demo, script_hash
from quarterdeck.text.source_file import is_file, is_folder, is_translation, shown_path, translation_of

FOLDER = "demos"
_NAME = re.compile(r"[\w][\w.-]*\Z")


def demos_folder(deck: Path) -> Path:
    """Where a deck's demos are, unless it says so itself: ``demos/`` in its folder, else in the nearest one above."""
    return next((folder / FOLDER for folder in (deck, *deck.parents) if (folder / FOLDER).is_dir()), deck / FOLDER)


def demo_names(folder: Path) -> list[str]:
    """The names of the demos in a folder."""
    if not is_folder(folder):
        return []
    files = [path.stem for path in folder.glob("*.md") if not is_translation(path)]
    return files + [path.parent.name for path in folder.glob(f"*/{SCRIPT}")]


def find_script(folder: Path, name: str) -> ScriptPlace | None:
    """Where the demo of that name is in a folder; None if there is none."""
    if not _NAME.match(name):
        return None
    for path in (folder / f"{name}.md", folder / name / SCRIPT):
        if is_file(path):
            return ScriptPlace.of(path)
    return None


class Catalog(Struct):
    """The demos in one folder."""

    folder: Path
    found: Diagnostics
    language: str | None = None
    """The language in which demos are taken where there is a translation: ``NAME.de.md``, ``NAME/demo.de.md``."""
    memo: Memo[Known[Demo]] = field(default_factory=Memo)
    """Demos as earlier catalogs have read them."""
    read: dict[str, Demo | None] = field(default_factory=dict)
    """By name; None for one that has a fault."""

    def attach(self, name: str, at: SourceSpan | None) -> Demo | None:
        """The demo of that name, after those that it continues; None after telling why there is none."""
        return self._load(name, at, ())

    def attach_place(self, place: ScriptPlace) -> Demo | None:
        """The demo of that script, wherever it is."""
        return self._read(place, None, ())

    def chain(self, demo: Demo) -> tuple[Demo, ...]:
        """The demos that this one continues, the first of them first, and itself."""
        chain = [demo]
        while (before := chain[0].continues) is not None and (earlier := self.read.get(before)) is not None:
            chain.insert(0, earlier)
        return tuple(chain)

    def _load(self, name: str, at: SourceSpan | None, after: Sequence[str]) -> Demo | None:
        if name in after:
            way = " → ".join((*after[after.index(name) :], name))
            self.found.error(f"these demos continue each other: {way}", at, code="demo-cycle")
            return None
        if name in self.read:
            if self.read[name] is None and find_script(self.folder, name) is None:
                self._unknown(name, at)
            return self.read[name]
        place = find_script(self.folder, name)
        if place is None:
            self._unknown(name, at)
            self.read[name] = None
            return None
        return self._read(place, at, after)

    def _read(self, place: ScriptPlace, at: SourceSpan | None, after: Sequence[str]) -> Demo | None:
        demo = self._hashed(read_demo(place, self.found, at, self.memo), (*after, place.name))
        translated = self._translated(place)
        if demo is not None and translated is not None:
            original = demo
            demo = self._hashed(read_demo(translated, self.found, at, self.memo), (*after, place.name))
            if demo is not None and demo.script_hash != original.script_hash:
                recording = translation_of(place.cast_path, self.language or "")
                demo = replace(demo, cast_path=recording)  # other commands or other output
        self.read[place.name] = demo
        return demo

    def _hashed(self, demo: Demo | None, after: Sequence[str]) -> Demo | None:
        """The demo with its hash; None where what it continues can't be had."""
        if demo is None or not demo.continues:
            return demo and replace(demo, script_hash=script_hash(demo))
        before = self._load(demo.continues, demo.span, after)
        if before is not None and before.is_exercise:
            self.found.error(
                f"'{demo.name}' can't continue the exercise '{before.name}', whose solution attendees don't have",
                demo.span,
                hint="prepare its beginning with '.setup' steps",
                code="continues-exercise",
            )
        return replace(demo, script_hash=script_hash(demo, before.script_hash)) if before else None

    def _translated(self, place: ScriptPlace) -> ScriptPlace | None:
        """The place of the script's translation, whose recording is the original's."""
        if self.language is None:
            return None
        path = translation_of(place.path, self.language)
        return replace(place, path=path) if is_file(path) else None

    def _unknown(self, name: str, at: SourceSpan | None) -> None:
        names = demo_names(self.folder)
        hint = suggestion(name, names) if names else f"there are none in {shown_path(self.folder)}"
        self.found.error(f"there is no demo '{name}'", at, hint=hint, code="unknown-demo")
