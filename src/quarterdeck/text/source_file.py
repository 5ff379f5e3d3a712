"""Reading a file that an author wrote: UTF-8, with or without a byte-order mark, any line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, SourceSpan

MAX_BYTES = 20_000_000
"""A text file larger than this is not a deck."""

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff\U00100000-\U0010ffff]"
)
"""What XML 1.0 (2.2) can't hold or no font can show, and the plane whose characters mark positions in templates."""


_unsaved: ContextVar[Mapping[Path, str | bytes] | None] = ContextVar("unsaved", default=None)


@contextmanager
def unsaved(texts: Mapping[Path, str | bytes]) -> Iterator[None]:
    """Read these texts, or pictures, instead of the files at these resolved paths, as long as the context is open.

    So an editor's text is checked before it is saved, and an edit that came back before it is written.
    """
    token = _unsaved.set(texts)
    try:
        yield
    finally:
        _unsaved.reset(token)


def file_bytes(path: Path) -> bytes:
    """What an author's file holds, or will hold when the editor saves it.  Raises OSError."""
    texts = _unsaved.get()
    text = texts.get(path.resolve()) if texts else None
    if text is None:
        return path.read_bytes()
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def shown_path(path: Path) -> str:
    """A path as authors see it: relative to the working folder when it lies below it, else absolute."""
    resolved = path.resolve()
    try:
        return str(resolved.relative_to(Path.cwd()))
    except ValueError:
        return str(resolved)


def translation_of(path: Path, language: str) -> Path:
    """Where the translation of a file is kept: ``volumes.de.md`` for ``volumes.md``."""
    return path.with_name(f"{path.stem}.{language}{path.suffix}")


def is_translation(path: Path) -> bool:
    """Whether a file is the translation of one beside it."""
    stem, dot, _ = path.stem.rpartition(".")
    return bool(dot) and is_file(path.with_name(stem + path.suffix))


def is_file(path: Path) -> bool:
    """Whether there is a file of that name, or will be; False too for names that no file can have."""
    texts = _unsaved.get()
    try:
        return path.is_file() or bool(texts and path.resolve() in texts)
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder of that name; False too for names that no folder can have."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_source(path: Path, found: Diagnostics, asked_at: SourceSpan | None = None) -> str | None:
    r"""The text of a file with ``\n`` at line ends, or None after telling ``found`` why not.

    ``asked_at`` is the place that names the file; without it the fault is at the file itself.
    """
    name = shown_path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            found.error(f"{name} is larger than {MAX_BYTES // 1_000_000} MB", asked_at, code="unreadable-file")
            return None
        data = file_bytes(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        found.error(f"{name} can't be read: {reason}", asked_at or SourceSpan(name), code="unreadable-file")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        begun = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[begun : error.start].decode("utf-8", "replace")) + 1
        found.error(
            f"this byte (0x{data[error.start]:02x}) isn't UTF-8",
            SourceSpan(name, line, column),
            hint="save the file as UTF-8",
            code="not-utf-8",
        )
        return None
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n"), name, found)


def without_controls(text: str, file: str, found: Diagnostics) -> str:
    """The text, with a fault for each line that holds characters no slide can show."""
    for match in _FORBIDDEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        found.error(
            f"the character U+{ord(match[0]):04X} can't be shown",
            SourceSpan(file, line, column),
            hint="remove it",
            code="control-character",
        )
    return presentable(text)


def presentable(text: str) -> str:
    """The text with U+FFFD in place of each character that no output can hold."""
    return _FORBIDDEN.sub("\ufffd", text)
