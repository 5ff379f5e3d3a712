"""JSON bodies, read so that the engine can't read them differently.

Go takes the last of several equal keys and matches keys without regard to case (even ``K``, the
Kelvin sign, for ``k``); so equal and case-variant keys are refused, wherever they stand in an object
of which the clean room knows the fields.
"""

from __future__ import annotations

import json
from typing import Any

from quarterdeck.stage.cleanroom.http import BadMessageError

BODY_LIMIT = 4 << 20
"""Bytes of a JSON request; the largest known are composed of long environment lists."""


def loads_object(body: bytes) -> dict[str, Any]:
    """The object in ``body``, an empty one for an empty body; raises BadMessageError."""
    if not body.strip():
        return {}
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise BadMessageError(f"the body is not JSON: {error}") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadMessageError("the body must be a JSON object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadMessageError("a JSON key is given twice")
    return value


def _constant(name: str) -> Any:
    raise BadMessageError(f"'{name}' is not JSON")


def dumps(value: object) -> bytes:
    """Compact JSON, as the engine writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
