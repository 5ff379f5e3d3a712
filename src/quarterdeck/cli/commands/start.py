"""Commands to begin with: ``new`` and ``import`` a deck, ``help``, and ``doctor`` and ``clean`` for the machine."""

from __future__ import annotations

import importlib.resources
import shlex
import sys
from importlib.resources.abc import Traversable
from pathlib import Path

import click


@click.command("new")
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--author", metavar="NAME", help="Name on the cover; by default git's, or you are asked.")
def new_command(name: Path, author: str | None) -> None:
    """Create a deck in a new folder NAME, with a demo; both are ready to build and run."""
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.atomic import Output, write

    if name.exists() and (not name.is_dir() or any(name.iterdir())):
        raise QuarterdeckError.of(
            f"{name} already exists", hint="choose another name; nothing was changed", code="exists"
        )
    title = name.resolve().name.replace("-", " ").replace("_", " ").strip().capitalize()
    author = _author() if author is None else author.strip()
    scaffold = importlib.resources.files("quarterdeck") / "scaffold"
    write(Output(name / path, _filled(source, title, author)) for path, source in _files(scaffold, Path()))
    click.echo(f"Created {name}/deck.md (slides) and {name}/demos/hello.md (its demo). Next:")
    quoted = shlex.quote(str(name))
    click.echo(f"  quarterdeck present {quoted}\n  quarterdeck build {quoted}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", type=click.Path(path_type=Path), metavar="DIR", help="By default FILE's name."
)
@click.option(
    "--from",
    "dialect",
    type=click.Choice(["marp", "slidev", "remark", "pandoc", "pptx"]),
    help="The tool it was made with; by default detected from the file.",
)
def import_command(file: Path, folder: Path | None, dialect: str | None) -> None:
    """Convert a Marp, Slidev, remark, pandoc or PowerPoint deck to a new deck.

    Whatever does not carry over is listed with its place.  Content that a slide can't show is kept in its notes.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics
    from quarterdeck.files.atomic import report_others, write
    from quarterdeck.workshop.imports.deck import Dialect, import_deck

    folder = folder or Path(file.stem if file.stem not in ("slides", "deck", "index") else file.resolve().parent.name)
    outputs, losses = import_deck(file, folder, Dialect(dialect) if dialect else None)
    found = Diagnostics()
    report_others(outputs, found)
    found.raise_errors()
    write(outputs)
    report(losses)
    files, things = (f"{n} {word}{'s' * (n != 1)}" for n, word in ((len(outputs), "file"), (len(losses), "thing")))
    click.echo(f"{folder}: {files}, {things} did not carry over")
    click.echo(f"look at it with: quarterdeck present {folder}")


def _files(folder: Traversable, path: Path) -> list[tuple[Path, Traversable]]:
    found: list[tuple[Path, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        inner = path / entry.name
        found += _files(entry, inner) if entry.is_dir() else [(inner, entry)]
    return found


def _author() -> str:
    """The name that git signs commits with, or that the user types; empty for none.  Never the login name."""
    import subprocess

    try:
        command = ["git", "config", "--get", "user.name"]
        name = subprocess.run(
            command, check=False, capture_output=True, encoding="utf-8", errors="replace", timeout=5
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        name = ""
    if not name.strip() and sys.stdin.isatty():
        name = click.prompt("Your name, for the cover (Enter leaves it out)", default="", show_default=False)
    return name.strip()


def _filled(source: Traversable, title: str, author: str) -> bytes:
    """The file with the placeholders of its front matter filled in, as YAML strings."""
    import json

    text = source.read_text("utf-8")
    head, separator, body = text.partition("\n---\n")
    head = head.replace("{{ title }}", json.dumps(title, ensure_ascii=False))
    name = json.dumps(author, ensure_ascii=False)
    head = head.replace("author: {{ author }}\n", f"author: {name}\n" if author else "")
    return (head + separator + body.replace("{{ title }}", title)).encode()


TOPICS = (
    "start",
    "decks",
    "demos",
    "presenting",
    "keys",
    "themes",
    "importing",
    "edits",
    "editors",
    "agents",
    "exercises",
    "workshops",
    "seats",
    "venue",
    "ci",
    "clean-room",
    "troubleshooting",
    "commands",
    "glossary",
)
"""The topics of the guide, in the order in which a reader needs them."""


@click.command("help")
@click.argument("topic", required=False)
def help_command(topic: str | None) -> None:
    """Show a TOPIC of the guide, or list the topics."""
    from quarterdeck.diagnostics import suggestion

    folder = importlib.resources.files("quarterdeck") / "reference"
    pages = {name: folder / f"{name}.md" for name in TOPICS}
    if topic is None:
        click.echo("Topics of the guide; read one with 'quarterdeck help TOPIC':\n")
        for name, page in pages.items():
            title = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")
            click.echo(f"  {name:<16} {title}")
        return
    if topic not in pages:
        raise click.BadParameter(f"no topic '{topic}'; {suggestion(topic, pages)}", param_hint="TOPIC")
    text = pages[topic].read_text("utf-8")
    if not sys.stdout.isatty():
        click.echo(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console = Console(width=min(100, console.width))
    with console.pager(styles=True):
        console.print(Markdown(text))


@click.command("doctor")
def doctor_command() -> int:
    """Check this machine: what is missing, and how to fix it.

    Exit status 1 when something is missing that every deck needs.
    """
    import asyncio
    from itertools import chain

    from quarterdeck.cli.report import lines
    from quarterdeck.project.doctor import Grade, examine

    findings = asyncio.run(examine())
    for line in chain.from_iterable(map(lines, findings)):
        click.echo(line)
    return int(any(finding.grade is Grade.LOST for finding in findings))


@click.command("clean")
@click.option("--all", "everything", is_flag=True, help="Include running shows, and shows of other users and machines.")
def clean_command(everything: bool) -> int:
    """Remove every container, network, volume and image that shows have left on the Docker engine.

    Only objects with Quarterdeck's label are touched, and images that a demo made.  What a running show has made stays,
    and so does what another user or machine made within the last twelve hours, unless you say --all.  Temporary folders
    of demos on this machine are removed, too.
    """
    import asyncio
    import shutil

    from quarterdeck.cli.report import report as show_faults
    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.files.folders import abandoned_stage_folders, journal_folder
    from quarterdeck.files.locks import running_shows
    from quarterdeck.project.engines import reachable
    from quarterdeck.stage.cleanup.sweep import sweep, sweep_leftovers
    from quarterdeck.stage.docker.connection import EngineError
    from quarterdeck.stage.workspace import folder_stays

    journals = journal_folder()
    address = asyncio.run(reachable())
    spared = () if everything else running_shows(journals)
    try:
        report = sweep(address, None, journals=journals) if everything else sweep_leftovers(address, journals)
    except (OSError, EngineError) as error:
        raise QuarterdeckError.of(
            f"the Docker engine at {address.url} went away: {error}",
            hint="run this again later: the rest can still be removed",
            code="engine-down",
        ) from None
    for kind, names in (
        ("container", report.containers),
        ("network", report.networks),
        ("volume", report.volumes),
        ("image", report.images),
    ):
        for name in names:
            click.echo(f"removed {kind} {name}")
    folders = abandoned_stage_folders()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            click.echo(f"removed folder {folder}")
    if not (report or folders):
        click.echo("nothing to clean up")
    if spared:
        click.echo(f"{len(spared)} show{'s' * (len(spared) != 1)} still running, left alone")
    for fault in report.faults:
        click.echo(f"could not remove {fault}", err=True)
    kept = [folder_stays(folder) for folder in folders if folder.exists()]
    show_faults(kept)
    return int(bool(report.faults or kept))


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="As it always does: some editors say it all the same.")
def lsp_command(stdio: bool) -> None:
    """Run the language server, which an editor starts: see 'quarterdeck help editors'."""
    from quarterdeck.editor.server import make_server

    del stdio
    make_server().start_io()
