"""Finds the values of secrets, and keeps them out of what is shown and recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import Demo

MASK = "••••••"
"""Shown in place of every secret, so that not even its length is seen."""
SHORTEST = 4
"""Characters; masking a shorter value would deface ordinary output."""

_BETWEEN = re.compile(r" \r|[\r\n\b]|\x1b\[[0-?]*[ -/]*[@-~]")
"""What a terminal may put between the characters of a word: a line editor's wrap, colours, cursor moves."""


def secret_values(demo: Demo, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the demo's secrets by name, from the speaker's environment.

    A demo may bring a value for display in its ``env``; the speaker's takes precedence.

    Raises:
        QuarterdeckError: when one isn't set, or is too short to be masked.

    """
    faults = []
    values = {name: environment.get(name) or demo.env.get(name, "") for name in demo.secrets}
    for name, value in values.items():
        if not value:
            faults.append(
                Diagnostic(
                    f"the demo needs the secret {name}, which isn't set",
                    demo.span,
                    hint=f"set it first: export {name}=…",
                    code="missing-secret",
                )
            )
        elif len(_bare(value)) < SHORTEST:
            faults.append(
                Diagnostic(
                    f"the secret {name} is too short to be masked",
                    demo.span,
                    hint=f"use a value of {SHORTEST} characters or more",
                    code="short-secret",
                )
            )
    if faults:
        raise QuarterdeckError(faults)
    return values


class Masker:
    """Masks secrets in a stream of text, even where one comes in two pieces."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted({_bare(s) for s in secrets} - {""}, key=len, reverse=True)
        self._held = ""

    @property
    def holding(self) -> bool:
        """Whether text is held back that may turn out to begin a secret."""
        return bool(self._held)

    def feed(self, text: str) -> str:
        """Return the text that can be shown; what may be the beginning of a secret waits for more."""
        if not self._secrets:
            return text
        text, self._held = self._held + text, ""
        bare, places = _without_controls(text)
        shown: list[str] = []
        at = 0  # in text
        look = 0  # in bare
        while look < len(bare):
            secret = next((s for s in self._secrets if bare.startswith(s, look)), None)
            if secret is not None:
                shown += [text[at : places[look]], MASK]
                look += len(secret)
                at = places[look - 1] + 1
            elif any(s.startswith(bare[look:]) for s in self._secrets):
                self._held = text[places[look] :]
                return "".join([*shown, text[at : places[look]]])
            else:
                look += 1
        return "".join([*shown, text[at:]])

    def rest(self) -> str:
        """Return what was held back, once it is clear that no secret follows."""
        rest, self._held = self._held, ""
        return rest


def _bare(text: str) -> str:
    return _BETWEEN.sub("", text)


def _without_controls(text: str) -> tuple[str, list[int]]:
    """The text without what a terminal may put between characters, and where each of its characters was."""
    characters: list[str] = []
    places: list[int] = []
    at = 0
    for between in _BETWEEN.finditer(text):
        characters.append(text[at : between.start()])
        places += range(at, between.start())
        at = between.end()
    characters.append(text[at:])
    places += range(at, len(text))
    return "".join(characters), places
