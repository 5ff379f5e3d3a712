"""Console blocks become what is typed and what should come back."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.demo import Command, Interaction, KeyPress, Keys
from quarterdeck.source.demos.prompts import own_families
from quarterdeck.source.demos.steps import uncounted_openers
from quarterdeck.source.demos.transcript import Session, read_transcript
from quarterdeck.text.passage import Passage

OPENING = SourceSpan("demo.md", 9)


def read(text: str, session: Session, found: Diagnostics) -> tuple[Interaction, ...]:
    """Read a block whose first line is the tenth of its file."""
    return read_transcript(Passage.of_file(text, "demo.md", 10), OPENING, session, found)


def shown(interactions: tuple[Interaction, ...]) -> str:
    """Interactions as ``transcripts.md`` writes them."""
    lines: list[str] = []
    for interaction in interactions:
        match interaction:
            case Command(prompt=prompt, lines=(first, *others)):
                lines += [f"{prompt}| {first}", *(f"+| {line}" for line in others)]
            case KeyPress(key=key, prompt=prompt):
                lines.append(f"{prompt}^{key}")
            case Keys(keys=keys):
                lines.append("^| " + " + ".join(f"{k.name}*{k.times}" if k.name else repr(k.sends) for k in keys))
        lines += [f"=| {line}" for line in interaction.expected.lines]
        if interaction.expected.status != 0:
            lines.append(f"-> {'any' if interaction.expected.status is None else interaction.expected.status}")
    return "\n".join(lines)


def test_case(case: Any) -> None:
    """The transcript means what its case says."""
    found = Diagnostics()
    interactions = uncounted_openers(read(case.source, Session(), found))
    assert not found.items
    assert shown(interactions) == case.expected


def test_session_goes_on_in_the_next_block() -> None:
    """A nested shell stays open between two steps."""
    session, found = Session(), Diagnostics()
    read("$ docker run -it alpine sh", session, found)
    (command,) = read("/ # ls", session, found)
    assert isinstance(command, Command)
    assert command.nested
    assert command.prompt == "/ #"
    assert not found.items


def test_every_unknown_key_is_reported_at_its_place() -> None:
    """Two in one line are two faults, each under its brackets."""
    found = Diagnostics()
    read("$ vi x\n^ ihello<Escape>:wq<Entre>", Session(), found)
    assert [(f.message, f.span, f.hint) for f in found.errors] == [
        ("'<Escape>' is not a key", SourceSpan("demo.md", 11, 9, 8), "did you mean '<Esc>'?"),
        (
            "'<Entre>' is not a key",
            SourceSpan("demo.md", 11, 20, 7),
            "did you mean 'Enter'? Otherwise '<lt>Entre>' types it as it is",
        ),
    ]


def test_own_prompt() -> None:
    """A prompt from the front matter counts after any command."""
    found = Diagnostics()
    session = Session(own_families(("kafka[..]>",)))
    interactions = read("$ ./console\nkafka-1> topics\nkafka-2> quit", session, found)
    assert [i.prompt for i in interactions] == ["$", "kafka-1>", "kafka-2>"]


def test_positions_of_expected_output() -> None:
    """Expected output knows where it stands, and where it would stand."""
    found = Diagnostics()
    interactions = read("$ one\nout\n\n$ two \\\n> three", Session(), found)
    spans = [i.expected.span for i in interactions]
    assert spans == [SourceSpan("demo.md", 11, 1, 3), SourceSpan("demo.md", 15)]
    assert [i.span for i in interactions] == [SourceSpan("demo.md", 10, 1, 5), SourceSpan("demo.md", 13, 1, 7)]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("some output\n$ ls", "output-without-command", 10),
        ("", "empty-step", 9),
        ("$ ls\n$", "empty-prompt", 11),
        ("$ cat <<EOF\nnever ends\n$ ls", "incomplete-command", 10),
        ("$ echo 'open", "incomplete-command", 10),
        ("^ q", "keys-without-program", 10),
        ("$ less x\n^", "empty-keys", 11),
        ("$ vi x\nout\n^ a<Esk>", "unknown-key-name", 12),
    ],
)
def test_faults(text: str, code: str, line: int) -> None:
    """A broken transcript is a fault at its line."""
    found = Diagnostics()
    read(text, Session(), found)
    fault = found.errors[0]
    assert fault.code == code
    assert fault.span is not None
    assert fault.span.line == line
    assert fault.hint
