"""Figures: pictures, videos and sounds, ``![alt](file "caption"){width=60%}``, and GFM pipe tables.

Both may have a caption, and appear later; a table's rows also one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Align, Column, Image, Inline, Length, Media, Row, Run, Table, plain_text
from quarterdeck.source.assets import Assets
from quarterdeck.source.markdown.attributes import Attributes
from quarterdeck.source.markdown.context import Fragments
from quarterdeck.source.markdown.inlines import FRAGMENT, InlineReader, PictureMark
from quarterdeck.source.markdown.parser import Node
from quarterdeck.text.passage import Passage

PICTURE_KEYS = (
    "width",
    "height",
    "crop",
    "caption",
    "poster",
    "autoplay",
    "loop",
    "decorative",
    "full-bleed",
    FRAGMENT,
)
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(%|px)?\Z")


class PictureReader(Struct):
    """Turns pictures met in text into blocks."""

    assets: Assets
    fragments: Fragments
    found: Diagnostics

    def read(self, mark: PictureMark, around: int | None) -> Image | Media | None:
        """The picture, or None after telling why there is none."""
        attributes = mark.attributes
        attributes.report_unknown(PICTURE_KEYS, lambda _: mark.span, self.found, "of a picture")
        asset = self.assets.load(mark.source, mark.span)
        fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
        if asset is None:
            return None
        width = parse_length(attributes, "width", mark.span, self.found)
        if not asset.media_type.startswith("image/"):
            poster = attributes.values.get("poster")
            return Media(
                asset,
                mark.alt,
                poster=self.assets.load(poster, mark.span) if poster else None,
                width=width,
                autoplay=attributes.has("autoplay"),
                loop=attributes.has("loop"),
                fragment=fragment,
                span=mark.span,
            )
        caption = attributes.values.get("caption") or mark.title
        decorative = ("decorative",) if attributes.has("decorative") else ()
        return Image(
            asset,
            "" if decorative else mark.alt,
            caption=(Run(caption),) if caption else (),
            width=width,
            height=parse_length(attributes, "height", mark.span, self.found),
            crop=self._crop(attributes, mark.span),
            full_bleed=attributes.has("full-bleed"),
            link=mark.link,
            fragment=fragment,
            classes=(*decorative, *(n for n in attributes.classes if n not in (FRAGMENT, "full-bleed", "decorative"))),
            span=mark.span,
        )

    def _crop(self, attributes: Attributes, span: SourceSpan) -> tuple[float, float, float, float] | None:
        text = attributes.values.get("crop")
        if text is None:
            return None
        words = text.replace(",", " ").split()
        shares = [float(m[1]) / 100 for word in words if (m := _LENGTH.match(word)) and m[2] != "px"]
        if len(shares) == len(words) == 1:
            shares *= 4
        if len(shares) == 4 and len(words) in (1, 4) and shares[0] + shares[2] < 1 and shares[1] + shares[3] < 1:
            return shares[0], shares[1], shares[2], shares[3]
        self.found.error(
            f"unknown crop '{text}'",
            span,
            hint='say how much is cut off left, top, right and bottom: crop="10% 0 10% 5%"',
            code="wrong-type",
        )
        return None


def parse_length(attributes: Attributes, key: str, span: SourceSpan, found: Diagnostics) -> Length | None:
    """The length given for ``key``; a bare number is in pixels."""
    text = attributes.values.get(key)
    if text is None:
        return None
    match = _LENGTH.match(text)
    if match and float(match[1]) > 0 and not (match[2] == "%" and float(match[1]) > 100):
        return Length(float(match[1]), match[2] or "px")
    found.error(
        f"'{text}' is not a {key}",
        span,
        hint="a share of the space (60%) or pixels of a 1280-px slide (320px)",
        code="wrong-type",
    )
    return None


_NUMBER = re.compile(r"[+\-−±~≈<>≤≥]?\s?[$€£¥]?\d[\d.,'\u00a0\u202f]*\s?[%‰$€£¥]?")
"""A figure, with its sign, its marks between thousands, and a percent sign or a currency."""
TABLE_KEYS = ("widths", "caption", "incremental", FRAGMENT)


class TableReader(Struct):
    """Turns table nodes of one passage into tables."""

    passage: Passage
    inlines: InlineReader
    fragments: Fragments
    found: Diagnostics

    def read(self, node: Node, attributes: Attributes, around: int | None) -> Table:
        """The table; pictures in its cells are faults."""
        step_by_step = attributes.has("incremental")
        fragment = None if step_by_step else self.fragments.place(around, own=attributes.has(FRAGMENT))
        rows = [row for part in node.children for row in part.children]
        header, *others = [tuple(self._cells(row)) for row in rows]
        columns = tuple(
            Column(_align(cell, [cells[place] for cells in others])) for place, cell in enumerate(rows[0].children)
        )
        table = Table(
            columns,
            Row(header),
            tuple(Row(cells, self.fragments.place(around, own=True) if step_by_step else None) for cells in others),
            fragment=fragment,
            span=self.passage.line_span(node.first),
        )
        return self.dressed(table, attributes, node.first)

    def dressed(self, table: Table, attributes: Attributes, line: int, caption: tuple[Inline, ...] = ()) -> Table:
        """The table with widths and a caption."""
        attributes.report_unknown(TABLE_KEYS, lambda name: self.passage.find(name, line), self.found, "of a table")
        if "widths" in attributes.values:
            table = replace(table, columns=self._widths(table, attributes.values["widths"], line))
        if not caption and attributes.values.get("caption"):
            caption = (Run(attributes.values["caption"]),)
        return replace(table, caption=caption) if caption else table

    def _widths(self, table: Table, text: str, line: int) -> tuple[Column, ...]:
        words = text.replace(",", " ").replace("%", " ").split()
        try:
            shares = [float(word) for word in words]
        except ValueError:
            shares = []
        if len(shares) != len(table.columns) or not all(0 < share < 10000 for share in shares):
            self.found.error(
                f"'{text}' doesn't give the widths of {len(table.columns)} columns",
                self.passage.find(text, line),
                hint='one number for each column, as shares of the whole: widths="30 70"',
                code="wrong-type",
            )
            return table.columns
        whole = sum(shares)
        return tuple(replace(c, width=share / whole) for c, share in zip(table.columns, shares, strict=True))

    def _cells(self, row: Node) -> Iterator[tuple[Inline, ...]]:
        for cell in row.children:
            inline = cell.children[0].token if cell.children else None
            line = self.inlines.read(inline, row.first, row.end, takes_attributes=False)
            for picture in line.pictures:
                self.found.error(
                    "a cell of a table can't hold a picture",
                    picture.span,
                    hint="put it beside the table, in '::: left' or '::: right'",
                    code="no-slot",
                )
            yield line.inlines


def _align(header: Node, cells: Sequence[tuple[Inline, ...]]) -> Align:
    """A column as its author wants it; by default numbers are on the right, and all else on the left."""
    style = str(header.token.attrs.get("style", ""))
    if style:
        return Align(style.removeprefix("text-align:"))
    texts = [plain_text(cell).strip() for cell in cells]
    numbers = any(texts) and all(_NUMBER.fullmatch(text) for text in texts if text)
    return Align.RIGHT if numbers else Align.LEFT
