"""Every example of README and guide is what it says: a deck builds, a demo can be read, a theme can be loaded."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from guide.examples import PAGES, Example, Kind, examples, lay_out, of_kind
from quarterdeck.cli import COMMANDS
from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project
from quarterdeck.source.deck import load_demo
from quarterdeck.workshop.manifest.read import read_manifest
from support.company_templates import nordwind

ALL = list(examples())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's project."""
    return lay_out(tmp_path_factory.mktemp("guide") / "project")


def test_nothing_is_left_out() -> None:
    """Each example is of a kind that these tests execute; there is one on every page but the index of none."""
    kinds = {example.name: example.kind for example in ALL}
    assert len(kinds) == len(ALL) > 20
    assert {example.page for example in ALL} == set(PAGES)


def wrapped(example: Example) -> str:
    """A deck around a piece of one."""
    match example.kind:
        case Kind.FENCE:
            section = "---\nlayout: section\nduration: 5m\n---\n\n# Two\n\n"
            return f"---\ntitle: A deck\n---\n\n# One\n\n{section}---\n\n# Three\n\n{example.text}"
        case Kind.DECK_KEY:
            return f"---\n{example.text}---\n\n# One\n"
    text = example.text
    if text.startswith("{%"):
        return f"# Start\n\n{text}"
    return text if re.match(r"---\n(?:title|theme)", text) else f"---\ntitle: A deck\n{text}"


@pytest.mark.parametrize("example", [*of_kind(Kind.DECK), *of_kind(Kind.FENCE)], ids=lambda e: e.name)
def test_decks(example: Example, project: Path) -> None:
    """A deck, or a part of one, is read and placed without an error."""
    folder = project / "decks" / "example"
    folder.mkdir(exist_ok=True)
    (folder / "demos").mkdir(exist_ok=True)
    (folder / "demos" / "hello.md").write_text("```console\n$ true\n```\n")
    for demo in ("publish-port", "door", "try-publish"):
        (folder / "demos" / f"{demo}.md").write_text((project / "demos" / f"{demo}.md").read_text())
    (folder / "deck.md").write_text(wrapped(example).replace("form ==", "(form | default('')) ==") + "\n")
    assert load_project(folder).slides


@pytest.mark.parametrize("example", of_kind(Kind.DEMO), ids=lambda e: e.name)
def test_demos(example: Example, tmp_path: Path) -> None:
    """A demo script is read without an error, and has steps."""
    path = tmp_path / "demos" / "example.md"
    path.parent.mkdir()
    path.write_text(example.text)
    assert load_demo(path).steps


@pytest.mark.parametrize("example", of_kind(Kind.DEMO_KEY), ids=lambda e: e.name)
def test_keys_of_demos(example: Example, tmp_path: Path) -> None:
    """A key of a demo's front matter is one that demos have."""
    path = tmp_path / "demos" / "example.md"
    path.parent.mkdir()
    path.write_text(f"---\n{example.text}---\n```console\n$ true\n```\n")
    assert load_demo(path).permissions


@pytest.mark.parametrize("example", [*of_kind(Kind.THEME), *of_kind(Kind.DECK_KEY)], ids=lambda e: e.name)
def test_themes(example: Example, tmp_path: Path) -> None:
    """A theme of one's own, a built-in one and a company's template dress a deck."""
    folder = tmp_path / "decks" / "example"
    folder.mkdir(parents=True)
    (tmp_path / "decks" / "brand").mkdir()
    nordwind(tmp_path / "decks" / "brand").rename(tmp_path / "decks" / "brand" / "company.potx")
    key = example.text
    if example.kind is Kind.THEME:
        (folder / "own.yaml").write_text(example.text)
        (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="4"/>')
        key = "theme: own.yaml\n"
    (folder / "deck.md").write_text(f"---\n{key}---\n\n# One\n\nText\n")
    assert load_project(folder).theme


def test_the_manifest(project: Path) -> None:
    """The workshop's manifest is read, and names its variants."""
    manifest = read_manifest(project / "decks" / "docker")
    assert set(manifest.forms) == {"lightning", "lecture", "half-day"}


@pytest.mark.parametrize("example", of_kind(Kind.FINISH), ids=lambda e: e.name)
def test_finishing(example: Example, tmp_path: Path) -> None:
    """A function for the PPTX changes it."""
    (tmp_path / "deck.md").write_text("# One\n\nText\n")
    made = pptx(load_project(tmp_path))
    assert Finish(example.name, example.text.encode()).applied(made) != made


@pytest.mark.parametrize("example", of_kind(Kind.EDITOR), ids=lambda e: e.name)
def test_settings_of_editors(example: Example) -> None:
    """They start the language server, with a command that there is."""
    program, command = re.findall(r'"(quarterdeck|lsp)"', example.text)[:2]
    assert program == "quarterdeck"
    assert command in COMMANDS
    assert example.text.count("(") == example.text.count(")")
    assert example.text.count("{") == example.text.count("}")
    if "[language-server" in example.text:
        settings = tomllib.loads(example.text)
        (language,) = settings["language"]
        assert set(settings["language-server"]) <= set(language["language-servers"])
