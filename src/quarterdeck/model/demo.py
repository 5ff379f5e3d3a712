"""A demo: a script of steps that run on a stage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias, TypeVar

from msgspec import Struct, field

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Block
from quarterdeck.terminal.buffer import Grid

DEFAULT_TIMEOUT = 30.0
"""Seconds for a step, where neither it nor its demo says anything else."""


class StepKind(StrEnum):
    """What part a step has in its demo."""

    SHOWN = "shown"
    """Runs at a key press, in view."""
    HIDDEN = "hide"
    """Runs in its place, out of view, together with the shown step after it."""
    SETUP = "setup"
    """Runs before the demo is entered, out of view."""
    CLEANUP = "cleanup"
    """Runs when the demo is left, out of view."""
    SOLUTION = "solution"
    """Part of the way to do an exercise: held back from attendees, run in rehearsals."""
    VERIFY = "verify"
    """Runs in rehearsals after the shown steps, and checks the end state; shows attendees whether they are done."""


IN_VIEW = frozenset({StepKind.SHOWN, StepKind.SOLUTION})
"""Steps that take a key press each, and are recorded."""
BACKSTAGE = 0
"""The number of a terminal that is never in view: an exercise is checked there, beside the attendee's own."""

ANY_LINES = "..."
ANY_TEXT = "[..]"


class ExpectedOutput(Struct, frozen=True):
    """What a command should print.

    A line ``...`` matches any lines, ``[..]`` within a line any text (as in ``trycmd``).
    """

    lines: tuple[str, ...] = ()
    given: bool = False
    """False where the author wrote no output: then only the status counts."""
    status: int | None = 0
    """The exit status expected; None for any, as in a nested session without ``[exit N]``."""
    span: SourceSpan | None = None
    """The first line of the expected output, or the place where it would be."""
    on_screen: bool = False
    """Whether the lines must be somewhere on a full-screen program's screen, and are not all that was printed."""

    @property
    def pattern(self) -> tuple[str, ...]:
        """The lines that all of the output, or all of the screen, must match."""
        return (ANY_LINES, *self.lines, ANY_LINES) if self.on_screen else self.lines


class Command(Struct, frozen=True):
    """A command typed at a prompt."""

    prompt: str
    """As written, without the space after it: ``$``, ``>>>``, ``/ #``."""
    lines: tuple[str, ...]
    """The typed lines, more than one for continued commands and heredocs."""
    expected: ExpectedOutput = ExpectedOutput()
    nested: bool = False
    """Whether it is typed into a program that an earlier command started, not into the stage's shell."""
    span: SourceSpan | None = None

    @property
    def text(self) -> str:
        """All typed lines."""
        return "\n".join(self.lines)


class KeyPress(Struct, frozen=True):
    """A control key typed on a line of its own: ``^C`` or ``^D``."""

    key: str
    """``C``, ``D``, ``Z`` or ``\\``."""
    expected: ExpectedOutput = ExpectedOutput(status=None)
    prompt: str = ""
    span: SourceSpan | None = None

    @property
    def text(self) -> str:
        """As written."""
        return f"^{self.key}"


class Key(Struct, frozen=True):
    """One key, or some text that is typed; in a line of keys."""

    sends: str
    """What a terminal sends for it (xterm's sequences, cursor keys as in normal mode)."""
    name: str = ""
    """``Esc``, ``Ctrl-W``; empty for text."""
    times: int = 1

    @property
    def label(self) -> str:
        """What a reader sees of it: the text, or the name and how often it is pressed."""
        return (self.name + f" ×{self.times}" * (self.times > 1)) or self.sends


class Keys(Struct, frozen=True):
    """A line of keys, pressed one after the other in a full-screen program: ``^ :wq<Enter>``."""

    text: str
    """As written after ``^ ``."""
    keys: tuple[Key, ...]
    expected: ExpectedOutput = ExpectedOutput(status=None, on_screen=True)
    span: SourceSpan | None = None

    @property
    def prompt(self) -> str:
        """None: a full-screen program has no prompt."""
        return ""


Interaction: TypeAlias = Command | KeyPress | Keys


class Ready(Struct, frozen=True):
    """What must be true before a step counts as done: ``ready=URL``, ``host:port`` or ``/regex/``."""

    kind: str
    """``url``, ``port`` or ``output``."""
    value: str
    span: SourceSpan | None = None


