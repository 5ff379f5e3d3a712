"""The ``filters`` parameter of lists, events and prunes, in the forms clients send.

``{"name":["web"]}`` is the present form, ``{"name":{"web":true}}`` an older one; it may be absent,
empty or ``{}``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.naming import Names
from quarterdeck.stage.cleanroom.strictjson import dumps, loads_object

Filters: TypeAlias = dict[str, list[str]]


def parse(text: str) -> Filters:
    """The filters of a query; raises BadMessageError."""
    filters: Filters = {}
    for key, values in loads_object(text.encode()).items():
        match values:
            case list():
                filters[key] = [str(value) for value in values]
            case dict():
                filters[key] = [value for value, wanted in values.items() if wanted]
            case _:
                raise BadMessageError(f"invalid filter '{key}'")
    return filters


def encode(filters: Filters) -> str:
    """The filters for a query; nothing for none."""
    return dumps(filters).decode() if filters else ""


def name_pattern(names: Names, value: str) -> str:
    """A filter on names is an unanchored pattern; it must match within the plain name."""
    anchored = value.startswith("^")
    plain = value.removeprefix("^").removeprefix("/?").removeprefix("/")
    return f"^/?{names.prefix}{plain}" if anchored or value.startswith("/") else f"^/?{names.prefix}.*(?:{plain})"


def translate(names: Names, filters: Filters) -> Filters:
    """Filters that name containers, networks or volumes, in the engine's words."""
    kinds: dict[str, Callable[[str], str]] = {
        "name": lambda value: name_pattern(names, value),
        "container": names.container,
        "before": names.container,
        "since": names.container,
        "network": names.network,
        "volume": lambda value: value if value.startswith("/") else names.volume(value),
    }
    return {key: [kinds[key](v) for v in values] if key in kinds else values for key, values in filters.items()}
