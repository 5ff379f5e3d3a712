r"""Transcripts: the text of a ``console`` block to what is typed and what should come back.

``$ `` at the beginning of a line is always a prompt, and so is ``$`` alone; ``\$`` escapes it in output.  Prompts of
nested programs count only after a command that may open one; the first of them fixes the family.  ``^ `` at the
beginning of a line presses keys in the program that runs.
Lines after a prompt belong to the command for as long as it is incomplete.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan
from quarterdeck.model.demo import Command, ExpectedOutput, Interaction, Key, KeyPress, Keys
from quarterdeck.source.demos.prompts import (
    FAMILIES,
    Family,
    Opening,
    is_complete,
    opening_of,
    read_keys,
)
from quarterdeck.text.passage import Passage

STAGE_PROMPT = "$"
_KEY = re.compile(r"\^([A-Z\\])\Z")
_KEYS = re.compile(r"\^(?: |\Z)")
_EXIT = re.compile(r"\[exit (\d{1,3})\]\Z")
_ESCAPED = re.compile(r"\\(?=\$(?: |\Z)|\^(?: |\Z|[A-Z\\]\Z))")


class Session(Struct):
    """The programs that read what is typed into one terminal, from block to block."""

    own: tuple[Family, ...] = ()
    """Prompts that the demo's front matter adds."""
    stack: list[Family] = field(default_factory=list)
    """Those that were started within each other; empty for the stage's own shell."""
    opening: Opening = Opening.NOTHING
    """What the last command may have opened, while no prompt of it was seen."""
    begun: bool = False

    def prompt_of(self, line: str) -> tuple[str, str] | None:
        """The nested prompt of a line, and what is typed after it; it becomes the one that reads."""
        for depth in range(len(self.stack) - 1, -1, -1):
            split = self.stack[depth].match(line)
            if split:
                del self.stack[depth + 1 :]
                return split
        for family in self._expected():
            split = family.match(line)
            if split:
                self.stack.append(family)
                return split
        return None

    def typed(self, text: str, *, at_stage: bool) -> None:
        """A command was typed, at the stage's own prompt or at the one found last."""
        if at_stage:
            self.stack.clear()
        self.begun = True
        shell = at_stage or not self.stack or self.stack[-1].shell
        self.opening = opening_of(text) if shell else Opening.NOTHING

    def _expected(self) -> Sequence[Family]:
        if not self.begun:
            return ()
        match self.opening:
            case Opening.SESSION:
                return (*self.own, *FAMILIES)
            case Opening.PERHAPS:
                return (*self.own, *(family for family in FAMILIES if not family.weak))
            case Opening.NOTHING:
                return self.own


class _Draft(Struct):
    """An interaction whose output is still being read."""

    prompt: str
    typed: list[str]
    span: SourceSpan
    last: SourceSpan
    """The beginning of the last typed line."""
    nested: bool = False
    key: str | None = None
    keys: tuple[Key, ...] | None = None
    """Of a line of keys, whose text is the one typed line."""
    output: list[str] = field(default_factory=list)
    output_at: SourceSpan | None = None


def read_transcript(
    body: Passage, opening: SourceSpan, session: Session, found: Diagnostics
) -> tuple[Interaction, ...]:
    """The interactions of one block; ``opening`` is the place of its fence."""
    return _Reading(body, session, found).read(opening)


