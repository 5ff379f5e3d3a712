"""The words of a paragraph found in Markdown, and new words written over them.

A paragraph of a PPTX has lost its markup.  So words are compared one by one, and marks (emphasis, code, links, quotes)
are passed over; what a template's expression prints matches any words, and stays as it is.
"""

from __future__ import annotations

import difflib
import html
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from quarterdeck.compile.pptx.base import FORMULA_BEGIN, FORMULA_END
from quarterdeck.source.markdown.fences import code_spans, find_fences

_WORDS = re.compile(rf"(?:{FORMULA_BEGIN}[^{FORMULA_END}]*{FORMULA_END})+|\w+|\S")
_SOURCE = (
    r"(?P<break>\n[ \t>]*(?=\n))",
    r"(?P<template>\{\{.*?\}\}|\{%.*?%\}|\{\#.*?\#\})",
    r"(?P<formula>\$[^$\n]+\$)",
    r"(?P<gap>\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\]\n]*\]|\{[.#:][^{}\n]*\}|<br */?>|<!--|-->)",
    r"(?P<note>\[\^[^\]\n]+\])",
    r"(?P<entity>&\#?\w+;)",
    r"(?P<word>\w+|\S)",
)
_MARKS = frozenset("*_`[]!~\\<>")
"""Characters that may be markup: passed over where the text has others."""
_OPENING = "*_~[`!"
_CLOSERS = re.compile(r"(?:[*_~`]+|\]\([^)\n]*\)|\]\[[^\]\n]*\]|\]|\{[.#][^}\n]*\})*")
_BEFORE = re.compile(
    r"(?:.*\||[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(?:\[[ xX]\]\s+)?(?:#+\s+|:\s+|:::+\s*[\w-]+\s+|<!--|[\w-]+:\s+)?)"
    r"[\s*_~`\[!\"']*"
)
"""What may be before the first word of a paragraph on its line."""
_AFTER = re.compile(r"[\s*_~`\]\"'\\]*(?:\]\([^)\n]*\)|\{[.#:][^{}\n]*\}|#+|-->)*[\s*_~`\]\"'\\]*(?:\|.*)?")
"""What may follow the last one on its line."""
_NEXT_BLOCK = re.compile(
    r"\s*(?:$|[-*+] |\d+[.)] |#|:::|```|~~~|\||---|-->|: |<!--|\{%|>\s*(?:$|[-*+] |\d+[.)] )|[\w-]+:)"
)
"""What ends a paragraph if it is on the next line."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>$~|])")
_LEADING = frozenset(":+-#>=")
"""What would make another kind of block of a paragraph that begins with it."""
MOST_PRINTED = 24
"""Words that an expression of a template may print within a paragraph."""


class Word(NamedTuple):
    """A word, or another character, of a text."""

    text: str
    start: int
    end: int
    kind: str = "word"


class Replacement(NamedTuple):
    """A stretch of a text that becomes another."""

    start: int
    end: int
    text: str


class Match(Struct, frozen=True):
    """A paragraph in Markdown."""

    words: tuple[Word | None, ...]
    """For each word of the paragraph the one in the source; None for what an expression prints."""
    is_whole: bool
    """Whether it is all of a paragraph, item or cell, and not a part of a longer one."""

    @property
    def start(self) -> int:
        """Where its first word that is written begins."""
        return next((word.start for word in self.words if word is not None), 0)

    @property
    def end(self) -> int:
        """Where its last word that is written ends."""
        return next((word.end for word in reversed(self.words) if word is not None), 0)


class PrintedError(Exception):
    """The words that changed are printed by a template's expression, or are a formula; the message says which."""


def words_of(text: str) -> list[Word]:
    """The words of a paragraph; a formula is one."""
    return [
        Word(match[0], match.start(), match.end(), "formula" if match[0][0] == FORMULA_BEGIN else "word")
        for match in _WORDS.finditer(text)
    ]


