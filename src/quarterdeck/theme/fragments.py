"""The order in which the parts of a slide appear, after the slide was cut into several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from quarterdeck.lazy import replace
from typing import Any

from quarterdeck.model.content import Block


def renumbered(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], int]:
    """The blocks with their fragments counted from 0 without gaps, and how many there are."""
    places = {old: new for new, old in enumerate(sorted(set(_fragments(blocks))))}
    return _moved(blocks, places), len(places)


def _fragments(value: object) -> Iterator[int]:
    if isinstance(value, tuple):
        for item in value:
            yield from _fragments(item)
    elif is_dataclass(value):
        for field in fields(value):
            own = getattr(value, field.name)
            if field.name == "fragment" and own is not None:
                yield own
            elif field.name == "highlight_fragments":
                yield from own
            else:
                yield from _fragments(own)


def _moved(value: Any, places: Mapping[int, int]) -> Any:  # any value of the content model
    if isinstance(value, tuple):
        return tuple(_moved(item, places) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        own = getattr(value, field.name)
        match field.name, own:
            case "fragment", int():
                changed[field.name] = places[own]
            case "highlight_fragments", tuple():
                changed[field.name] = tuple(places[old] for old in own)
            case _, tuple():
                changed[field.name] = _moved(own, places)
    return replace(value, **changed) if changed else value
