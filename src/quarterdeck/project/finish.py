"""``--finish FILE.py``: a function of the user's own that changes each PPTX last, with python-pptx.

The file defines ``finish(presentation)``, and gets the finished file as a ``pptx.presentation.Presentation``: for a
logo on each slide, a property, a shape that Markdown can't say.  Only the command line can ask for it, never a deck:
what it names is run.

python-pptx gets the last word, not the first: adding slides with it takes quadratic time, and its charts are not valid,
so :mod:`quarterdeck.compile.pptx` writes the file.  Opened and saved by python-pptx it loses nothing (a test compares
all parts).  The result is packed by our own zip writer, since python-pptx's holds the time of day: the same deck and
the same function give the same bytes.
"""

from __future__ import annotations

import inspect
import io
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from msgspec import Struct

from quarterdeck.compile.pptx.base import BaseSlide, base_line, base_shapes, base_xml, read_base
from quarterdeck.compile.pptx.package.ooxml import Relationship
from quarterdeck.compile.pptx.package.opc import COMPRESSED, zipped
from quarterdeck.diagnostics import QuarterdeckError, SourceSpan

if TYPE_CHECKING:
    from pptx.presentation import Presentation

FUNCTION = "finish"
"""The name of the function."""
FinishFunction: TypeAlias = "Callable[[Presentation], object]"


class Finish(Struct, frozen=True):
    """The user's file, as it was read."""

    file: str
    """Its path, as it is shown in faults."""
    source: bytes

    @classmethod
    def read(cls, file: Path) -> Finish:
        """Read the file; it isn't run yet.

        Raises:
            QuarterdeckError: when it can't be read.

        """
        try:
            return cls(str(file), file.read_bytes())
        except OSError as error:
            raise QuarterdeckError.of(
                f"{file} can't be read: {error.strerror}", hint="--finish takes a Python file", code="unreadable-file"
            ) from None

    def applied(self, pptx: bytes) -> bytes:
        """The PPTX after the function has changed it.

        The file is run for each PPTX, so that what it remembers from one can't show in another.

        Raises:
            QuarterdeckError: with the place in the user's file, when that can't be run, has no such function, or fails.

        """
        from pptx import Presentation  # a tenth of a second

        function = self._function()
        presentation = Presentation(io.BytesIO(pptx))
        try:
            function(presentation)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's own program
            self._fail(error)
        try:
            _keep_base(presentation)
            return packed(presentation)
        except Exception as error:  # noqa: BLE001 - whatever the function has done to the parts
            raise QuarterdeckError.of(
                f"the PPTX can't be saved after {FUNCTION}(): {_said(error)}",
                SourceSpan(self.file),
                code="finish-failed",
            ) from None

    def _function(self) -> FinishFunction:
        module = ModuleType("quarterdeck_finish")
        module.__file__ = self.file
        try:
            exec(compile(self.source, self.file, "exec", dont_inherit=True), module.__dict__)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the user's own program
            self._fail(error)
        function: FinishFunction | None = getattr(module, FUNCTION, None)
        if function is None or not callable(function) or inspect.iscoroutinefunction(function):
            raise QuarterdeckError.of(
                f"{self.file} has no function '{FUNCTION}'",
                hint=f"def {FUNCTION}(presentation): …",
                code="no-finish",
            )
        return function

    def _fail(self, error: BaseException) -> NoReturn:
        """Report what the user's program raised, at the last of its own lines that led there."""
        raise QuarterdeckError.of(_said(error), self._place(error), code="finish-failed") from None

    def _place(self, error: BaseException) -> SourceSpan:
        if isinstance(error, SyntaxError) and error.filename == self.file:
            return SourceSpan(self.file, error.lineno or 1, error.offset or 1)
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.file]
        if not own:
            return SourceSpan(self.file)
        line, begin, end = own[-1].lineno or 1, own[-1].colno or 0, own[-1].end_colno or 0
        text = self.source.splitlines()[line - 1]
        single = own[-1].end_lineno == line
        column = len(text[:begin].decode("utf-8", "replace"))
        length = len(text[begin:end].decode("utf-8", "replace")) if single else 1
        return SourceSpan(self.file, line, column + 1, max(1, length))


def packed(presentation: Presentation) -> bytes:
    """The file as python-pptx saves it, in an archive that is the same each time."""
    import zipfile  # only decks that are finished by a function need it

    written = io.BytesIO()
    presentation.save(written)
    with zipfile.ZipFile(written) as archive:
        return zipped((name, archive.read(name), not name.endswith(COMPRESSED)) for name in archive.namelist())


def _keep_base(presentation: Presentation) -> None:
    """What the function changed is no edit of a client's: the file's base (``compile/pptx/base.py``) is made again."""
    from pptx.oxml.ns import qn

    slides = []
    for slide in presentation.slides:
        notes = _xml(slide.notes_slide) if slide.has_notes_slide else None
        name = str(slide._element.find(qn("p:cSld")).get("name", ""))
        slides.append(BaseSlide(name, tuple(base_shapes(_xml(slide), notes))))
    for relation in presentation.part.rels.values():
        if relation.reltype == Relationship.CUSTOM_XML and read_base(relation.target_part.blob) is not None:
            relation.target_part._blob = base_xml(map(base_line, slides)).encode()


def _xml(page: Any) -> str:
    from lxml import etree

    return etree.tostring(page._element, encoding="unicode")


def _said(error: BaseException) -> str:
    """An exception in a line: a syntax error's message without its place, which is shown anyway."""
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
