"""Demo scripts: Markdown whose ``console`` and ``{run}`` fences are the steps, and whose prose is the narration."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.files.folders import demo_files
from quarterdeck.memo import Memo
from quarterdeck.model.content import Block, plain_text
from quarterdeck.model.demo import (
    DEFAULT_TIMEOUT,
    EXCEPTIONS,
    Command,
    Demo,
    Interaction,
    KeyPress,
    Keys,
    Permissions,
    Step,
    is_reserved,
)
from quarterdeck.source.assets import Assets, Known, KnownTexts
from quarterdeck.source.demos.exercises import read_exercise, refuse_solutions, steps_of_exercise
from quarterdeck.source.demos.prompts import own_families
from quarterdeck.source.demos.steps import StepReader
from quarterdeck.source.markdown.blocks import BlockReader
from quarterdeck.source.markdown.context import Fragments, Surroundings
from quarterdeck.source.markdown.habits import report_unrun
from quarterdeck.source.markdown.parser import Node, link_references, parse
from quarterdeck.source.markdown.separators import report_open_fences, split_front_matter, without_comments
from quarterdeck.source.template.render import project_root
from quarterdeck.terminal.buffer import COLUMNS_ALLOWED, ROWS_ALLOWED, Grid
from quarterdeck.text.fields import Fields, parse_fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import read_source, shown_path

KEYS = (
    "title",
    "summary",
    "requires",
    "images",
    "ports",
    "prompts",
    "timeout",
    "terminal",
    "continues",
    "stage",
    "secrets",
    "env",
    "task",
    "hints",
)
STAGE_KEYS = ("image", "allow")
SCRIPT = "demo.md"
"""The script of a demo that is a folder."""
GRID_KEY = "terminal"
GRID_HINT = "write columns and rows: 'terminal: 80x20', or {columns: 80, rows: 20}"
_GRID = re.compile(r"(\d{1,4})\s*[x×]\s*(\d{1,4})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ScriptPlace(Struct, frozen=True):
    """Where a demo is kept."""

    name: str
    path: Path
    cast_path: Path
    files: Path | None = None

    @classmethod
    def of(cls, path: Path) -> ScriptPlace:
        """The place of a script: ``NAME.md``, ``NAME/demo.md``, or that folder."""
        path = path.resolve()
        if path.is_dir():
            path = path / SCRIPT
        if path.name == SCRIPT:
            folder = path.parent
            return cls(folder.name, path, folder.with_name(f"{folder.name}.cast"), folder)
        return cls(path.stem, path, path.with_suffix(".cast"))

    @property
    def siblings(self) -> Path:
        """The folder that holds the demos beside this one."""
        return (self.files or self.path).parent


def read_demo(
    place: ScriptPlace,
    found: Diagnostics,
    asked_at: SourceSpan | None = None,
    memo: Memo[Known[Demo]] | None = None,
) -> Demo | None:
    """The demo in a script, its hash not filled in yet; None when nothing could be read.

    ``asked_at`` is the place that names it; a script that ``memo`` knows isn't read again.
    """
    text = read_source(place.path, found, asked_at)
    if text is None:
        return None
    assets = Assets(place.path.parent, found, project_root(place.siblings.parent))
    known = KnownTexts(Memo() if memo is None else memo, assets)
    return known.read(place.path, (text, place), lambda assets: _read_script(text, place, assets))


def _read_script(text: str, place: ScriptPlace, assets: Assets) -> Demo:
    found, name = assets.found, shown_path(place.path)
    whole = Passage.of_file(text, name)
    matter, body = split_front_matter(whole, found, "the demo's front matter")
    front = parse_fields(matter, KEYS, "the demo's front matter", found)
    report_open_fences(body, found)
    body = without_comments(body, found).text
    report_unrun(body, found)
    surroundings = Surroundings(found, assets, references=link_references(body.lines))
    reader = StepReader(body, own_families(front.names("prompts")), found)
    nodes = parse(body.text, surroundings.references)
    title, closing = _read_body(nodes, body, surroundings, reader, front.text("title"))
    stage = front.section("stage", STAGE_KEYS)
    exercise = read_exercise(front, stage, surroundings)
    steps = reader.finished()
    span = SourceSpan(name)
    if exercise is not None:
        steps = steps_of_exercise(steps, front)
    elif not any(step.in_view for step in steps):
        found.error(
            f"the demo '{place.name}' has no step to show",
            span,
            hint="a step is a fence: ```console, with lines that begin with '$ '",
            code="no-step",
        )
    else:
        refuse_solutions(steps, found)
    return Demo(
        place.name,
        title or place.name.replace("-", " ").capitalize(),
        steps,
        place.path,
        place.cast_path,
        files=place.files,
        summary=front.text("summary"),
        requires=front.names("requires"),
        images=front.names("images"),
        ports=_ports(front),
        prompts=front.names("prompts"),
        timeout=front.timeout("timeout") or DEFAULT_TIMEOUT,
        terminal=read_grid(front),
        continues=front.text("continues"),
        stage_image=stage.text("image"),
        permissions=Permissions(_exceptions(stage)),
        secrets=_variables(front, "secrets"),
        env=_environment(front),
        closing=closing,
        task=exercise.task if exercise else (),
        hints=exercise.hints if exercise else (),
        span=front.span("continues") or span,
    )


def slide_demo(name: str, title: str, steps: Sequence[Step], deck: Path, span: SourceSpan | None) -> Demo:
    """The demo of a slide that holds its steps itself."""
    demo = Demo(name, title, tuple(steps), deck, deck.parent / "casts" / f"{name}.cast", span=span)
    return replace(demo, script_hash=script_hash(demo))


def _read_body(
    nodes: Sequence[Node], body: Passage, surroundings: Surroundings, reader: StepReader, title: str | None
) -> tuple[str | None, tuple[Block, ...]]:
    """Read all steps with the prose before each; returns the title and the prose after the last."""
    fences: list[Node] = []
    blocks = BlockReader(body, surroundings, Fragments(enabled=False), steps=fences)
    prose: list[Node] = []
    narration: tuple[Block, ...] = ()
    for node in nodes:
        if title is None and node.kind == "heading" and node.token.tag == "h1" and not reader.steps:
            line = blocks.inlines.read(node.children[0].token, node.first, node.end)
            title = plain_text(line.inlines)
            continue
        prose.append(node)
        if node.kind == "attribute_line":
            continue
        narration += blocks.blocks(prose)
        prose = []
        for fence in fences:
            reader.read(fence, narration)
            narration = ()
        fences.clear()
    return title, narration + blocks.blocks(prose)


def _ports(front: Fields) -> tuple[int, ...]:
    ports = front.integers("ports")
    if any(port > 65535 for port in ports):
        front.found.error("ports end at 65535", front.span("ports"), code="wrong-type")
    return tuple(port for port in ports if port <= 65535)


def _exceptions(stage: Fields) -> frozenset[str]:
    allowed = stage.names("allow")
    for word in allowed:
        if word not in EXCEPTIONS:
            stage.found.error(
                f"'{word}' is nothing that can be allowed",
                stage.span("allow"),
                hint=suggestion(word, EXCEPTIONS),
                code="unknown-exception",
            )
    return frozenset(allowed) & frozenset(EXCEPTIONS)


def _variables(front: Fields, key: str) -> tuple[str, ...]:
    return tuple(name for name in front.names(key) if _may_be_set(name, front, key))


def _may_be_set(name: str, front: Fields, key: str) -> bool:
    """Whether a demo can have this variable; reports why not."""
    if not _VARIABLE.match(name):
        front.found.error(f"'{name}' is not a valid variable name", front.span(key), code="wrong-type")
        return False
    if is_reserved(name):
        front.found.error(
            f"the variable {name} is the stage's own",
            front.span(key),
            hint="a step can set it for one command, where the audience sees it: $ NAME=value command",
            code="reserved-variable",
        )
        return False
    return True


def _environment(front: Fields) -> dict[str, str]:
    env: dict[str, str] = {}
    for name, value in front.values("env").items():
        if not _may_be_set(name, front, "env"):
            continue
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            env[name] = str(value)
        else:
            front.found.error(
                f"the variable {name} must be text", front.span("env"), hint="quote it", code="wrong-type"
            )
    return env


def read_grid(front: Fields) -> Grid | None:
    """The size under ``terminal:`` of a demo or deck; None where none is given, or what is given is a fault.

    It is not part of the script's hash: an existing recording is played in a terminal of the new size, where its lines
    wrap as a terminal wraps them.
    """
    if front.is_mapping(GRID_KEY):
        size = front.section(GRID_KEY, (), required=("columns", "rows"))
        columns = size.whole("columns", *COLUMNS_ALLOWED)
        rows = size.whole("rows", *ROWS_ALLOWED)
        return Grid(columns, rows) if columns and rows else None
    text = front.text(GRID_KEY)
    if text is None:
        return None
    match = _GRID.fullmatch(text)
    if match is None:
        front.wrong(GRID_KEY, "the size of a terminal", GRID_HINT)
        return None
    columns, rows = int(match[1]), int(match[2])
    if _within(columns, COLUMNS_ALLOWED) and _within(rows, ROWS_ALLOWED):
        return Grid(columns, rows)
    (narrow, wide), (low, high) = COLUMNS_ALLOWED, ROWS_ALLOWED
    front.wrong(GRID_KEY, f"{narrow} to {wide} columns by {low} to {high} rows", GRID_HINT)
    return None


def _within(number: int, allowed: tuple[int, int]) -> bool:
    return allowed[0] <= number <= allowed[1]


def script_hash(demo: Demo, before: str = "") -> str:
    """SHA-256, in hex, of everything that decides what runs and what is expected.

    ``before``: the hash of the demo that it continues.
    """
    described = {
        "steps": [_step(step) for step in demo.steps],
        "image": demo.stage_image,
        "allow": sorted(demo.permissions.allow),
        "env": dict(sorted(demo.env.items())),
        "secrets": sorted(demo.secrets),
        "continues": before,
    }
    digest = hashlib.sha256(json.dumps(described, ensure_ascii=True, sort_keys=True).encode())
    if demo.files is not None:
        for path in demo_files(demo.files, demo.path):
            name = path.relative_to(demo.files).as_posix().encode("utf-8", "surrogateescape")
            digest.update(b"\0" + name + b"\0" + hashlib.sha256(_content(path)).digest())
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """What the file holds; of a link that leads to no file, where it leads."""
    return path.read_bytes() if path.is_file() else os.fsencode(path.readlink())


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "kind": step.kind.value,
        "terminal": step.terminal,
        "background": step.background,
        "fails": step.expect_failure,
        "service": step.service,
        "runner": step.runner,
        "ready": [step.ready.kind, step.ready.value] if step.ready else None,
        "open": step.open_url,
        "typed": [_interaction(i) for i in step.interactions],
    }


def _interaction(interaction: Interaction) -> list[object]:
    expected = interaction.expected
    outcome = [list(expected.lines), expected.given, expected.status]
    match interaction:
        case Command():
            return [interaction.prompt, list(interaction.lines), interaction.nested, *outcome]
        case KeyPress():
            return [interaction.prompt, interaction.text, *outcome]
        case Keys():
            return ["^", interaction.text, *outcome]
