"""Combinations are made, left out and added to as GitHub Actions does it."""

from __future__ import annotations

import pytest

from quarterdeck.workshop.manifest.manifest import Combination, expand

FRUIT = {"form": ("apple", "pear"), "audience": ("cat", "dog")}


def values(combinations: tuple[Combination, ...]) -> list[dict[str, str]]:
    """The axes alone."""
    return [dict(each.values) for each in combinations]


def test_every_combination() -> None:
    """The first axis turns slowest; axes without values don't count."""
    assert values(expand({**FRUIT, "role": ()}, [], [])) == [
        {"form": form, "audience": audience} for form in ("apple", "pear") for audience in ("cat", "dog")
    ]
    assert expand({}, [], []) == ()


@pytest.mark.parametrize(
    ("exclude", "left"),
    [([{"form": "apple"}], 2), ([{"form": "apple", "audience": "dog"}], 3), ([{}], 4), ([{"form": "apple"}] * 2, 2)],
)
def test_exclude(exclude: list[dict[str, str]], left: int) -> None:
    """Part of a combination is enough to leave out all that agree with it."""
    assert len(expand(FRUIT, exclude, [])) == left


def test_include_as_documented() -> None:
    """The example of GitHub's documentation, in our words (colour is the theme, shape the language)."""
    extras = [
        {"theme": "green"},
        {"theme": "pink", "audience": "cat"},
        {"form": "apple", "language": "circle"},
        {"form": "banana"},
        {"form": "banana", "audience": "cat"},
    ]
    assert values(expand(FRUIT, [], map(Combination, extras))) == [
        {"form": "apple", "audience": "cat", "theme": "pink", "language": "circle"},
        {"form": "apple", "audience": "dog", "theme": "green", "language": "circle"},
        {"form": "pear", "audience": "cat", "theme": "pink"},
        {"form": "pear", "audience": "dog", "theme": "green"},
        {"form": "banana"},
        {"form": "banana", "audience": "cat"},
    ]


def test_include_adds_variables_and_outputs() -> None:
    """What isn't an axis is added too."""
    extra = Combination({"form": "pear"}, {"room": "B"}, ("html",))
    made = expand(FRUIT, [], [extra])
    assert [(each.variables.get("room"), each.outputs) for each in made] == [(None, None)] * 2 + [("B", ("html",))] * 2
