"""What stands after the marks of a fence or a div: a word, attributes in braces, and other text."""

from __future__ import annotations

from quarterdeck.lazy import dataclass, replace
from quarterdeck.source.attributes import NONE, Attributes, parse_attributes


@dataclass(frozen=True, slots=True)
class Info:
    """An info string taken apart."""

    word: str = ""
    """The language of a fence, or the name of a div; lower case."""
    attributes: Attributes = NONE
    rest: str = ""
    """Text that is neither."""


def parse_info(text: str) -> Info:
    """The parts of an info string; without a word, the first class is the word, as in Pandoc."""
    text = text.strip()
    attributes, brace = NONE, text.find("{")
    while brace >= 0:
        parsed = parse_attributes(text, brace)
        if parsed is not None:
            attributes = parsed[0]
            text = f"{text[:brace]} {text[parsed[1] :]}".strip()
            break
        brace = text.find("{", brace + 1)
    word, _, rest = text.partition(" ")
    if not word and attributes.classes:
        word = attributes.classes[0]
        attributes = replace(attributes, classes=attributes.classes[1:])
    return Info(word.lower(), attributes, rest.strip())


def runs(text: str) -> bool:
    """Whether a fence with this info string is a step of a demo: ``console``, or a language with ``{run}``."""
    info = parse_info(text)
    return info.word == "console" or info.attributes.has("run")