class Step(Struct, frozen=True):
    """One block of a demo that runs: what the speaker sees happen at one press."""

    id: str
    """Unique in its demo; from ``#id``, else ``step-N`` from 1 in the order written."""
    kind: StepKind
    interactions: tuple[Interaction, ...]
    terminal: int = 1
    timeout: float | None = None
    """Seconds; None takes the demo's."""
    ready: Ready | None = None
    open_url: str | None = None
    """The page to show in the slide when the step is done."""
    background: bool = False
    """Whether the next step may begin while this one's last command still runs."""
    expect_failure: bool = False
    instant: bool = False
    """Whether the command appears at once instead of being typed out."""
    service: str | None = None
    """The compose service or container it runs in (``in=SERVICE``)."""
    runner: str | None = None
    """The language of a ``{run}`` fence; then the one command is the program's text."""
    narration: tuple[Block, ...] = ()
    """The prose before the step."""
    source: str = ""
    """The block's text as written, that ``rehearse --update`` rewrites."""
    missing: str | None = None
    """Of a ``.verify`` step: what is still to do where it fails (``missing="…"``)."""
    span: SourceSpan | None = None
    """Its opening fence."""

    @property
    def in_view(self) -> bool:
        """Whether it takes a key press, and is seen."""
        return self.kind in IN_VIEW


EXCEPTIONS: Mapping[str, str] = {
    "binds": "mount any folder of this machine, and volumes of any driver",
    "capabilities": "add capabilities to containers",
    "cgroup-parent": "choose a container's cgroup parent or cgroup namespace",
    "devices": "use devices of this machine",
    "docker-socket": "mount the Docker socket (it is the clean room's that is mounted)",
    "host-addresses": "publish ports on every address of this machine, not on loopback only",
    "host-ipc": "share this machine's IPC namespace",
    "host-network": "share this machine's network, or make networks that join it",
    "host-pid": "see this machine's processes",
    "host-users": "share this machine's user namespace",
    "host-uts": "share this machine's host name",
    "privileged": "run privileged containers and commands",
    "runtime": "choose another container runtime",
    "security-options": "change seccomp, AppArmor and SELinux settings",
    "sysctls": "change kernel settings of a container",
    "unlimited": "go without the limits on memory, processors and processes",
}
"""Every word of ``stage: {allow: […]}``, and what it lets a demo do."""


class Permissions(Struct, frozen=True):
    """What a demo is allowed beyond the clean room's policy (front matter ``stage: {allow: […]}``)."""

    allow: frozenset[str] = frozenset()


class Demo(Struct, frozen=True):
    """A demo script."""

    name: str
    """Its file's name without ``.md``, its folder's, or the slide's id for one written in a slide."""
    title: str
    steps: tuple[Step, ...]
    path: Path
    """The Markdown file that holds it."""
    cast_path: Path
    """Where its recording is kept: ``NAME.cast`` beside it."""
    files: Path | None = None
    """The folder whose files a stage gets a copy of; None for a demo of one file."""
    summary: str | None = None
    requires: tuple[str, ...] = ()
    """Programs that must be on the PATH."""
    images: tuple[str, ...] = ()
    """Docker images that must be there before it begins."""
    ports: tuple[int, ...] = ()
    """Ports of this machine that must be free."""
    prompts: tuple[str, ...] = ()
    """Prompts of nested programs, besides the known ones."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds for a step that says nothing else."""
    terminal: Grid | None = None
    """The size that its author asks for, else its deck's; None lets the slide choose."""
    continues: str | None = None
    """The demo whose end state this one begins with."""
    stage_image: str | None = None
    """The image of the container whose shell is the stage's; None for a shell on this machine."""
    permissions: Permissions = Permissions()
    secrets: tuple[str, ...] = ()
    """Names of environment variables whose values are masked everywhere."""
    env: Mapping[str, str] = field(default_factory=dict)
    closing: tuple[Block, ...] = ()
    """The prose after the last step."""
    task: tuple[Block, ...] = ()
    """What an attendee is to achieve; a demo with a task is an exercise."""
    hints: tuple[tuple[Block, ...], ...] = ()
    """What helps on the way, to be given one by one."""
    script_hash: str = ""
    """SHA-256, in hex, of all that decides what runs and what is expected; a cast with another one is stale."""
    span: SourceSpan | None = None

    @property
    def shown_steps(self) -> tuple[Step, ...]:
        """The steps that take a key press each; of an exercise, its solution."""
        return tuple(s for s in self.steps if s.in_view)

    @property
    def pages(self) -> tuple[Step, ...]:
        """The steps whose pages the slide shows at the end."""
        return last_pages((step.open_url, step) for step in self.shown_steps if step.open_url is not None)

    @property
    def picture_paths(self) -> dict[str, Path]:
        """Where the pictures of the pages that steps open are kept, by the step's id: ``NAME.STEP.jpg`` beside it."""
        opening = [step.id for step in self.shown_steps if step.open_url is not None]
        return {id_: self.cast_path.with_suffix(f".{id_}.jpg") for id_ in opening}

    @property
    def is_exercise(self) -> bool:
        """Whether attendees do it themselves: it has a task."""
        return bool(self.task)

    @property
    def checks(self) -> tuple[Step, ...]:
        """The ``.verify`` steps."""
        return tuple(s for s in self.steps if s.kind is StepKind.VERIFY)

    @property
    def terminals(self) -> tuple[int, ...]:
        """The numbers of its terminals in view, the first always among them."""
        return tuple(sorted({1, *(s.terminal for s in self.steps)} - {BACKSTAGE}))


