"""How an edit would be written into the Markdown of its paragraph: the ways to try, the best first."""

from __future__ import annotations

import difflib

from quarterdeck.compile.pptx.base import FORMULA_BEGIN
from quarterdeck.workshop.edits.changes import Edit
from quarterdeck.workshop.edits.markup import PrintedError, Replacement, is_code, rewritten, with_marks
from quarterdeck.workshop.edits.pages import PageParagraph
from quarterdeck.workshop.edits.slide import LEAST_ALIKE
from quarterdeck.workshop.edits.sources import Found
from quarterdeck.workshop.imports.paragraphs import inline_markdown


class UnwritableError(Exception):
    """An edit that Markdown has no way for; the message says why."""


def ways(edit: Edit, found: Found, paragraph: PageParagraph) -> list[tuple[Replacement, ...]]:
    """What to replace in the segment where the paragraph was found; ``paragraph`` is as the deck gives it now.

    Words are tried as they are first, and then with a backslash before what may be markup.

    Raises:
        UnwritableError: when there is no way.

    """
    text = found.segment.text
    if edit.added:
        return [_added(edit, found, paragraph)]
    if not edit.new and not edit.is_table:
        if not found.match.is_whole:
            raise UnwritableError("a part of a paragraph can't be taken out")
        return [(_without_lines(text, found.match.start, found.match.end),)]
    if _is_another(edit, found):
        return [_replaced(edit, found)]
    try:
        tried = [tuple(rewritten(text, found.match, edit.old, edit.new, plain=plain)) for plain in (False, True)]
    except PrintedError as error:
        raise UnwritableError(f"this changes {error}") from None
    return list(dict.fromkeys(tried))


def _is_another(edit: Edit, found: Found) -> bool:
    """Whether a paragraph became another one, whose looks are taken with its words."""
    alike = difflib.SequenceMatcher(None, edit.old, edit.new, autojunk=False).ratio()
    if edit.edited is None or not found.match.is_whole or alike >= LEAST_ALIKE or FORMULA_BEGIN in edit.old:
        return False
    return None not in found.match.words and not is_code(found.segment.text, found.match.start)


def _replaced(edit: Edit, found: Found) -> tuple[Replacement, ...]:
    paragraph = edit.edited
    assert paragraph is not None
    start, end = with_marks(found.segment.text, found.match.start, found.match.end)
    return (Replacement(start, end, _markdown(paragraph)),)


def _added(edit: Edit, found: Found, anchor: PageParagraph) -> tuple[Replacement, ...]:
    """Paragraphs below, or above, the one that was found."""
    text, match = found.segment.text, found.match
    if not match.is_whole or edit.is_table:
        raise UnwritableError("a paragraph was added here")
    begin = text.rfind("\n", 0, match.start) + 1
    prefix = text[begin : match.start]
    blocks = [_block(prefix, _markdown(paragraph), paragraph.level - anchor.level) for paragraph in edit.added]
    if edit.above:
        return (Replacement(begin, begin, "".join(f"{block}\n" for block in blocks)),)
    end = text.find("\n", match.end)
    end = len(text) if end < 0 else end
    return (Replacement(end, end, "".join(f"\n{block}" for block in blocks)),)


def _markdown(paragraph: PageParagraph) -> str:
    return " ".join(inline_markdown(element, paragraph.owner) for element in paragraph.elements).strip()


def _block(prefix: str, said: str, deeper: int) -> str:
    """A paragraph beside one that has ``prefix`` on its line: an item of its list, or a paragraph of its own."""
    marker = prefix.lstrip()
    if not marker or marker[0] not in "-*+0123456789" or not prefix.endswith(" "):
        return f"\n{said}\n"
    return f"{' ' * (len(prefix) * deeper if deeper > 0 else 0)}{prefix}{said}"


def _without_lines(text: str, start: int, end: int) -> Replacement:
    """The lines of a paragraph taken out, and a blank one if it stood between two."""
    begin = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop + 1
    if text[:begin].endswith("\n\n") and text[stop : stop + 1] == "\n":
        stop += 1
    return Replacement(begin, stop, "")
