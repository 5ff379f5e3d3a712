"""What is kept for the next time, and for how long."""

from quarterdeck.memo import Memory


def test_it_gives_what_was_made_of_equal_things() -> None:
    """The same name with other things is another one; the first of equal things is the one that is kept."""
    memory: Memory[str] = Memory()
    memory.keep("ship", ("Ann", [3]), "drawn")
    assert memory.recall("ship", ("Ann", [3])) == "drawn"
    assert memory.recall("ship", ("Ann", [2])) is None
    assert memory.recall("boat", ("Ann", [3])) is None
    first, second = "".join("ab"), "".join("ab")
    assert memory.same("word", first) is first
    assert memory.same("word", second) is first


def test_what_is_made_anew_takes_the_place_of_the_old() -> None:
    """Something outside of what was given may have made the old one useless."""
    memory: Memory[int] = Memory(versions=2)
    memory.keep("ship", 1, 10)
    memory.keep("ship", 2, 20)
    memory.keep("ship", 2, 21)
    assert [memory.recall("ship", version) for version in (1, 2)] == [10, 21]


def test_the_versions_used_last_stay() -> None:
    """A few versions of a thing are kept, so that variants built in turn find theirs."""
    memory: Memory[int] = Memory(versions=2)
    memory.keep("ship", 1, 10)
    memory.keep("ship", 2, 20)
    assert memory.recall("ship", 1) == 10
    memory.keep("ship", 3, 30)
    assert [memory.recall("ship", version) for version in (1, 2, 3)] == [10, None, 30]


def test_the_names_used_last_stay() -> None:
    """A long run doesn't fill the memory."""
    memory: Memory[int] = Memory(names=2)
    memory.keep("a", 0, 1)
    memory.keep("b", 0, 2)
    assert memory.recall("a", 0) == 1
    memory.keep("c", 0, 3)
    assert [memory.recall(name, 0) for name in "abc"] == [1, None, 3]
