"""Dataclasses that are made when they are used, beside those of the standard library."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from quarterdeck.lazy import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Ship:
    """A thing that never changes."""

    name: str
    masts: int = 3
    crew: tuple[str, ...] = ()
    cargo: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Log:
    """A thing that changes."""

    ship: Ship
    lines: list[str] = field(default_factory=list)
    longest: int = field(init=False)
    closed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.longest = max(map(len, self.lines), default=0)


@dataclass(frozen=True, slots=True)
class Run:
    """Something to be hashed."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Calm:
    """A thing without fields."""


@dataclasses.dataclass(frozen=True, slots=True)
class Peer:
    """The same as a ship, as the standard library makes it."""

    name: str
    masts: int = 3
    crew: tuple[str, ...] = ()
    cargo: dict[str, int] = dataclasses.field(default_factory=dict)


@pytest.mark.parametrize(
    "make",
    [lambda of: of("Ann"), lambda of: of("Ann", 2, crew=("Bo",)), lambda of: of(masts=1, name="Ann", cargo={"rum": 1})],
)
def test_it_is_made_and_shown_as_the_standard_library_does_it(make: Callable[[Any], Any]) -> None:
    """Positions, names and defaults are the same."""
    assert repr(make(Ship)) == repr(make(Peer)).replace("Peer", "Ship")
    assert dataclasses.asdict(make(Ship)) == dataclasses.asdict(make(Peer))


@pytest.mark.parametrize("arguments", [(), ("Ann", 1, (), {}, 5)])
def test_wrong_arguments_are_refused(arguments: tuple[Any, ...]) -> None:
    """Too few or too many arguments are an error."""
    with pytest.raises(TypeError):
        Ship(*arguments)


def test_each_instance_gets_a_default_of_its_own() -> None:
    """What one ship takes in isn't in another."""
    one, other = Ship("Ann"), Ship("Ann")
    one.cargo["rum"] = 1
    assert other.cargo == {}


def test_equality_and_hash_go_by_the_fields() -> None:
    """Equal ships are one key; a class without fields has one value; another class is never equal."""
    one = Run("a")
    assert one == Run("a") != Run("b")
    assert len({one, Run("a"), Run("b")}) == 2
    assert Calm() == Calm()
    assert hash(Calm()) == hash(Calm())
    assert Run("a") != ("a", False)
    assert Ship("Ann") != Peer("Ann")


def test_a_frozen_one_never_changes() -> None:
    """Fields can't be set or deleted, and there are no others."""
    ship = Ship("Ann")
    with pytest.raises(dataclasses.FrozenInstanceError):
        ship.masts = 1  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        del ship.masts
    with pytest.raises(AttributeError):
        ship.flag = "black"  # type: ignore[attr-defined]
    assert ship.masts == 3


def test_an_open_one_changes_and_is_no_key() -> None:
    """Fields can be set; what isn't an argument is set by ``__post_init__`` or has its default."""
    log = Log(Ship("Ann"), ["fair", "gale"])
    assert (log.longest, log.closed) == (4, False)
    log.closed = True
    assert log.closed
    with pytest.raises(TypeError):
        hash(log)
    with pytest.raises(TypeError):
        Log(Ship("Ann"), longest=3)  # type: ignore[call-arg]


@pytest.mark.parametrize("change", [replace, dataclasses.replace])
def test_a_changed_copy(change: Callable[..., Any]) -> None:
    """Both ways of replacing give a new one, of either kind, and refuse a field that isn't there."""
    assert change(Ship("Ann", 2), masts=1) == Ship("Ann", 1)
    assert change(Peer("Ann", 2), masts=1) == Peer("Ann", 1)
    assert change(Calm()) == Calm()
    with pytest.raises(TypeError):
        change(Ship("Ann"), sails=1)


def test_it_is_taken_apart_by_patterns_and_by_the_standard_library() -> None:
    """``match`` knows the positions, ``dataclasses.fields`` the names, ``inspect`` the arguments."""
    match Ship("Ann", 2):
        case Ship(name, masts):
            assert (name, masts) == ("Ann", 2)
    assert [each.name for each in dataclasses.fields(Log)] == ["ship", "lines", "longest", "closed"]
    assert Log.__match_args__ == ("ship", "lines")
    assert list(inspect.signature(Ship).parameters) == ["name", "masts", "crew", "cargo"]
    assert dataclasses.is_dataclass(Calm)


def test_it_goes_through_a_pickle() -> None:
    """Processes can send each other what they have read."""
    assert pickle.loads(pickle.dumps(Ship("Ann", crew=("Bo",)))) == Ship("Ann", crew=("Bo",))
    assert pickle.loads(pickle.dumps(Calm())) == Calm()
    assert pickle.loads(pickle.dumps(Log(Ship("Ann"), ["fair"]))).longest == 4


def test_other_forms_are_refused_where_they_are_written() -> None:
    """Without slots, with annotations that are no fields, or on top of another dataclass."""
    with pytest.raises(TypeError, match="slots"):
        dataclass(slots=False, frozen=True)
    with pytest.raises(TypeError, match="field"):

        @dataclass(frozen=True, slots=True)
        class Fleet:
            """Ships with something in common."""

            home: ClassVar[str] = "Piraeus"

    with pytest.raises(TypeError, match="base"):

        @dataclass(frozen=True, slots=True)
        class Steamer(Ship):
            """A ship with an engine."""

            power: int = 0


def test_what_a_build_imports_is_lazy() -> None:
    """No class of the compiler is compiled while it is imported."""
    program = (
        "import sys\n"
        "import quarterdeck.project.outputs.formats, quarterdeck.files.outputs\n"
        "import quarterdeck.compile.pptx.writer, quarterdeck.compile.reveal.page\n"
        "for module in [m for n, m in sys.modules.items() if n.startswith('quarterdeck.')]:\n"
        "    for name, value in vars(module).items():\n"
        "        if '__dataclass_params__' in getattr(value, '__dict__', ()) and value.__module__ == module.__name__:\n"
        "            print(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"Rendering"}  # it has a cached property
