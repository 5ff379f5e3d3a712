"""The layout of the code: small rooms without circles, named by nouns, and a test file for each module."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

from conftest import ROOT

SOURCE = ROOT / "src" / "quarterdeck"
TESTS = ROOT / "tests"
MOST_IN_A_ROOM = 14
"""Modules of one folder: as many as a reader takes in at a glance."""
MOST_MODULES = 375
"""330, and what the room of the seats asks for: they are desk, spawners and a program of their own."""
NOUNS = frozenset({"recording", "lettering"})
"""Names of modules that end in -ing and are nouns all the same."""


def modules() -> list[str]:
    """Every module, by its path without the suffix; a package's own by its folder."""
    paths = [path.relative_to(SOURCE) for path in sorted(SOURCE.rglob("*.py")) if "static" not in path.parts]
    return [(path.parent if path.stem == "__init__" else path.with_suffix("")).as_posix() for path in paths]


MODULES = modules()
FILES = [name for name in MODULES if name != "__main__" and (SOURCE / f"{name}.py").exists()]
"""Modules that are no package."""


def imports(name: str) -> Iterator[str]:
    """Our own modules that a module imports anywhere in it: in functions and under TYPE_CHECKING, too."""
    known = set(MODULES)
    path = SOURCE / f"{name}.py" if (SOURCE / f"{name}.py").exists() else SOURCE / name / "__init__.py"
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names, level=0) if module.partition(".")[0] == "quarterdeck":
                inside = module.split(".")[1:]
                for alias in names:
                    whole = "/".join([*inside, alias.name])
                    yield whole if whole in known else "/".join(inside) or "."
            case ast.Import(names=names):
                for alias in names:
                    if alias.name.startswith("quarterdeck."):
                        yield alias.name.removeprefix("quarterdeck.").replace(".", "/")


def test_no_circles() -> None:
    """No module needs itself through others, not even where an import waits for a function or is for types alone."""
    graph = {name: set(imports(name)) - {name} for name in MODULES}
    assert sum(map(len, graph.values())) > len(MODULES)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_rooms_are_small() -> None:
    """No folder holds more modules than a reader takes in at a glance."""
    rooms = Counter(Path(name).parent.as_posix() for name in FILES)
    assert {room: count for room, count in rooms.items() if count > MOST_IN_A_ROOM} == {}


def test_names_are_nouns() -> None:
    """No module says in -ing form that something is done, instead of what it is about."""
    named = {Path(name).name for name in MODULES}
    assert {name for name in named if name.endswith("ing")} - NOUNS == set()
    assert named >= NOUNS


def mirrored(name: str) -> bool:
    """Whether a module has a test file of its own."""
    path = Path(name)
    return (TESTS / "unit" / path.parent / f"test_{path.name}.py").exists()


def test_each_module_has_its_tests() -> None:
    """Its test file has the same path and name; for others ``elsewhere.yaml`` says why not, and for no others."""
    listed = yaml.safe_load((TESTS / "unit" / "elsewhere.yaml").read_text("utf-8"))
    elsewhere = [*listed["data"], *(name for names in listed["tested in"].values() for name in names)]
    assert [name for name, count in Counter(elsewhere).items() if count > 1] == []
    missing = {name for name in FILES if not mirrored(name)}
    assert sorted(missing - set(elsewhere)) == [], "without a test file, and not in the list"
    assert sorted(set(elsewhere) - missing) == [], "in the list, but gone or with a test file"
    assert [test for test in listed["tested in"] if not (TESTS / test).exists()] == []


def test_each_test_file_has_its_module() -> None:
    """It is named as its module, perhaps with a word more; others are about several, and listed with the reason."""
    several = yaml.safe_load((TESTS / "unit" / "elsewhere.yaml").read_text("utf-8"))["about several"]
    known = set(MODULES)
    alone = set()
    for path in (TESTS / "unit").rglob("test_*.py"):
        folder = path.parent.relative_to(TESTS / "unit")
        words = path.stem.removeprefix("test_").split("_")
        names = {(folder / "_".join(words[:count])).as_posix() for count in range(1, len(words) + 1)}
        if not names & known:
            alone.add(path.relative_to(TESTS / "unit").as_posix())
    assert alone == set(several)
    assert all(several.values())


def test_the_house_stays_small() -> None:
    """A new idea finds its room; packages count, too."""
    assert len(MODULES) <= MOST_MODULES
