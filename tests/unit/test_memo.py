"""Results that are kept with all that they were made from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from quarterdeck.memo import Memo


def never() -> int:
    """Must not be asked."""
    raise AssertionError("it was made again")


def value(number: int) -> Callable[[], int]:
    """Makes that number."""
    return lambda: number


def test_what_is_equal_is_made_once() -> None:
    """Under the same name, from equal things; else it is made again."""
    memo: Memo[int] = Memo()
    assert memo.made("ship", ("Ann", [3]), value(1)) == 1
    assert memo.made("ship", ("Ann", [3]), never) == 1
    assert memo.made("ship", ("Ann", [2]), value(2)) == 2
    assert memo.made("boat", ("Ann", [3]), value(3)) == 3
    assert memo.made("ship", ("Ann", [3]), never) == 1


def test_equal_things_become_one() -> None:
    """The one that came first, so that comparing is quick."""
    memo: Memo[list[int]] = Memo()
    first, second = [1], [1]
    assert memo.interned("word", first) is first
    assert memo.interned("word", second) is first
    assert memo.interned("other", second) is second


def test_a_result_that_cannot_be_used_is_replaced() -> None:
    """It may depend on files that were only known after it was made."""
    memo: Memo[int] = Memo(versions=2)
    memo.made("ship", 1, value(10))
    memo.made("ship", 2, value(20))
    assert memo.made("ship", 2, value(21), lambda made: made != 20) == 21
    assert [memo.made("ship", version, never) for version in (1, 2)] == [10, 21]


def test_the_version_used_last_stays() -> None:
    """Of too many versions the one that wasn't used for longest goes."""
    memo: Memo[int] = Memo(versions=2)
    memo.made("ship", 1, value(10))
    memo.made("ship", 2, value(20))
    assert memo.made("ship", 1, never) == 10
    memo.made("ship", 3, value(30))
    assert memo.made("ship", 1, never) == 10
    assert memo.made("ship", 2, value(21)) == 21


def test_the_names_used_last_stay() -> None:
    """A long run doesn't fill the memory."""
    memo: Memo[int] = Memo(names=2)
    memo.made("a", 0, value(1))
    memo.made("b", 0, value(2))
    assert memo.made("a", 0, never) == 1
    memo.made("c", 0, value(3))
    assert [memo.made(name, 0, never) for name in "ac"] == [1, 3]
    assert memo.made("b", 0, value(4)) == 4


def test_nothing_is_kept_of_a_failure() -> None:
    """The next attempt makes it."""
    memo: Memo[int] = Memo()
    with pytest.raises(AssertionError):
        memo.made("ship", 1, never)
    assert memo.made("ship", 1, value(5)) == 5
    assert memo.made("ship", 1, never) == 5
