"""The handout as HTML and as PDF."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.compile.handout.document import write_handout
from quarterdeck.project.loading import Project
from quarterdeck.project.printing import print_pdf

LETTER_REGIONS = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "PR", "VE"})
"""Regions of a language tag that print on Letter paper (Unicode CLDR, paperSize); all others on A4."""


def handout(project: Project) -> bytes:
    """The handout as one HTML file; whoever prints it chooses the paper."""
    return write_handout(project.deck, project.theme).encode()


def handout_pdf(project: Project) -> bytes:
    """The handout as PDF, on the paper of the deck's language, its contents with the numbers of pages.

    It is printed twice: only the first print tells on which page everything is.
    """
    paper = paper_of(project.deck.lang)
    first = print_pdf(write_handout(project.deck, project.theme, paper=paper).encode())
    pages = page_numbers(first)
    return print_pdf(write_handout(project.deck, project.theme, paper=paper, pages=pages).encode())


def paper_of(lang: str) -> str:
    """The page size in which a language is printed: ``letter`` for ``en-US``, ``A4`` for ``en-GB`` and ``de``."""
    regions = {part.upper() for part in lang.split("-")[1:] if len(part) == 2}
    return "letter" if regions & LETTER_REGIONS else "A4"


_PAGE = re.compile(rb"\n(\d+) 0 obj\n<</Type /Page\b")
_KIDS = re.compile(rb"\n(\d+) 0 obj\n<</Type /Pages\b(.*?)>>\s*endobj", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_NAMED = re.compile(rb"/(?!Dest )([^\s/\[\]()<>]+) \[(\d+) 0 R /XYZ")
"""A named destination, not that of a bookmark (``/Dest [… /XYZ``)."""


def page_numbers(pdf: bytes) -> Mapping[str, int]:
    """The page of each anchor that a link of the document leads to, from 1.

    Reads what Skia writes, Chromium's PDF library: objects that aren't packed, a tree of pages in their order, and
    named destinations (ISO 32000-1, 7.7.3.2 and 12.3.2.3).  Empty where a browser writes otherwise.
    """
    pages = [int(number) for number in _PAGE.findall(pdf)]
    in_tree = [int(kid) for _, body in _KIDS.findall(pdf) for kid in _REFERENCE.findall(body.partition(b"/Kids")[2])]
    order = [kid for kid in in_tree if kid in pages] or pages
    return {_decoded(name): order.index(int(page)) + 1 for name, page in _NAMED.findall(pdf) if int(page) in order}


def _decoded(name: bytes) -> str:
    """A name without its escapes (ISO 32000-1, 7.3.5)."""
    plain = re.sub(rb"#([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), name)
    return plain.decode("utf-8", "replace")
