"""Code is found in Markdown before it is parsed."""

from __future__ import annotations

import pytest

from quarterdeck.source.markdown.fences import closes, code_spans, find_fences, opening_of


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("```py {2}", ("```", "py {2}")),
        ("~~~~", ("~~~~", "")),
        ("> - ```sh", ("```", "sh")),
        ("1. ```", ("```", "")),
        ("``` a`b", None),
        ("``x``", None),
        ("text ```", None),
    ],
)
def test_opening(line: str, opening: tuple[str, str] | None) -> None:
    """Three marks or more, also in a list or a quote; backticks have none in their info string."""
    assert opening_of(line) == opening


@pytest.mark.parametrize(
    ("line", "marks", "is_end"),
    [("```", "```", True), ("````", "```", True), ("``", "```", False), ("```py", "```", False), ("~~~", "```", False)],
)
def test_closing(line: str, marks: str, is_end: bool) -> None:
    """The same mark, as often at least, and nothing else."""
    assert closes(line, marks) is is_end
    assert closes(f"> {line}", marks) is is_end


def test_fences_in_order() -> None:
    """Each with its lines; one that isn't closed reaches to the end."""
    lines = ["a", "```py", "x", "```", "~~~", "```", "y"]
    first, second = find_fences(lines)
    assert (first.opening, first.closing, first.info, list(first.body(7))) == (1, 3, "py", [2])
    assert (second.opening, second.closing, list(second.body(7))) == (4, None, [5, 6])
    assert [fence.opening for fence in find_fences(lines, 2)] == [3]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a `b` c", ["`b`"]),
        ("``a ` b``", ["``a ` b``"]),
        (r"\`no` `yes`", ["` `"]),
        (r"\\`yes`", ["`yes`"]),
        ("`open", []),
        ("`a\n\nb`", []),
        ("`a\nb`", ["`a\nb`"]),
    ],
)
def test_code_spans(text: str, spans: list[str]) -> None:
    """Inline code ends with as many backticks as it begins with, in the same paragraph."""
    assert [text[begin:end] for begin, end in code_spans(text)] == spans
