"""The package of the extension for VS Code, and the text that it inserts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from quarterdeck import __version__
from quarterdeck.diagnostics import QuarterdeckError
from support.deck_folder import DeckFolder

SOURCES = Path(__file__).parents[3] / "src" / "vscode"
LISTED = json.loads((SOURCES / "snippets.json").read_text("utf-8"))
SNIPPETS = {each["prefix"]: "\n".join(each["body"]) for each in LISTED.values()}
NEED_FILES = ("qd-demo", "qd-image", "qd-script", "qd-keys")


def packed(folder: Path) -> Path:
    """The package, made anew."""
    command = [sys.executable, str(SOURCES / "pack.py"), str(folder)]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


@pytest.mark.slow
def test_the_scripts_have_sound_types() -> None:
    """TypeScript's compiler and eslint find nothing wrong in the extension."""
    done = subprocess.run([sys.executable, str(SOURCES / "pack.py"), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.slow
def test_the_package(tmp_path: Path) -> None:
    """It has Quarterdeck's version and every file that its manifest names, and comes out the same each time."""
    first, second = packed(tmp_path / "a"), packed(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    assert first.name == f"quarterdeck-{__version__}.vsix"
    with zipfile.ZipFile(first) as archive:
        manifest = json.loads(archive.read("extension/package.json"))
        offers = manifest["contributes"]
        paths = [manifest["main"], *(each["path"] for kind in ("grammars", "snippets") for each in offers[kind])]
        assert {f"extension/{path.removeprefix('./')}" for path in paths} <= set(archive.namelist())
        assert f'Version="{__version__}"' in archive.read("extension.vsixmanifest").decode()
        assert "vscode-languageclient" in archive.read("extension/licenses.txt").decode()
    assert manifest["version"] == __version__


def typed(snippet: str) -> str:
    """What an author gets who accepts all that a snippet proposes, and writes a word where it proposes nothing."""
    text = re.sub(r"\$\{\d+\|([^,|]+)[^|]*\|\}", r"\1", snippet)
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text)
    return re.sub(r"\$[1-9]", "word", text).replace("$0", "")


@pytest.mark.parametrize("name", [name for name in SNIPPETS if name not in NEED_FILES])
def test_each_snippet_is_right(tmp_path: Path, name: str) -> None:
    """What is inserted into a deck has no fault."""
    text = typed(SNIPPETS[name])
    whole = text if name == "qd-deck" else f"# Before\n\nText\n\n{text}"
    try:
        loaded = DeckFolder(tmp_path).load(whole)
    except QuarterdeckError as error:
        pytest.fail(f"{error}\n\n{whole}")
    assert [fault.message for fault in loaded.diagnostics] == []
