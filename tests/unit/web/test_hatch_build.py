"""The wheel's build hook."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def hook(root: Path) -> ModuleType:
    """The hook as a module; hatchling loads it by its path too."""
    spec = importlib.util.spec_from_file_location("hatch_build", root / "src" / "web" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def npm_of_version(folder: Path, version: str) -> None:
    """Programs that say they are npm and Node.js."""
    folder.mkdir()
    for name in ("npm", "node"):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)


def test_scripts_of_the_pages_have_sound_types(root: Path) -> None:
    """TypeScript's compiler and eslint find nothing wrong in the pages' scripts, and their own tests pass."""
    command = [sys.executable, str(root / "src" / "web" / "hatch_build.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("version", "good"), [("8.19.4", False), ("9.0.0", True), ("11.2.0", True), ("unknown", False)]
)
def test_old_npm_is_passed_over(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, good: bool
) -> None:
    """An npm that can't read the lock file is not used, however it came to be on the PATH."""
    npm_of_version(tmp_path / "bin", version)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    assert hook._npm_on_path() is good


def test_machine_without_node_uses_the_wheels_own(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing needs to be on the PATH for a build."""
    monkeypatch.setenv("PATH", str(tmp_path))
    target = tmp_path / "ran"
    script = tmp_path / "script.cjs"
    script.write_text(f"require('fs').writeFileSync({json.dumps(str(target))}, process.version)")
    hook.run_node([str(script)])
    assert target.read_text().startswith("v")


def test_failed_build_says_what_failed(hook: ModuleType, tmp_path: Path) -> None:
    """The program's own words are in the message."""
    script = tmp_path / "broken.cjs"
    script.write_text("throw new Error('no such bundle')")
    with pytest.raises(SystemExit, match="no such bundle"):
        hook.run_node([str(script)])


def test_products_replace_what_was_there(hook: ModuleType, tmp_path: Path) -> None:
    """Files that are no longer made go away, and so do those of a build that was killed; the rest is new."""
    products, folder = tmp_path / "products", tmp_path / "static"
    for name in ("deck.js", "fonts/a.ttf"):
        (products / name).parent.mkdir(parents=True, exist_ok=True)
        (products / name).write_text("new")
    (folder / "fonts").mkdir(parents=True)
    for name in ("deck.js", "old.js", ".deck.js.99", "fonts/b.ttf"):
        (folder / name).write_text("old")
    hook.publish(products, folder)
    found = {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}
    assert found == {"deck.js": "new", "fonts/a.ttf": "new"}


def test_hash_covers_every_source(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change anywhere in the sources makes a new build; installed packages don't."""
    shutil.copytree(hook.WEB, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    monkeypatch.setattr(hook, "WEB", tmp_path / "web")
    before = hook.source_hash()
    (tmp_path / "web" / "node_modules").mkdir()
    (tmp_path / "web" / "node_modules" / "x.js").write_text("x")
    assert hook.source_hash() == before
    entry = tmp_path / "web" / "src" / "deck" / "deck.ts"
    entry.write_text(entry.read_text() + "\n// changed")
    assert hook.source_hash() != before


def test_every_bundled_package_has_its_licence_in_the_wheel(root: Path) -> None:
    """Third-party scripts and fonts come with their licences; esbuild, which bundles them, is not in the wheel."""
    text = (root / "src" / "quarterdeck" / "static" / "licenses.txt").read_text()
    dependencies = json.loads((root / "src" / "web" / "package.json").read_text())["dependencies"]
    assert {package for package in dependencies if f"{package} " not in text} == {"esbuild"}


def test_fonts_are_listed_with_their_files(root: Path) -> None:
    """Every face in the list is there for embedding and for measuring."""
    fonts = root / "src" / "quarterdeck" / "static" / "fonts"
    faces = json.loads((fonts / "fonts.json").read_text())
    assert {face["family"] for face in faces} == {"Arimo", "Carlito", "Cousine", "Gelasio"}
    assert {(face["weight"], face["style"]) for face in faces} == {
        *((400, "normal"), (400, "italic"), (700, "normal"), (700, "italic"))
    }
    for face in faces:
        assert (fonts / face["woff2"]).stat().st_size > 0
        assert (fonts / face["ttf"]).stat().st_size > (fonts / face["woff2"]).stat().st_size
