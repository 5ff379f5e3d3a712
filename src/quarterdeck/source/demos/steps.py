"""Fences that run to the steps of a demo."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.model.content import Block
from quarterdeck.model.demo import RUNNERS, Command, ExpectedOutput, Interaction, Keys, Ready, Step, StepKind
from quarterdeck.source.demos.prompts import Family
from quarterdeck.source.demos.transcript import Session, read_transcript
from quarterdeck.source.markdown.attributes import Attributes, Info, parse_info
from quarterdeck.source.markdown.code import body_of
from quarterdeck.source.markdown.parser import Node
from quarterdeck.text.fields import DURATION_HINT, parse_timeout
from quarterdeck.text.passage import Passage

KINDS = {kind.value: kind for kind in StepKind if kind is not StepKind.SHOWN}
KEYS = ("term", "background", "timeout", "ready", "open", "expect", "type", "in", "run", "vars", "missing", *KINDS)
_URL = re.compile(r"https?://[^\s/]+\S*\Z")
_PORT = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})\Z")
_RUN_FENCE_PROMPT = ""


class StepReader(Struct):
    """Reads the steps of one demo, in order."""

    passage: Passage
    own_prompts: tuple[Family, ...]
    found: Diagnostics
    steps: list[Step] = field(default_factory=list)
    _sessions: dict[int, Session] = field(default_factory=dict)

    def read(self, node: Node, narration: Sequence[Block] = ()) -> None:
        """Add the step that a fence means."""
        info = parse_info(node.token.info)
        attributes = info.attributes
        opening = self.passage.part(node.first, node.first + 1)
        span = opening.line_span(0)
        self._check(info, opening)
        terminal = self._terminal(attributes, opening)
        body = body_of(self.passage, node)
        runner = None if info.word == "console" else info.word
        if runner is None:
            session = self._sessions.setdefault(terminal, Session(self.own_prompts))
            interactions = read_transcript(body, span, session, self.found)
        else:
            interactions = self._program(body, span)
            self._check_language(runner, opening)
        identifier = attributes.id or f"step-{len(self.steps) + 1}"
        if any(step.id == identifier for step in self.steps):
            self.found.error(f"two steps are called '{identifier}'", span, hint="ids are unique", code="duplicate-id")
        self.steps.append(
            Step(
                identifier,
                self._kind(attributes, span),
                interactions,
                terminal=terminal,
                timeout=self._timeout(attributes, opening),
                ready=self._ready(attributes, opening),
                open_url=self._url(attributes, opening),
                background=attributes.has("background"),
                expect_failure=self._word(attributes, opening, "expect", ("fail",)),
                instant=self._word(attributes, opening, "type", ("instant",)),
                service=attributes.values.get("in") or None,
                runner=runner,
                narration=tuple(narration),
                source=node.token.content,
                missing=self._missing(attributes, opening),
                span=span,
            )
        )

    def finished(self) -> tuple[Step, ...]:
        """The steps; the status of a command that later ones type into doesn't count, also across steps."""
        steps = list(self.steps)
        for terminal in {step.terminal for step in steps}:
            own = [n for n, step in enumerate(steps) if step.terminal == terminal and step.runner is None]
            flat = iter(uncounted_openers([i for n in own for i in steps[n].interactions]))
            for n in own:
                interactions = tuple(itertools.islice(flat, len(steps[n].interactions)))
                steps[n] = replace(steps[n], interactions=interactions)
        return tuple(steps)

    def _check(self, info: Info, opening: Passage) -> None:
        flags = (*KINDS, "vars", "run", "background")
        info.attributes.report_unknown(KEYS, opening.find, self.found, "of a step", flags)
        if info.rest:
            self.found.error(
                f"'{info.rest}' isn't known here",
                opening.find(info.rest),
                hint="attributes go in braces: {timeout=20s}",
                code="unknown-key",
            )
        if info.attributes.steps:
            self.found.error("a step has no line steps", opening.find(info.attributes.steps), code="unknown-key")

    def _check_language(self, runner: str, opening: Passage) -> None:
        if runner not in RUNNERS:
            self.found.error(
                f"no runner is known for '{runner}'" if runner else "this fence names no language to run",
                opening.find(runner) if runner else opening.line_span(0),
                hint=suggestion(runner, RUNNERS),
                code="unknown-runner",
            )

    def _program(self, body: Passage, span: SourceSpan) -> tuple[Interaction, ...]:
        if not body.text.strip():
            self.found.error("this program is empty", span, code="empty-step")
            return ()
        expected = ExpectedOutput(span=SourceSpan(span.file, span.line + len(body.lines) + 1))
        return (Command(_RUN_FENCE_PROMPT, body.lines, expected, span=body.line_span(0)),)

    def _kind(self, attributes: Attributes, span: SourceSpan) -> StepKind:
        kinds = [kind for name, kind in KINDS.items() if attributes.has(name)]
        if len(kinds) > 1:
            self.found.error(
                f"a step can't be both '{kinds[0]}' and '{kinds[1]}'", span, hint="keep one of them", code="wrong-type"
            )
        return kinds[0] if kinds else StepKind.SHOWN

    def _terminal(self, attributes: Attributes, opening: Passage) -> int:
        text = attributes.values.get("term", "1")
        if text in tuple("123456789"):
            return int(text)
        self._wrong(opening, "term", text, "terminals are counted from 1 to 9: term=2")
        return 1

    def _timeout(self, attributes: Attributes, opening: Passage) -> float | None:
        text = attributes.values.get("timeout")
        seconds = parse_timeout(text) if text is not None else None
        if text is not None and seconds is None:
            self._wrong(opening, "timeout", text, DURATION_HINT)
        return seconds

    def _ready(self, attributes: Attributes, opening: Passage) -> Ready | None:
        text = attributes.values.get("ready")
        if text is None:
            return None
        span = opening.find(text) if text else opening.find("ready")
        if len(text) > 2 and text.startswith("/") and text.endswith("/"):
            try:
                re.compile(text[1:-1])
            except (re.error, RecursionError, OverflowError) as error:
                self._wrong(opening, "ready", text, f"no regular expression: {error}")
                return None
            return Ready("output", text[1:-1], span)
        if _URL.match(text):
            return Ready("url", text, span)
        port = _PORT.match(text)
        if port and 0 < int(port[1]) < 65536:
            return Ready("port", text, span)
        self._wrong(opening, "ready", text, 'a URL, host:port or /what is printed/: ready="http://localhost:8080"')
        return None

    def _url(self, attributes: Attributes, opening: Passage) -> str | None:
        text = attributes.values.get("open")
        if text is None or _URL.match(text):
            return text
        self._wrong(opening, "open", text, 'a URL: open="http://localhost:8080"')
        return None

    def _missing(self, attributes: Attributes, opening: Passage) -> str | None:
        text = attributes.values.get("missing")
        if text is not None and not attributes.has(StepKind.VERIFY):
            self.found.error(
                "'missing' says what a '.verify' step finds missing: this step is none",
                opening.find("missing"),
                hint='write ```console {.verify missing="…"}',
                code="not-a-check",
            )
        return text or None

    def _word(self, attributes: Attributes, opening: Passage, key: str, words: tuple[str, ...]) -> bool:
        text = attributes.values.get(key)
        if text is not None and text not in words:
            self._wrong(opening, key, text, suggestion(text, words))
        return text in words

    def _wrong(self, opening: Passage, key: str, text: str, hint: str | None) -> None:
        self.found.error(
            f"'{text}' is not a valid {key} of a step", opening.find(text or key), hint=hint, code="wrong-type"
        )


def uncounted_openers(interactions: Sequence[Interaction]) -> tuple[Interaction, ...]:
    """The interactions of one terminal: a command ends with the program that it opened, and its status isn't seen.

    Of a program in which keys are pressed, only the screen is.
    """
    result = list(interactions)
    for at, (command, after) in enumerate(itertools.pairwise(interactions)):
        pressed_in = isinstance(after, Keys)
        typed_into = pressed_in or (isinstance(after, Command) and after.nested)
        if isinstance(command, Command) and typed_into:
            status = command.expected.status or None
            result[at] = replace(command, expected=replace(command.expected, status=status, on_screen=pressed_in))
    return tuple(result)
