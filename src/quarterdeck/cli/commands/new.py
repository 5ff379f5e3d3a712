"""``quarterdeck new``."""

from __future__ import annotations

import importlib.resources
import shlex
from importlib.resources.abc import Traversable
from pathlib import Path

import click


@click.command("new")
@click.argument("name", type=click.Path(path_type=Path))
def command(name: Path) -> None:
    """Start a deck in a new folder NAME, with a demo that builds and runs as it is."""
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.outputs import Output, write

    if name.exists() and (not name.is_dir() or any(name.iterdir())):
        raise QuarterdeckError.of(
            f"{name} is there already", hint="choose another name; nothing was touched", code="exists"
        )
    title = name.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize()
    scaffold = importlib.resources.files("quarterdeck") / "scaffold"
    write(Output(name / path, _filled(source, title)) for path, source in _files(scaffold, Path()))
    click.echo(f"{name}/deck.md is your deck, {name}/demos/hello.md its demo.\n\nNow try:")
    quoted = shlex.quote(str(name))
    click.echo(f"  quarterdeck present {quoted}\n  quarterdeck build {quoted}")


def _files(folder: Traversable, path: Path) -> list[tuple[Path, Traversable]]:
    found: list[tuple[Path, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        inner = path / entry.name
        found += _files(entry, inner) if entry.is_dir() else [(inner, entry)]
    return found


def _filled(source: Traversable, title: str) -> bytes:
    """The file with the placeholders of its front matter filled in, as YAML strings."""
    import getpass
    import json

    try:
        author = getpass.getuser()
    except (KeyError, OSError):
        author = "Your name"
    text = source.read_text("utf-8")
    head, separator, body = text.partition("\n---\n")
    head = head.replace("{{ title }}", json.dumps(title, ensure_ascii=False))
    head = head.replace("{{ author }}", json.dumps(author, ensure_ascii=False))
    return (head + separator + body.replace("{{ title }}", title)).encode()
