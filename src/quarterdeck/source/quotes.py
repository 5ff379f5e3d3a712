"""Quotations with who said it, and boxed remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markdown_it.token import Token

ADMONITIONS: Mapping[str, str] = {
    "note": "Note",
    "info": "Info",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
    "danger": "Danger",
}
"""The kinds of boxed remarks (``::: tip``, ``> [!TIP]``), with the title of one that has none of its own."""

_DASHES = ("— ", "– ", "―", "-- ", "--- ")


def alert_kind(content: str) -> str | None:
    """The kind of remark that the first line of a quote asks for, as on GitHub: ``[!NOTE]``."""
    first = content.split("\n", 1)[0].strip()
    kind = first[2:-1].lower() if first.startswith("[!") and first.endswith("]") else ""
    return kind if kind in ADMONITIONS else None


def without_first_line(children: Sequence[Token]) -> list[Token]:
    """Inline tokens from the second line on."""
    breaks = [n for n, token in enumerate(children) if token.type in ("softbreak", "hardbreak")]
    return list(children[breaks[0] + 1 :]) if breaks else []


def split_attribution(children: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Inline tokens of a quote's last paragraph: what is quoted, and who said it (a last line ``— Name``)."""
    breaks = [n for n, token in enumerate(children) if token.type in ("softbreak", "hardbreak")]
    start = breaks[-1] + 1 if breaks else 0
    line = list(children[start:])
    if not line or line[0].type != "text":
        return list(children), []
    dash = next((d for d in _DASHES if line[0].content.startswith(d)), None)
    if dash is None:
        return list(children), []
    line[0] = line[0].copy(content=line[0].content[len(dash) :].lstrip())
    return list(children[: max(0, start - 1)]), line
