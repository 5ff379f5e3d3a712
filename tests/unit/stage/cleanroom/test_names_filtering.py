"""Filters in the forms that clients send."""

from __future__ import annotations

import re

import pytest

from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.names import Names, encode, name_pattern, parse, translate


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        ("{}", {}),
        ('{"name":["web"]}', {"name": ["web"]}),
        ('{"dangling":{"true":true}}', {"dangling": ["true"]}),
        ('{"dangling":{"true":false}}', {"dangling": []}),
    ],
)
def test_forms(text: str, filters: dict[str, list[str]]) -> None:
    """Absent, empty, the present form and the older one."""
    assert parse(text) == filters


@pytest.mark.parametrize("text", ['{"name":"web"}', '{"label":[],"label":["x"]}', "[]", "x"])
def test_malformed(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(BadMessageError):
        parse(text)


@pytest.mark.parametrize(
    ("value", "matches", "other"),
    [
        ("web", "my-web-1", "db"),
        ("^web", "web-1", "my-web"),
        ("^/web$", "web", "web-1"),
        ("/web", "web", "my-web"),
        ("a|b", "b", "xyz"),
        ("qd", "aqd", "web"),
    ],
)
def test_name_pattern(value: str, matches: str, other: str) -> None:
    """A pattern matches plain names as it would without the clean room."""
    names = Names()
    pattern = name_pattern(names, value)
    assert re.search(pattern, f"/{names.prefix}{matches}")
    assert not re.search(pattern, f"/{names.prefix}{other}")
    assert not re.search(pattern, f"/{matches}")


def test_references_are_translated() -> None:
    """Filters by container, network and volume name the stage's own."""
    names = Names()
    assert translate(names, {"network": ["front"], "before": ["web"], "volume": ["/x", "data"], "status": ["up"]}) == {
        "network": [f"{names.prefix}front"],
        "before": [f"{names.prefix}web"],
        "volume": ["/x", f"{names.prefix}data"],
        "status": ["up"],
    }


def test_nothing_is_encoded_as_nothing() -> None:
    """So that the parameter can be left out."""
    assert encode({}) == ""
