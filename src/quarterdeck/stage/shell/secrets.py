"""Finds the values of secrets, and keeps them out of what is shown and recorded.

A value is masked as it is, and as JSON, a URL, HTML or a shell's quotes write it; also if a terminal's control
sequences or overprinted characters are between its characters, and however slowly it is printed: of text that may
begin a secret, no more than :data:`MOST_SHOWN` characters are shown before it is clear that it doesn't.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote, quote_plus

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import Demo

MASK = "••••••"
"""Shown in place of every secret, so that not even its length is seen."""
SHORTEST = 4
"""Characters; masking a shorter value would deface ordinary output."""

MOST_SHOWN = 3
"""Characters of what may begin a secret that are shown when nothing follows for a moment, at most a third of it."""
MOST_HELD = 64 * 1024
"""Characters that are held back at most."""

_SEQUENCE = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b[\]PX^_][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\|[\x18\x1a])"
    r"|\x1b[()*+#% ][ -~]"
    r"|\x1b[0-OQ-WYZ\\`-~]"
)
_INVISIBLE = "\x00-\x08\x0a-\x1f\x7f-\x9f\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
_BETWEEN = re.compile(rf" \r|{_SEQUENCE}|[{_INVISIBLE}]")
"""What may be between the characters of a word on a terminal: a line editor's wrap, colours, cursor moves, characters
that have no width."""
_OVERPRINTED = re.compile(rf"[^{_INVISIBLE}]\x08|{_BETWEEN.pattern}")
"""The same, and characters that the next one overprints."""
_STRING = re.compile(r"\x1b\][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\|[\x18\x1a])")
"""A command to the terminal that holds text (OSC): a link, for example."""


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
    """Masks secrets in a stream of text, even where one comes in pieces; control sequences must be whole."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        written = {bare for secret in secrets for form in _written_forms(secret) if (bare := _bare(form))}
        self._secrets = sorted(written, key=len, reverse=True)
        self._held = ""
        """Text that may begin a secret."""
        self._shown = 0
        """Characters of it that have been shown already."""

    @property
    def holding(self) -> bool:
        """Whether text is held back that may turn out to begin a secret."""
        return bool(self._held)

    def feed(self, text: str) -> str:
        """Return the text that can be shown; what may be the beginning of a secret waits for more."""
        if not self._secrets:
            return text
        text = self._held + self._without_secret_strings(text)
        found, hold = self._search(text)
        if len(text) - hold > MOST_HELD:
            hold = len(text)
        for start, end in reversed(found):  # a shorter secret that may turn out to be a longer one waits with it
            if end > hold:
                hold = min(hold, start)
        masked = _mask(text[:hold], [span for span in found if span[1] <= hold], self._shown)
        self._held, self._shown = text[hold:], max(0, self._shown - hold)
        return masked

    def pause(self) -> str:
        """Return what can be shown when nothing follows for a moment: the first characters of what is held back.

        Nobody wonders then whether a key was lost.  The rest waits on, or a secret that is printed slowly would be
        seen.
        """
        found, _ = self._search(self._held)
        bare, places = _without(_BETWEEN, self._held)
        begun = [len(secret) // 3 for secret in self._secrets if _overlap(bare, 0, secret)]
        most = min(MOST_SHOWN, *begun) if begun and not found else 0
        end = places[most] if most < len(places) else len(self._held)
        shown = self._held[self._shown : end] if most else ""
        self._shown += len(shown)
        return shown

    def rest(self) -> str:
        """Return what was held back, once it is clear that no secret follows."""
        found, _ = self._search(self._held)
        rest = _mask(self._held, found, self._shown)
        self._held, self._shown = "", 0
        return rest

    def _search(self, text: str) -> tuple[list[tuple[int, int]], int]:
        """Find where secrets begin and end in the text, in order; and where one may begin that goes on after it."""
        found: set[tuple[int, int]] = set()
        hold = len(text)
        patterns = (_BETWEEN, _OVERPRINTED) if "\b" in text else (_BETWEEN,)
        for bare, places in (_without(pattern, text) for pattern in patterns):
            for secret in self._secrets:
                look = 0
                while (at := bare.find(secret, look)) >= 0:
                    look = at + len(secret)
                    found.add((places[at], places[look - 1] + 1))
                if length := _overlap(bare, look, secret):
                    hold = min(hold, places[len(bare) - length])
                if bare.endswith(" ") and (length := _overlap(bare[:-1], look, secret)):  # perhaps a wrap
                    hold = min(hold, places[len(bare) - 1 - length])
        return sorted(found), hold

    def _without_secret_strings(self, text: str) -> str:
        """The text without commands to the terminal that hold a secret."""
        if "\x1b]" not in text:
            return text
        return _STRING.sub(lambda found: "" if any(s in found[0] for s in self._secrets) else found[0], text)


def _written_forms(secret: str) -> set[str]:
    """The secret, and other ways in which programs write it."""
    forms = {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}
    forms |= {secret.replace("'", "'\\''"), secret.replace("'", "'\"'\"'")}
    forms.add(re.sub(r"[^\w@%+=:,./-]", r"\\\g<0>", secret))  # as by printf %q
    forms |= {re.sub("%..", lambda code: code[0].lower(), form) for form in forms if "%" in form}
    inside = {form for each in forms for form in _json_forms(each)}
    forms |= inside | {form for each in inside for form in _json_forms(each)}
    forms.add(re.sub(r'["\\$`]', r"\\\g<0>", secret))  # in double quotes, as by export -p
    escaped = re.sub(r"['\\]", r"\\\g<0>", secret)
    forms |= {escaped, re.sub(r"[\n\t\r]", lambda found: repr(found[0])[1:-1], escaped)}  # in $'…', and Python's
    return forms | {escape(secret), escape(secret, quote=False)}  # HTML


def _json_forms(text: str) -> set[str]:
    """The text as it may be written within a string of JSON."""
    forms = {json.dumps(text, ensure_ascii=escaped)[1:-1] for escaped in (False, True)}
    forms |= {form.replace("/", "\\/") for form in forms}
    forms |= {re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", form) for form in forms}  # as Go does
    return forms | {re.sub(r"\\u....", lambda code: rf"\u{code[0][2:].upper()}", form) for form in forms}


def _mask(text: str, found: Iterable[tuple[int, int]], shown: int) -> str:
    """The text from ``shown`` on, with a mask in place of each stretch found; of those that overlap, one for all."""
    pieces: list[str] = []
    at, last = shown, 0
    for start, end in found:
        if start >= last:
            pieces += [text[at:start], MASK]
        at, last = max(at, end), max(last, end)
    return "".join([*pieces, text[at:]])


def _overlap(text: str, start: int, secret: str) -> int:
    """How many of the text's last characters, after ``start``, begin the secret without being all of it."""
    longest = min(len(text) - start, len(secret) - 1)
    return next((length for length in range(longest, 0, -1) if text.endswith(secret[:length])), 0)


def _bare(text: str) -> str:
    return _BETWEEN.sub("", text)


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, list[int]]:
    """The text without what the pattern matches, and where each of its characters was."""
    characters: list[str] = []
    places: list[int] = []
    at = 0
    for between in pattern.finditer(text):
        characters.append(text[at : between.start()])
        places += range(at, between.start())
        at = between.end()
    characters.append(text[at:])
    places += range(at, len(text))
    return "".join(characters), places
