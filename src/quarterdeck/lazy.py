"""Dataclasses that cost next to nothing until they are used.

``dataclasses.dataclass`` compiles up to seven methods of each class while its module is imported.  A build imports
160 classes, and that alone was a fifth of the time it took.  Here a class gets its ``__init__`` when its first
instance is made, and shares the code of its other methods with all classes.

To type checkers, to readers and to the functions of :mod:`dataclasses` they are the same.  There are only those
forms that this program uses: ``@dataclass(frozen=True, slots=True)`` and ``@dataclass(slots=True)``, for classes
without bases.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import MISSING, FrozenInstanceError, field
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "replace"]


def _dataclass(*, slots: bool, frozen: bool = False) -> Callable[[type[Any]], type[Any]]:
    """Makes a class a dataclass: with ``slots`` always, ``frozen`` if its instances never change."""
    if not slots:
        raise TypeError("a lazy dataclass has slots; dataclasses.dataclass makes others")
    return lambda written: _made(written, frozen)


def _replace(record: Any, /, **changes: Any) -> Any:
    """``dataclasses.replace``, in a third of the time, for a dataclass of either kind that takes all its fields."""
    made: Any = type(record)
    places, values = _fields(made)
    arguments = list(values(record))
    for name, value in changes.items():
        if name not in places:
            raise TypeError(f"{made.__qualname__} takes no {name}")
        arguments[places[name]] = value
    return made(*arguments)


if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:
    dataclass, replace = _dataclass, _replace


@cache
def _fields(made: Any) -> tuple[Mapping[str, int], Callable[[Any], tuple[Any, ...]]]:
    names = made.__match_args__
    return {name: place for place, name in enumerate(names)}, _getter(names)


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of some attributes."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)


def _made(written: type[Any], frozen: bool) -> type[Any]:
    """The class with slots for its fields, and with the methods of a dataclass."""
    names = tuple(written.__annotations__)
    if any("ClassVar" in str(hint) or "InitVar" in str(hint) for hint in written.__annotations__.values()):
        raise TypeError("every annotation of a lazy dataclass is a field")
    if any("__dataclass_fields__" in base.__dict__ for base in written.__mro__):
        raise TypeError("a lazy dataclass has no dataclass as its base")
    namespace = dict(written.__dict__)
    defaults = {name: _default(namespace.pop(name)) for name in names if name in namespace}
    for absent in ("__dict__", "__weakref__"):
        namespace.pop(absent, None)
    methods: dict[str, Any] = {
        "__slots__": names,
        "__match_args__": tuple(name for name in names if name not in defaults or defaults[name].init),
        "__qualname__": written.__qualname__,
        "__init__": _Init(defaults, frozen),
        "__eq__": _equality(names),
        "__hash__": _hashing(names) if frozen else None,
        "__repr__": _shown,
        "__dataclass_fields__": _Description(written, frozen),
    }
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse, "__getstate__": _state, "__setstate__": _restore}
    kind: Any = type(written)
    made: type[Any] = kind(written.__name__, written.__bases__, namespace | methods)
    return made


def _default(given: Any) -> Any:
    return given if isinstance(given, dataclasses.Field) else field(default=given)


class _Init:
    """Stands in the place of a class's ``__init__`` until the first instance is made."""

    def __init__(self, defaults: Mapping[str, dataclasses.Field[Any]], frozen: bool) -> None:
        self._defaults = defaults
        self._frozen = frozen

    def __get__(self, record: Any, owner: Any) -> Any:
        function = self._compiled(owner)
        owner.__init__ = function
        return function if record is None else function.__get__(record)

    def _compiled(self, owner: Any) -> Any:
        """The function, as ``dataclasses`` writes it, but that the setters of the slots fill a frozen instance."""
        scope: dict[str, Any] = {"_missing": MISSING}
        parameters, lines = ["self"], []
        for name in owner.__slots__:
            parameter, value = self._argument(name, scope)
            if parameter is not None:
                parameters.append(parameter)
            if value is not None:
                scope[f"_set_{name}"] = owner.__dict__[name].__set__
                lines.append(f"_set_{name}(self, {value})" if self._frozen else f"self.{name} = {value}")
        if hasattr(owner, "__post_init__"):
            lines.append("self.__post_init__()")
        exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), scope)
        function = scope["__init__"]
        function.__qualname__ = f"{owner.__qualname__}.__init__"
        function.__module__ = owner.__module__
        hints = owner.__annotations__
        function.__annotations__ = {name: hints[name] for name in owner.__match_args__}
        return function

    def _argument(self, name: str, scope: dict[str, Any]) -> tuple[str | None, str | None]:
        """The parameter of a field, if it has one, and the expression for its value, if it gets one."""
        default = self._defaults.get(name)
        if default is None:
            return name, name
        if default.default_factory is not MISSING:
            scope[f"_new_{name}"] = default.default_factory
            if not default.init:
                return None, f"_new_{name}()"
            return f"{name}=_missing", f"_new_{name}() if {name} is _missing else {name}"
        if default.default is MISSING:
            return (name, name) if default.init else (None, None)
        scope[f"_default_{name}"] = default.default
        return (f"{name}=_default_{name}", name) if default.init else (None, f"_default_{name}")


class _Description:
    """Stands in the place of what the functions of ``dataclasses`` ask a class for, until one of them does."""

    def __init__(self, written: type[Any], frozen: bool) -> None:
        self._written = written
        self._frozen = frozen

    def __get__(self, record: Any, owner: Any) -> Any:
        made: Any = dataclasses.dataclass(frozen=self._frozen)(self._written)
        owner.__dataclass_fields__ = made.__dataclass_fields__
        return made.__dataclass_fields__


def _equality(names: tuple[str, ...]) -> Callable[[Any, object], bool]:
    values = _getter(names)

    def equal(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _hashing(names: tuple[str, ...]) -> Callable[[Any], int]:
    values = _getter(names)
    return lambda self: hash(values(self))


def _shown(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
    return f"{type(self).__qualname__}({fields})"


def _refuse(self: object, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"{name} can't be changed: {type(self).__qualname__} is frozen")


def _state(self: Any) -> list[Any]:
    """What is pickled."""
    return [getattr(self, name) for name in self.__slots__]


def _restore(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)
