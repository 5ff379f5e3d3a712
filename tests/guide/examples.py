"""The commands and examples of README, CONTRIBUTING and guide, and the project that a reader has who types them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from markdown_it import MarkdownIt

from conftest import ROOT

PAGES = (
    *sorted((ROOT / "src" / "quarterdeck" / "reference").glob("*.md")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
)
COMMAND = re.compile(r"(?:\$ )?(?:quarterdeck|pytest|python3|\.venv/|\.ci/)")
HERE = Path(__file__).parent


class Kind(StrEnum):
    """What an example is, and so what is done with it."""

    COMMANDS = "commands"
    DECK = "deck"
    TRANSLATION = "translation"
    DEMO = "demo"
    FENCE = "fence"
    """Of a deck."""
    THEME = "theme"
    DECK_KEY = "deck key"
    DEMO_KEY = "demo key"
    MANIFEST = "manifest"
    SEATS = "seats"
    """Of a manifest."""
    FINISH = "finish"
    """A user's function that changes the PPTX."""
    EDITOR = "editor"
    """An editor's settings for the language server."""
    WORKFLOW = "workflow"
    """What a server for continuous integration does."""
    CONTAINER = "container"
    """How Quarterdeck itself is put into an image, and run."""
    SHAPE = "shape"
    """The layers of the code, which import-linter checks."""


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code on a page."""

    page: Path
    line: int
    """1-based."""
    text: str

    @property
    def name(self) -> str:
        """``decks.md:6``."""
        return f"{self.page.name}:{self.line}"

    @property
    def kind(self) -> Kind:
        """By what it says; raises ValueError for an example that no test would execute."""
        first = next(line for line in self.text.split("\n") if line.strip())
        if all(COMMAND.match(line) for line in self.text.rstrip("\n").split("\n")):
            return Kind.COMMANDS
        for pattern, kind in _KINDS:
            if re.search(pattern, self.text, re.MULTILINE):
                return kind
        raise ValueError(f"{self.name}: nothing is known to be done with '{first}'")

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands, without prompts and remarks."""
        lines = self.text.rstrip("\n").split("\n")
        return tuple(re.sub(r"\s{2,}#.*", "", line).removeprefix("$ ").strip() for line in lines)


_KINDS = (
    (r"^(?:jobs|  before_script):", Kind.WORKFLOW),
    (r"^FROM |^(?:docker|pip) ", Kind.CONTAINER),
    (r"\Aseats:", Kind.SEATS),
    (r"^forms:", Kind.MANIFEST),
    (r"^extends:", Kind.THEME),
    (r"^stage:", Kind.DEMO_KEY),
    (r"\Atheme: \S+\s*\Z", Kind.DECK_KEY),
    (r"^def finish", Kind.FINISH),
    (r"vim\.lsp|eglot|language-server", Kind.EDITOR),
    (r"←", Kind.SHAPE),
    (r"^# Ein ", Kind.TRANSLATION),
    (r"\A```(?:agenda|chart)", Kind.FENCE),
    (r"^```(?:console|\w+ \{run)", Kind.DEMO),
    (r"^# ", Kind.DECK),
)


def examples() -> Iterator[Example]:
    """All examples, in the order of the pages."""
    reader = MarkdownIt("commonmark").enable("table")
    for page in PAGES:
        for token in reader.parse(page.read_text("utf-8")):
            if token.type in ("code_block", "fence") and token.map:
                yield Example(page, token.map[0] + 1, token.content)


def of_kind(kind: Kind) -> list[Example]:
    """The examples of one kind."""
    return [example for example in examples() if example.kind is kind]


def lay_out(folder: Path) -> Path:
    """The project of a reader: the guide's deck, demos, theme and manifest, and what its commands name besides."""
    shutil.copytree(HERE / "project", folder)
    deck, demos = folder / "decks" / "docker", folder / "demos"
    demos.mkdir(exist_ok=True)
    for example in of_kind(Kind.DEMO):
        names = {"Publishing a port": "publish-port", "A door for the web server": "door"}
        title = re.search(r"^title: (.*)$", example.text, re.MULTILINE)
        if title:
            (demos / f"{names[title[1]]}.md").write_text(example.text)
    shutil.copy(ROOT / "demos" / "publish.md", demos)
    (demos / "try-publish.md").write_text((demos / "door.md").read_text())
    (translation,) = of_kind(Kind.TRANSLATION)
    (deck / "deck.de.md").write_text(translation.text)
    (manifest,) = of_kind(Kind.MANIFEST)
    (deck / "workshop.yaml").write_text(manifest.text)
    imports = HERE.parent / "imports"
    shutil.copy(imports / "pandoc.md", folder / "talk.md")
    shutil.copy(imports / "slidev.md", folder / "slides.md")
    return folder