class _Reading:
    """One pass over the lines of a block."""

    def __init__(self, body: Passage, session: Session, found: Diagnostics) -> None:
        self._body = body
        self._lines = [line.rstrip() for line in body.lines]
        self._session = session
        self._found = found
        self._drafts: list[_Draft] = []
        self._at = 0

    def read(self, opening: SourceSpan) -> tuple[Interaction, ...]:
        complained = False
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not self._typed(line) and not self._output(line) and not complained:
                complained = True
                self._found.error(
                    "this output comes before any command",
                    self._body.line_span(self._at),
                    hint="a line that is typed begins with '$ '; use another language than 'console' for plain text",
                    code="output-without-command",
                )
            self._at += 1
        if not any(draft.typed or draft.key for draft in self._drafts) and not complained:
            self._found.error(
                "this step types nothing",
                opening,
                hint="write a line that begins with '$ '; use another language than 'console' for plain text",
                code="empty-step",
            )
        return tuple(_finished(draft) for draft in self._drafts if draft.typed or draft.key)

    def _typed(self, line: str) -> bool:
        """Take a line with a prompt or a key, and the lines that go on from it."""
        if line == STAGE_PROMPT or line.startswith(f"{STAGE_PROMPT} "):
            self._command(STAGE_PROMPT, line[2:], None)
            return True
        if _KEYS.match(line):
            self._keys(line[2:])
            return True
        split = self._session.prompt_of(line)
        if split is not None:
            self._command(*split, self._session.stack[-1])
            return True
        key = _KEY.match(line)
        if key is not None:
            self._key(key[1], "")
        return key is not None

    def _key(self, key: str, prompt: str) -> None:
        span = self._body.line_span(self._at)
        self._drafts.append(_Draft(prompt, [], span, self._body.span(self._at), key=key))

    def _keys(self, text: str) -> None:
        """Take a line of keys."""
        span = self._body.line_span(self._at)
        keys, unknown = read_keys(text)
        for key in unknown:
            self._found.error(
                f"'{key.written}' is not a key",
                self._body.span(self._at, len("^ ") + key.offset, len(key.written)),
                hint=key.hint,
                code="unknown-key-name",
            )
        if not keys and not unknown:
            self._found.error("no key is pressed here", span, hint="'\\^' is a '^' in output", code="empty-keys")
        elif not self._session.begun:
            self._found.error(
                "keys are pressed here before any command",
                span,
                hint="a line that begins with '$ ' starts the program that they are for",
                code="keys-without-program",
            )
        self._drafts.append(_Draft("", [text], span, span, keys=keys))

    def _command(self, prompt: str, text: str, family: Family | None) -> None:
        span = self._body.line_span(self._at)
        key = _KEY.match(text.strip())
        if key is not None:
            self._session.opening = Opening.NOTHING
            if family is None:
                self._session.stack.clear()
            self._key(key[1], prompt)
            return
        if not text.strip():
            if family is None:
                self._found.error(
                    "nothing is typed at this prompt", span, hint="'\\$' is a '$' in output", code="empty-prompt"
                )
            self._drafts.append(_Draft(prompt, [], span, span))  # ends the output before it
            return
        first = self._at
        try:
            typed = self._continued(text, family)
        except QuarterdeckError as error:
            self._found.extend(error.diagnostics)
            typed = [text]
        self._session.typed("\n".join(typed), at_stage=family is None)
        last = self._body.span(first + len(typed) - 1)
        self._drafts.append(_Draft(prompt, typed, span, last, nested=family is not None))

    def _continued(self, text: str, family: Family | None) -> list[str]:
        """All lines of a command that begins with ``text``; moves on to the last of them."""
        if family is not None and not family.shell:
            typed = [text]
            while self._at + 1 < len(self._lines):
                more = family.match_continuation(self._lines[self._at + 1])
                if more is None:
                    break
                typed.append(more)
                self._at += 1
            return typed
        if is_complete(text):
            return [text]
        following = self._up_to_prompt()
        for lines in (_without_marks(following), following):
            count = next((n for n in range(1, len(lines) + 1) if is_complete("\n".join((text, *lines[:n])))), None)
            marked = lines is not following
            if count is not None and (not marked or _all_marked(following[:count])):
                self._at += count
                return [text, *lines[:count]]
        self._found.error(
            "this command isn't complete",
            self._body.line_span(self._at),
            hint="a quote, a bracket or a heredoc is open, or the line ends with '\\'",
            code="incomplete-command",
        )
        return [text]

    def _up_to_prompt(self) -> list[str]:
        following: list[str] = []
        for line in self._lines[self._at + 1 :]:
            if line.startswith(f"{STAGE_PROMPT} "):
                break
            following.append(line)
        return following

    def _output(self, line: str) -> bool:
        """Add a line of output; False when no command comes before it."""
        if not self._drafts:
            return not line
        draft = self._drafts[-1]
        if draft.output_at is None:
            draft.output_at = self._body.span(self._at, 0, len(line))
        draft.output.append(_ESCAPED.sub("", line, count=1) if line.startswith("\\") else line)
        return True


def _without_marks(lines: Sequence[str]) -> list[str]:
    return [line[2:] if line.startswith("> ") else "" if line == ">" else line for line in lines]


def _all_marked(lines: Sequence[str]) -> bool:
    return all(line.startswith("> ") or line == ">" for line in lines)


def _finished(draft: _Draft) -> Interaction:
    lines = list(draft.output)
    while lines and not lines[-1]:
        lines.pop()
    status = None if draft.nested or draft.key or draft.keys is not None else 0
    if lines and (match := _EXIT.match(lines[-1])):
        status = int(match[1])
        lines.pop()
    place = draft.output_at or SourceSpan(draft.last.file, draft.last.line + 1, draft.last.column)
    expected = ExpectedOutput(tuple(lines), bool(lines), status, place, on_screen=draft.keys is not None)
    if draft.keys is not None:
        return Keys(draft.typed[0], draft.keys, expected, draft.span)
    if draft.key is not None:
        return KeyPress(draft.key, expected, draft.prompt, draft.span)
    return Command(draft.prompt, tuple(draft.typed), expected, draft.nested, draft.span)