PAGES_SHOWN = 2
"""How many pages of containers a slide shows at once, side by side."""


Opened = TypeVar("Opened")


def last_pages(opened: Iterable[tuple[str, Opened]]) -> tuple[Opened, ...]:
    """Those of the pages opened, each with its address, that a slide then shows.

    They are the last two addresses, each as it was opened last, at the place where it was opened first.
    """
    shown: dict[str, Opened] = {}
    for address, page in opened:
        shown[address] = page
        if len(shown) > PAGES_SHOWN:
            del shown[next(iter(shown))]
    return tuple(shown.values())


def line_pattern(line: str) -> str:
    """A regular expression for a line with ``[..]`` in it."""
    return ".*".join(re.escape(part) for part in line.split(ANY_TEXT))


_CONTAINER_ID = re.compile(r"(?<![\w.-])[0-9a-f]{12}(?![\w.-])")
"""A container's id as its host name: twelve hexadecimal digits, others in every run."""


def prompt_pattern(prompt: str) -> str:
    """A regular expression for a prompt: ``[..]`` is any text, and a container's id any other one."""
    return "[0-9a-f]{12}".join(line_pattern(part) for part in _CONTAINER_ID.split(prompt.rstrip()))


def line_matches(expected: str, actual: str) -> bool:
    """Whether a line of output is what a line of a transcript says, blanks at the end aside."""
    if ANY_TEXT not in expected:
        return expected.rstrip() == actual
    return re.fullmatch(line_pattern(expected.rstrip()), actual, re.DOTALL) is not None


RESERVED = frozenset(
    {
        "HOME",
        "PATH",
        "SHELL",
        "TERM",
        "BASH_ENV",
        "ENV",
        "BASHOPTS",
        "SHELLOPTS",
        "PROMPT_COMMAND",
        "BUILDKIT_HOST",
        "BUILDX_BUILDER",
        "BUILDX_CONFIG",
    }
)
"""What the stage sets itself, what bash runs or reads unasked, and where builds would go past the engine."""
RESERVED_PREFIXES = ("DOCKER_", "LD_", "DYLD_")
"""Docker's own settings (which engine, whose credentials), and what changes every program that starts."""
HARMLESS = frozenset({"DOCKER_BUILDKIT", "DOCKER_DEFAULT_PLATFORM"})
"""Settings of Docker that a demo may be about, and that lead to no other engine."""


def is_reserved(name: str) -> bool:
    """Whether a demo's ``env`` and ``secrets`` must leave this variable alone."""
    return name not in HARMLESS and (name in RESERVED or name.startswith(RESERVED_PREFIXES))


RUNNERS: Mapping[str, str] = {
    "bash": "bash -s",
    "go": "cat > main.go && go run main.go",
    "javascript": "node -",
    "js": "node -",
    "lua": "lua -",
    "node": "node -",
    "perl": "perl -",
    "php": "php",
    "psql": "psql --username postgres --set ON_ERROR_STOP=1",
    "py": "python3 -",
    "python": "python3 -",
    "r": "Rscript -",
    "redis": "redis-cli",
    "ruby": "ruby -",
    "sh": "sh -s",
    "sql": "psql --username postgres --set ON_ERROR_STOP=1",
    "sqlite": "sqlite3 -bail",
}
"""The command that reads a program of the language from its standard input, and fails when the program does.

``go`` reads a file only.  Without options psql and sqlite3 continue after a failed statement; redis-cli always
does, so that only its output shows the failure.
"""
