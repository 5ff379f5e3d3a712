"""Nested lists, from paragraphs that only know their level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from quarterdeck.model.placed import Bullet, PlacedParagraph


def nested_lists(paragraphs: Iterable[tuple[PlacedParagraph, str]]) -> Iterator[str]:
    """Drawn paragraphs, with ``ul``, ``ol`` and ``li`` opened and closed around them.

    A paragraph with a bullet begins an item; an indented one without belongs to the item before it.
    """
    open_lists: list[str] = []
    for paragraph, drawn in paragraphs:
        bullet, depth = paragraph.bullet, paragraph.level + 1
        if bullet is not None:
            yield from _close(open_lists, depth)
            if len(open_lists) == depth:
                yield "</li>"
                if open_lists[-1] != _kind(bullet):
                    yield f"</{open_lists.pop()}>"
            while len(open_lists) < depth:
                yield from _open(open_lists, bullet)
                if len(open_lists) < depth:
                    yield "<li>"
            yield "<li>"
        elif open_lists and paragraph.indent > 0:
            yield from _close(open_lists, depth)
        else:
            yield from _close(open_lists, 0)
        yield drawn
    yield from _close(open_lists, 0)


def _open(open_lists: list[str], bullet: Bullet) -> Iterator[str]:
    kind = _kind(bullet)
    start = f' start="{bullet.number}"' if bullet.number not in (None, 1) else ""
    open_lists.append(kind)
    yield f'<{kind} role="list"{start}>'


def _close(open_lists: list[str], depth: int) -> Iterator[str]:
    while len(open_lists) > depth:
        yield f"</li></{open_lists.pop()}>"


def _kind(bullet: Bullet) -> str:
    return "ul" if bullet.number is None else "ol"