def matches(source: str, paragraph: str) -> list[Match]:
    """Where the paragraph may be written in Markdown: whole paragraphs if there are any, else parts of others."""
    wanted = words_of(paragraph)
    if not wanted:
        return []
    given = _source_words(source, paragraph)
    found = []
    for at, word in enumerate(given):
        printed = word.kind == "template" and word.text.startswith("{{")
        if printed or _same(word, wanted[0]) or _ends_in_number(wanted[0], word):
            mapping = _followed(given, at, wanted)
            if mapping is not None and any(mapping):
                match = Match(tuple(mapping), is_whole=False)
                found.append(Match(match.words, _is_whole(source, match.start, match.end)))
    return [match for match in found if match.is_whole] or found


def _source_words(source: str, paragraph: str) -> list[Word]:
    left_out = {"(?P<template>"} if "{{" in paragraph else set()
    left_out |= set() if FORMULA_BEGIN in paragraph else {"(?P<formula>"}
    expression = "|".join(part for part in _SOURCE if not part.startswith(tuple(left_out) or ("?",)))
    return [
        Word(match[0], match.start(), match.end(), match.lastgroup or "word")
        for match in re.finditer(expression, source, re.DOTALL)
    ]


def _ends_in_number(wanted: Word, word: Word) -> bool:
    rest = wanted.text.removeprefix(word.text)
    return rest != wanted.text and rest.isdigit()


def _same(given: Word, wanted: Word) -> bool:
    match given.kind:
        case "entity":
            return html.unescape(given.text) == wanted.text
        case "formula":
            return wanted.kind == "formula"
        case "note":
            return wanted.text.isdigit()
        case "word":
            return given.text == wanted.text
    return False


def _followed(given: Sequence[Word], at: int, wanted: Sequence[Word], begin: int = 0) -> list[Word | None] | None:
    """The words of the source for those that are wanted, from one place on; None where they differ."""
    found: list[Word | None] = []
    for number in range(begin, len(wanted)):
        while True:
            if at >= len(given):
                return None
            word = given[at]
            if word.kind == "template":
                if not word.text.startswith("{{"):
                    at += 1
                    continue
                for count in range(min(MOST_PRINTED, len(wanted) - number) + 1):
                    rest = _followed(given, at + 1, wanted, number + count)
                    if rest is not None:
                        return [*found, *[None] * count, *rest]
                return None
            if _same(word, wanted[number]):
                found.append(word)
                at += 1
                break
            note = given[at + 1] if at + 1 < len(given) else None
            if note is not None and note.kind == "note" and _ends_in_number(wanted[number], word):
                found.append(word)  # the number of a footnote touches its word
                at += 2
                break
            if number == begin == 0 or not (word.kind == "gap" or word.text in _MARKS):
                return None
            at += 1
    return found


def _is_whole(source: str, start: int, end: int) -> bool:
    begin = source.rfind("\n", 0, start) + 1
    stop = source.find("\n", end)
    stop = len(source) if stop < 0 else stop
    following = source[stop + 1 :].split("\n", 1)[0]
    return (
        _BEFORE.fullmatch(source[begin:start]) is not None
        and _AFTER.fullmatch(source[end:stop]) is not None
        and _NEXT_BLOCK.match(following) is not None
    )


def is_code(source: str, place: int) -> bool:
    """Whether a place is within a fence or a code span."""
    lines = source.split("\n")
    line = source.count("\n", 0, place)
    if any(line in fence.body(len(lines)) for fence in find_fences(lines)):
        return True
    return any(start < place < end for start, end in code_spans(source))


def escaped(text: str) -> str:
    """Plain text as Markdown that a template leaves alone, too."""
    return _SPECIAL.sub(r"\\\1", text)


