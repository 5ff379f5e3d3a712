"""What templates call their layouts."""

import pytest

from quarterdeck.model.deck import Layout
from quarterdeck.theme.template.names import ALIASES, TITLE_ONLY, is_called, is_unusual, plain, tells


def test_numbers_and_punctuation_are_no_part_of_a_name() -> None:
    """Templates number their layouts, and join words as they like."""
    assert plain("02_Titel-Folie") == "titel folie"


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("1_Rubrik och innehåll", Layout.CONTENT),
        ("Content and Title", Layout.CONTENT),
        ("To indholdsobjekter", Layout.TWO_COLUMNS),
        ("Заголовок раздела", Layout.SECTION),
        ("タイトル スライド", Layout.TITLE),
        ("2 つのコンテンツ", Layout.TWO_COLUMNS),
        ("图片与标题", Layout.IMAGE),
    ],
)
def test_names_are_known_in_many_languages(name: str, layout: Layout) -> None:
    """In any order of their words."""
    assert is_called(name, ALIASES[layout])


def test_a_name_may_say_more() -> None:
    """As agencies name variants; but a single general word says nothing beside others."""
    assert tells("Section Divider with Image - Gradient", ALIASES[Layout.SECTION])
    assert tells("Title and Content - Light", ALIASES[Layout.CONTENT])
    assert not tells("Text in colour", ALIASES[Layout.CONTENT])
    assert is_called("Only title", TITLE_ONLY)


def test_layouts_for_special_purposes_come_last() -> None:
    """A table of contents is a layout with a title and content, too."""
    assert is_unusual("Table of content")
    assert not is_unusual("One content")
