"""Numbers of list items as PowerPoint counts them.

PowerPoint numbers neighbouring items of a level itself, beginning at the ``startAt`` that all of
them carry; deeper items between them don't interrupt, other text does.
"""

from __future__ import annotations

from quarterdeck.lazy import dataclass, field
from quarterdeck.model.placed import PlacedParagraph


@dataclass(slots=True)
class Numbering:
    """Follows the numbered items of one text box."""

    _lists: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By level: where the list began, and the number that comes next."""

    def start(self, paragraph: PlacedParagraph) -> int | None:
        """The number that the paragraph's list begins at; None for a paragraph without a number."""
        level = paragraph.level
        for deeper in [known for known in self._lists if known > level]:
            del self._lists[deeper]
        number = paragraph.bullet.number if paragraph.bullet else None
        if number is None:
            self._lists.pop(level, None)
            return None
        began, expected = self._lists.get(level, (number, number))
        if number != expected:
            began = number
        self._lists[level] = (began, number + 1)
        return began
