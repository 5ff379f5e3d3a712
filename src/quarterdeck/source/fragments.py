"""The order in which things appear on a slide."""

from __future__ import annotations

from quarterdeck.lazy import dataclass


@dataclass(slots=True)
class Fragments:
    """Gives out places in the order of appearance, as the source is read from top to bottom."""

    count: int = 0
    """Places given out."""
    pause: int | None = None
    """The place that holds for what comes after the last ``. . .``."""
    enabled: bool = True
    """False for notes and narration, where everything is there at once."""
    _paused: bool = False

    def next(self) -> int | None:
        """A place of one's own."""
        if not self.enabled:
            return None
        self._paused = False
        place = self.count
        self.count += 1
        return place

    def wait(self) -> None:
        """``. . .``: what follows appears one press later."""
        self._paused = self.enabled

    def place(self, around: int | None, *, own: bool = False) -> int | None:
        """The place of a block: its own if it asks for one, else that of the pause before it.

        ``around`` is the place of what encloses it; None is returned where that says enough.
        """
        if self._paused:
            self.pause = self.next()
            return self.pause
        if own:
            return self.next()
        if self.pause is not None and (around is None or self.pause > around):
            return self.pause
        return None
