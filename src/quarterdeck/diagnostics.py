"""Faults a user can cause, where they are, and how they are shown.

Everything a user can get wrong is a :class:`Diagnostic`.  They are collected in
:class:`Diagnostics`, and reported together by raising one :class:`QuarterdeckError`.
Everything else that goes wrong raises an ordinary exception and is a bug.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from msgspec import Struct, field


class SourceSpan(Struct, frozen=True):
    """A stretch of one line in a file the author wrote."""

    file: str
    """The path as it is shown to the author: relative to where the command was given, if it can be."""
    line: int = 1
    """1-based."""
    column: int = 1
    """1-based, in code points."""
    length: int = 1
    """Code points from ``column`` that are at fault; at least 1."""

    def __lt__(self, other: SourceSpan) -> bool:
        """Whether it comes first: by file, then by place."""
        return (self.file, self.line, self.column, self.length) < (other.file, other.line, other.column, other.length)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def below(self, lines: int) -> SourceSpan:
        """The place so many lines further down."""
        return SourceSpan(self.file, self.line + lines, self.column) if lines else self


class Severity(StrEnum):
    """How bad a diagnostic is: an error stops the command, a warning doesn't (unless ``--strict``)."""

    ERROR = "error"
    WARNING = "warning"


class Diagnostic(Struct, frozen=True):
    """One fault: what is wrong, where, and what to do about it."""

    message: str
    span: SourceSpan | None = None
    hint: str | None = None
    code: str = ""
    """A stable name in kebab case (``unknown-key``, ``text-overflow``), for ``check --format json``."""
    severity: Severity = Severity.ERROR


class QuarterdeckError(Exception):
    """The one base error: a user's input, or the user's machine, is at fault."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))

    @property
    def first(self) -> Diagnostic:
        """What to say where there is room for one: the first error, even if a warning comes before it."""
        return next((d for d in self.diagnostics if d.severity is Severity.ERROR), self.diagnostics[0])

    @classmethod
    def of(
        cls, message: str, span: SourceSpan | None = None, *, hint: str | None = None, code: str = ""
    ) -> QuarterdeckError:
        """An error with a single diagnostic."""
        return cls((Diagnostic(message, span, hint, code),))


class Diagnostics(Struct):
    """Collects faults, so that they can be reported all at once."""

    items: list[Diagnostic] = field(default_factory=list)

    def error(self, message: str, span: SourceSpan | None = None, *, hint: str | None = None, code: str = "") -> None:
        """Add an error."""
        self.items.append(Diagnostic(message, span, hint, code, Severity.ERROR))

    def warning(self, message: str, span: SourceSpan | None = None, *, hint: str | None = None, code: str = "") -> None:
        """Add a warning."""
        self.items.append(Diagnostic(message, span, hint, code, Severity.WARNING))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Add what another part found."""
        self.items.extend(diagnostics)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors only."""
        return tuple(d for d in self.items if d.severity is Severity.ERROR)

    def raise_errors(self) -> None:
        """Raise :class:`QuarterdeckError` with everything found, warnings too, if there is any error."""
        if self.errors:
            raise QuarterdeckError(in_order(self.items))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file and position, each fault once; those without a position come first."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.span is not None, d.span or SourceSpan(""), d.severity)))


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the closest known word, or lists them all when none is close."""
    import difflib  # only faults need it

    known = sorted(known)
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if known else None


def render(diagnostic: Diagnostic, line_of: Callable[[str, int], str | None]) -> str:
    """The diagnostic as text: position, message, the source line with a caret under it, and the hint.

    ``line_of(file, line)`` returns a source line without its line end, or None if it can't be read.
    """
    span = diagnostic.span
    head = f"{harmless(str(span))}: " if span else ""
    parts = [f"{head}{diagnostic.severity}: {harmless(diagnostic.message)}"]
    source = line_of(span.file, span.line) if span else None
    if span and source is not None:
        shown = harmless(source.replace("\t", " "))
        start = min(span.column - 1, len(shown))
        length = max(1, min(span.length, len(shown) - start))
        pad = " " * sum(map(_cells, shown[:start]))
        caret = "^" * max(1, sum(map(_cells, shown[start : start + length])))
        margin = f"{span.line:>5} | "
        parts += [f"{margin}{shown}", f"{' ' * (len(margin) - 2)}| {pad}{caret}"]
    if diagnostic.hint:
        parts.append(f"        hint: {harmless(diagnostic.hint)}")
    return "\n".join(parts)


def harmless(text: str) -> str:
    """The text with what a terminal would obey made visible, character for character; line ends stay.

    Control characters become their pictures (U+2400 to U+2421), other controls and what turns the
    direction of text a replacement character.
    """
    return _OBEYED.sub(_picture, text)


_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def _cells(character: str) -> int:
    """Terminal cells that a character takes, so that carets line up under wide text too."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
