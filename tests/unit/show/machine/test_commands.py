"""Two speakers who press in the same moment move the show once."""

import pytest

from quarterdeck.show.machine.commands import REACTION_SECONDS, Command, Given, Jump, Key, Precedence

LONG_AGO, NOW = 10.0, 20.0


def taken(one: Command, other: Command, *, seen: bool = False, later: float = 0.0) -> bool:
    """Whether the second speaker's command counts, after the first one's."""
    precedence = Precedence()
    assert precedence.take(one, Given("console", 0, NOW), NOW)
    return precedence.take(other, Given("phone", int(seen), NOW + later), NOW + later)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Key.NEXT, Key.NEXT),
        (Key.NEXT, Key.NEXT_SLIDE),
        (Key.NEXT, Jump("end")),
        (Key.RECORDING, Key.NEXT),
        (Key.BLANK, Key.BLANK),
        (Key.HOLD, Key.HOLD),
    ],
)
def test_what_another_has_overtaken_unseen_is_dropped(one: Command, other: Command) -> None:
    """It was meant for what isn't shown any more; on a slow network, too, however late it comes."""
    assert not taken(one, other)
    assert not taken(one, other, later=30.0)


def test_nobody_reacts_within_a_moment() -> None:
    """The new state was on the other's page already, but not in the other's head."""
    assert not taken(Key.NEXT, Key.NEXT, seen=True, later=REACTION_SECONDS / 2)
    assert taken(Key.NEXT, Key.NEXT, seen=True, later=2 * REACTION_SECONDS)


@pytest.mark.parametrize(("one", "other"), [(Key.NEXT, Key.BLANK), (Key.LARGER, Key.HOLD)])
def test_commands_that_are_about_different_things_all_count(one: Command, other: Command) -> None:
    """One moves on while the other blacks out."""
    assert taken(one, other)


def test_a_speaker_alone_presses_as_fast_as_they_like() -> None:
    """Before the page has heard of the first press, too."""
    precedence = Precedence()
    assert all(precedence.take(Key.NEXT, Given("phone", 0, LONG_AGO), LONG_AGO) for _ in range(5))
    assert precedence.revision == 5
