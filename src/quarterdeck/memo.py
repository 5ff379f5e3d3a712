"""Memoises results by their inputs, for builds of the same deck again and again.

``build --watch``, a show that reloads and a workshop's variants in one process share most of their slides.

The one rule: a result is kept beside *everything* it was made from, and used only where all of that is equal.  A key or
a time stamp that forgets one input gives a wrong output; comparing costs next to nothing, since most inputs are the
same objects as before.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")


def _always(_: object) -> bool:
    return True


class Memo(Generic[Made]):
    """Results by name, each with its inputs.

    The name only makes finding quick.  Of each, the versions used last are kept, and of all, the names used last.
    """

    def __init__(self, names: int = 4096, versions: int = 8) -> None:
        self._names = names
        self._versions = versions
        self._kept: OrderedDict[Hashable, list[tuple[object, Made]]] = OrderedDict()

    def made(
        self, name: Hashable, given: object, make: Callable[[], Made], usable: Callable[[Made], bool] = _always
    ) -> Made:
        """The result of ``make()``, or the one it returned before for equal inputs ``given`` under that name.

        ``usable`` may refuse a kept result, which is then made again: for inputs that can't be compared beforehand,
        such as files that are only known once they were read.  Nothing is kept when ``make`` raises.
        """
        versions = self._kept.get(name)
        if versions is None:
            versions = self._kept[name] = []
            if len(self._kept) > self._names:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(name)
        for at, (known, result) in enumerate(versions):
            if known == given:
                del versions[at]
                if usable(result):
                    versions.insert(0, (known, result))
                    return result
                break
        result = make()
        versions.insert(0, (given, result))
        del versions[self._versions :]
        return result

    def interned(self, name: Hashable, thing: Made) -> Made:
        """The first equal thing under that name: later comparisons of what is made from it are by identity."""
        return self.made(name, thing, lambda: thing)