def rewritten(source: str, match: Match, old: str, new: str, *, plain: bool = True) -> list[Replacement]:
    """What to replace so that the paragraph says ``new``; ``plain`` escapes what Markdown would take for markup.

    Raises:
        PrintedError: when words change that aren't written there.

    """
    before, after = words_of(old), words_of(new)
    changes = difflib.SequenceMatcher(None, [w.text for w in before], [w.text for w in after], autojunk=False)
    made: list[Replacement] = []
    for tag, i1, i2, j1, j2 in changes.get_opcodes():
        if tag == "equal":
            continue
        if any(word.kind == "formula" for word in (*before[i1:i2], *after[j1:j2])):
            raise PrintedError("a formula")
        gone = match.words[i1:i2]
        if any(word is None for word in gone):
            raise PrintedError("what an expression of the template prints")
        said = new[after[j1].start : after[j2 - 1].end] if j2 > j1 else ""
        written = [word for word in gone if word is not None]
        if not written:
            lead = j1 > 0 and after[j1 - 1].end < after[j1].start
            trail = j2 < len(after) and after[j2 - 1].end < after[j2].start
            made.append(_inserted(source, match, i1, said, lead=lead, trail=trail, plain=plain))
            continue
        if plain and i1 == 0 and not said and j2 < len(after) and after[j2].text in _LEADING:
            said = "\\"  # what follows would make it another kind of block
            made.append(Replacement(written[0].start, written[-1].end, said))
            continue
        apart = 0 < j1 < len(after) and after[j1 - 1].end < after[j1].start
        made += _replaced(source, written, said, plain=plain, apart=apart)
    return made


def _replaced(source: str, written: Sequence[Word], said: str, *, plain: bool, apart: bool) -> Iterator[Replacement]:
    """Words become others, or go; marks between them stay.  ``apart``: whether a blank stays where they go."""
    text = escaped(said) if plain and not is_code(source, written[0].start) else said
    stretches: list[list[Word]] = []
    for word in written:
        if stretches and not source[stretches[-1][-1].end : word.start].strip():
            stretches[-1].append(word)
        else:
            stretches.append([word])
    for number, stretch in enumerate(stretches):
        start, end = stretch[0].start, stretch[-1].end
        if number == 0 and text:
            yield Replacement(start, end, text)
        else:
            yield _removed(source, start, end, apart=apart)


def _removed(source: str, start: int, end: int, *, apart: bool) -> Replacement:
    """Words go with marks that hold nothing else, and with one blank beside them."""
    while start > 0 and end < len(source) and source[start - 1] == source[end] and source[end] in "*_~`":
        start, end = start - 1, end + 1
    before, after = source[start - 1 : start] == " ", source[end : end + 1] == " "
    if before and (after or not apart):
        return Replacement(start - 1, end, "")
    return Replacement(start, end + after, "")


def _inserted(source: str, match: Match, place: int, said: str, *, lead: bool, trail: bool, plain: bool) -> Replacement:
    """New words before the word at ``place``; ``lead`` and ``trail`` say whether blanks are around them."""
    previous = match.words[place - 1] if place else None
    following = match.words[place] if place < len(match.words) else None
    parted = previous is not None and following is not None and source[previous.end : following.start].endswith(" ")
    if parted and lead and not trail and following is not None:
        at, lead = following.start, False  # it touches the word after it
    elif previous is not None:
        closing = _CLOSERS.match(source, previous.end)
        at = closing.end() if closing else previous.end
        trail = False
    elif following is not None:
        at = following.start
        while at > 0 and source[at - 1] in _OPENING:
            at -= 1
        lead = False
    else:
        raise PrintedError("what an expression of the template prints")
    text = escaped(said) if plain and not is_code(source, at) else said
    return Replacement(at, at, f"{' ' * lead}{text}{' ' * trail}")


def with_marks(source: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of a source with the marks directly around it."""
    while start > 0 and source[start - 1] in _OPENING:
        start -= 1
    closing = _CLOSERS.match(source, end)
    return start, closing.end() if closing else end


def applied(source: str, replacements: Sequence[Replacement]) -> str:
    """The text with the replacements made.

    Raises:
        ValueError: when two of them are at one place.

    """
    ordered = sorted(set(replacements))
    for first, second in itertools.pairwise(ordered):
        if second.start < first.end or (second.start == first.start and second.end == first.end):
            raise ValueError("two edits of one place")
    for start, end, text in reversed(ordered):
        source = source[:start] + text + source[end:]
    return source
