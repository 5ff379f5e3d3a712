"""What was made before, for whoever makes the same again: a watch, a show that reloads, a workshop's variants."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Memory(Generic[Made]):
    """Things by name, each with all that it was made from; one is recalled where that is equal.

    The name only makes finding quick.  A few versions of each thing are kept, and the names used last.
    """

    def __init__(self, names: int = 4096, versions: int = 8) -> None:
        self._names = names
        self._versions = versions
        self._kept: OrderedDict[Hashable, list[tuple[object, Made]]] = OrderedDict()

    def recall(self, name: Hashable, given: object) -> Made | None:
        """What was made of equal things under that name; None where there is none."""
        for at, (known, made) in enumerate(versions := self._kept.get(name, [])):
            if known == given:
                versions.insert(0, versions.pop(at))
                self._kept.move_to_end(name)
                return made
        return None

    def same(self, name: Hashable, made: Made) -> Made:
        """The equal thing that was kept first, so that what is made from it is found without looking into it."""
        known = self.recall(name, made)
        if known is None:
            self.keep(name, made, made)
        return made if known is None else known

    def keep(self, name: Hashable, given: object, made: Made) -> None:
        """Keep what was made."""
        others = [version for version in self._kept.get(name, ()) if version[0] != given]
        self._kept[name] = [(given, made), *others[: self._versions - 1]]
        self._kept.move_to_end(name)
        if len(self._kept) > self._names:
            self._kept.popitem(last=False)
