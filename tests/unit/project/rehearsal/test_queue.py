"""Whose turn it is, when several demos are rehearsed at the same time."""

import asyncio

from quarterdeck.project.rehearsal.queue import Turn, TurnQueue
from support.scripted_stage import demo


def turn(place: int, name: str, *claims: str) -> Turn:
    """A turn of a demo that claims these."""
    return Turn(place, demo(name), 1, frozenset(claims))


async def test_demos_that_claim_the_same_take_turns() -> None:
    """A later one goes first meanwhile; the one that waits is next when the claim is free."""
    turns = TurnQueue([turn(0, "one", "8080"), turn(1, "two", "8080", "8081"), turn(2, "three", "9000")])
    one, three = await turns.take(), await turns.take()
    assert one and three
    assert (one.demo.name, three.demo.name) == ("one", "three")
    waiting = asyncio.create_task(turns.take())
    await turns.end(three)
    await asyncio.sleep(0)
    assert not waiting.done()
    await turns.end(one)
    two = await waiting
    assert two
    assert two.demo.name == "two"
    assert await turns.take() is None
