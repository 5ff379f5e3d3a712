"""Typing a command as a person would: character by character, in a rhythm."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum

from quarterdeck.model.demo import Interaction, Key, Keys
from quarterdeck.stage.shell.session import Session

CHARACTERS_PER_SECOND = 36
LONGEST = 1.2
"""Seconds that typing one command may take; longer ones are typed faster."""
JITTER = 0.5
"""Share by which a pause between keys may be shorter or longer than the mean."""


KEY_PAUSE = 0.25
"""Seconds before a key that has a name, so that an audience can follow."""


class Typing(StrEnum):
    """How commands and keys appear."""

    HUMAN = "human"
    RECORDED = "recorded"
    """Commands at once, because a recorder types them out; keys one by one, because it can't do that for them."""
    INSTANT = "instant"


class Typist:
    """Types the lines of one step into its terminal."""

    def __init__(self, session: Session, going: asyncio.Event, hurried: asyncio.Event, typing: Typing) -> None:
        """Type only while ``going`` is set: it is cleared while the speaker holds the step.

        ``hurried`` is set when the speaker wants the rest of the command typed at once.
        """
        self.session = session
        self.typing = typing
        self._going = going
        self._hurried = hurried

    async def type(self, line: str, pauses: Sequence[float]) -> bool:
        """Type a line, with these seconds before each character, and press Enter.

        False: the shell had ended before Enter was pressed, so that the line can't have run.
        """
        self.session.begin_line(line)
        if self.typing is not Typing.HUMAN:
            self.session.shell.write(line.encode())
        else:
            for character, pause in zip(line, pauses, strict=True):
                if not self._hurried.is_set():
                    await asyncio.sleep(pause)
                await self._going.wait()
                self.session.shell.write(character.encode())
        await self._going.wait()
        if self.session.shell.closed:
            return False
        self.session.send_line()
        return True

    async def press(self, key: Key, taken: Callable[[], Awaitable[None]]) -> None:
        """Press a key as often as it is to be pressed, or type its text.

        ``taken`` is awaited after each press of a key with a name: it returns when the program has read it.
        """
        texts = [key.sends] * key.times if key.name else list(key.sends)
        pauses = (
            [KEY_PAUSE / (1 + (key.times > 1))] * key.times if key.name else [delays("ab")[1], *delays(key.sends)[1:]]
        )
        for text, pause in zip(texts, pauses, strict=True):
            if self.typing is not Typing.INSTANT and not self._hurried.is_set():
                await asyncio.sleep(pause)
            await self._going.wait()
            self.session.press_key(text)
            if key.name:
                await taken()


def longest_typing(interaction: Interaction) -> float:
    """The most seconds that typing it at a person's pace takes."""
    if not isinstance(interaction, Keys):
        return LONGEST
    return sum(KEY_PAUSE * key.times if key.name else LONGEST for key in interaction.keys)


def delays(text: str) -> list[float]:
    """Seconds to wait before each character, none before the first; the same text always has the same rhythm."""
    rhythm = random.Random(text)  # not for secrecy
    mean = min(1 / CHARACTERS_PER_SECOND, LONGEST / max(1, len(text)) / (1 + JITTER))
    return [0.0, *(mean * rhythm.uniform(1 - JITTER, 1 + JITTER) for _ in text[1:])][: len(text)]


def paced(lines: Sequence[str]) -> Iterator[tuple[str, list[float]]]:
    """Yield the lines of one command, each with its pauses: the rhythm is that of the whole command."""
    pauses = delays("\n".join(lines))
    at = 0
    for line in lines:
        yield line, pauses[at : at + len(line)]
        at += len(line) + 1
