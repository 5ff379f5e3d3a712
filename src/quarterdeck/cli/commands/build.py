"""``quarterdeck build``, ``film``, ``check`` and ``theme``: a deck's outputs, its video, its faults, and its looks."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from quarterdeck.cli.options import choices_options, draft, finish, many_decks, one_deck, output_folder
from quarterdeck.model.options import SHOW_PORT, SPOKEN
from quarterdeck.project.outputs.formats import FORMATS

if TYPE_CHECKING:
    from quarterdeck.model.options import Choices
    from quarterdeck.project.project import BuildCache, Project


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What one call of the command is to build."""

    decks: tuple[Path, ...]
    folder: Path
    formats: tuple[str, ...]
    chosen: Choices
    strict: bool
    finish: Path | None = None


def chosen_formats(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
    """The formats that ``--to`` names."""
    wanted = tuple(name.strip() for name in value.split(",") if name.strip())
    if not wanted or not set(wanted) <= set(FORMATS):
        raise click.BadParameter(f"'{value}': choose from {','.join(FORMATS)}", param_hint="--to")
    return wanted


@click.command("build")
@many_decks
@output_folder
@click.option(
    "--to",
    "formats",
    default="pptx,html",
    show_default=True,
    callback=chosen_formats,
    metavar="FORMATS",
    help=f"Any of {','.join(FORMATS)}.",
)
@choices_options
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    default=SHOW_PORT,
    show_default=True,
    help="The port of the show that links in the PPTX open.",
)
@finish
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@draft
@click.option("--watch", is_flag=True, help="Build again after each save, until Ctrl-C.")
def build_command(
    decks: tuple[Path, ...],
    folder: Path,
    formats: tuple[str, ...],
    chosen: Choices,
    port: int,
    finish: Path | None,
    strict: bool,
    draft: bool,
    watch: bool,
) -> int:
    """Write NAME.pptx and NAME.html for each DECK.

    Nothing is written if any deck has errors.  With --draft, slides on which something doesn't fit are marked instead;
    the exit status is 1 all the same.
    """
    gc.disable()  # nearly all objects of a build live to its end: looking for others takes a sixth of its time
    if finish is not None and not any("pptx" in (name, *FORMATS[name].parts) for name in formats):
        raise click.BadParameter("it changes PPTX files, and --to has none", param_hint="--finish")
    request = BuildRequest(decks, folder, formats, replace(chosen, show_port=port, draft=draft), strict, finish)
    if watch:
        import asyncio

        asyncio.run(_build_at_each_save(request))
        return 0
    return int(any(project.misfits for project in _build(request)))


def _build(request: BuildRequest, cache: BuildCache | None = None) -> Sequence[Project]:
    """Build all decks or, if any has errors, none; raises QuarterdeckError with the faults of all."""
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.files.atomic import shown_size, write
    from quarterdeck.project.outputs.formats import build
    from quarterdeck.project.project import load_project

    finish = None
    if request.finish is not None:
        from quarterdeck.project.finish import Finish

        finish = Finish.read(request.finish)
    found = Diagnostics()
    projects, outputs, failed = [], {}, False
    for deck in request.decks:
        try:
            project = load_project(deck, request.chosen, cache)
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            failed = True
            continue
        projects.append(project)
        found.extend(project.warnings)
        for output in build(replace(project, finish=finish), request.formats, request.folder):
            if output.path in outputs:
                found.error(
                    f"two decks are called '{project.deck.name}'", hint="build them into different folders with -o"
                )
                failed = True
            outputs[output.path] = output
    if failed or (request.strict and len(found)):
        raise QuarterdeckError(found)
    report(found)
    write(outputs.values())
    for path, output in outputs.items():
        click.echo(f"{path}  {shown_size(len(output.data))}")
    return projects


async def _build_at_each_save(request: BuildRequest) -> None:
    """Build now and after each save; errors are reported, and the last good output stays until they are fixed."""
    import time

    from quarterdeck.project.project import BuildCache
    from quarterdeck.project.watch import Watched, deck_folder, saves, watched

    cache = BuildCache()
    own = frozenset(path.resolve() for path in (request.finish,) if path is not None)
    files = frozenset(deck.resolve() for deck in request.decks if deck.is_file())
    folders = tuple(map(deck_folder, request.decks))
    since = time.time_ns()
    projects = _try_build(request, cache)
    click.echo("watching for changes; Ctrl-C stops")

    def now() -> Watched:
        nonlocal files
        files = watched(projects) if projects is not None else files
        return Watched(files | own, folders if projects is None else ())

    async for _ in saves(now, since):
        projects = _try_build(request, cache)


def _try_build(request: BuildRequest, cache: BuildCache) -> Sequence[Project] | None:
    """Build and print how long it took; reports the faults and returns None if a deck has errors."""
    import time

    from quarterdeck.cli.report import forget_sources, report
    from quarterdeck.diagnostics import QuarterdeckError

    forget_sources()
    begin = time.perf_counter()
    try:
        projects = _build(request, cache)
    except QuarterdeckError as error:
        report(error.diagnostics)
        return None
    click.echo(f"built in {time.perf_counter() - begin:.2f} s")
    gc.collect()
    return projects


def _sides(context: click.Context, parameter: click.Parameter, value: str) -> tuple[int, int]:
    """Width and height of ``1920x1080``: even numbers, as H.264 has them."""
    sides = value.lower().replace("×", "x").split("x")
    if len(sides) != 2 or not all(side.isdecimal() and 160 <= int(side) <= 7680 for side in sides):
        raise click.BadParameter(f"'{value}' is not WIDTHxHEIGHT, from 160 to 7680 pixels")
    width, height = map(int, sides)
    if width % 2 or height % 2:
        raise click.BadParameter(f"'{value}': both must be even numbers")
    return width, height


@click.command("film")
@one_deck
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="By default NAME.mp4.  FILE.vtt or FILE.srt writes the subtitles alone.",
)
@click.option(
    "--pace",
    type=click.Choice(["notes", "plan"]),
    default="notes",
    show_default=True,
    help="Show each slide while its notes are said, or for its planned time.",
)
@click.option(
    "--words",
    type=click.IntRange(60, 400),
    default=SPOKEN,
    show_default=True,
    metavar="N",
    help="Words that are said in a minute.",
)
@click.option("--slides", "only", metavar="FROM..TO", help="Only these, by id or number; one slide, or FROM.. or ..TO.")
@click.option("--size", callback=_sides, default="1920x1080", show_default=True, metavar="WxH", help="In pixels.")
@click.option(
    "--fps",
    type=click.IntRange(1, 60),
    default=25,
    show_default=True,
    metavar="N",
    help="Pictures a second at most, while something changes.",
)
@click.option(
    "--no-subtitles", is_flag=True, help="Leave the notes out: no subtitles in the video, and none beside it."
)
@choices_options
def film_command(
    deck: Path,
    target: Path | None,
    pace: str,
    words: int,
    only: str | None,
    size: tuple[int, int],
    fps: int,
    no_subtitles: bool,
    chosen: Choices,
) -> None:
    """Make a video of DECK, with its demos played from their recordings.

    The notes and the narration of demos are its subtitles: a track in the video, and a file NAME.vtt beside it.  Needs
    Chromium or Chrome, and ffmpeg; no Docker engine.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.files.atomic import Output, shown_size, write
    from quarterdeck.project.outputs.film import SUBTITLES, Pace, plan_film
    from quarterdeck.project.project import load_project

    if target is not None and target.suffix not in (".mp4", *SUBTITLES):
        raise click.BadParameter(f"'{target}': a video is .mp4, subtitles are .vtt or .srt", param_hint="-o")
    project = load_project(deck, chosen)
    target = target or Path(f"{project.deck.name}.mp4")
    film = plan_film(project, Pace(pace), words, only)
    report(project.warnings)
    if subtitles := SUBTITLES.get(target.suffix):
        write([Output(target, subtitles(film).encode())])
        click.echo(f"{target}  {len(film.cues)} subtitles, {_minutes(film.seconds)}")
        return
    from quarterdeck.project.outputs.video import Look, write_film

    with _shares() as progress:
        written = write_film(project, film, target, Look(*size, fps), progress, subtitled=not no_subtitles)
    for path in written:
        click.echo(f"{path}  {shown_size(path.stat().st_size)}" + (f", {_minutes(film.seconds)}" * (path == target)))


def _minutes(seconds: float) -> str:
    return f"{round(seconds) // 60}:{round(seconds) % 60:02} min"


@contextmanager
def _shares() -> Iterator[Callable[[str, float], None]]:
    """A progress bar if stderr is a terminal; yields what is told what is being done, and the share of it done."""
    if not sys.stderr.isatty():
        yield lambda what, share: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("starting the browser", total=1.0)
        yield lambda what, share: shown.update(task, completed=share, description=what)


@click.command("check")
@many_decks
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="Output format.",
)
@choices_options
@click.option("--strict", is_flag=True, help="Warnings are errors.")
def check_command(decks: tuple[Path, ...], form: str, chosen: Choices, strict: bool) -> int:
    """List everything that is wrong with each DECK, with its position."""
    from quarterdeck.cli.report import as_github, as_json, report
    from quarterdeck.diagnostics import Severity
    from quarterdeck.project.check.rules import check

    found = [fault for deck in decks for fault in check(deck, chosen)]
    match form:
        case "json":
            click.echo(as_json(found))
        case "github":
            click.echo(as_github(found))
        case _:
            report(found)
            if not found:
                click.echo(f"{', '.join(map(str, decks))}: no faults found")
    return int(any(strict or fault.severity is Severity.ERROR for fault in found))


@click.group("theme")
def theme_command() -> None:
    """Look at themes: built-in ones, theme files, and PowerPoint templates."""


@theme_command.command("preview")
@click.argument("themes", nargs=-1, metavar="[THEME]...")
@output_folder
@click.option(
    "--to",
    "formats",
    default="pptx,html",
    show_default=True,
    callback=chosen_formats,
    metavar="FORMATS",
    help="As for build: pptx,html,pdf,png.",
)
@click.option("--strict", is_flag=True, help="Warnings are errors.")
def preview(themes: tuple[str, ...], folder: Path, formats: tuple[str, ...], strict: bool) -> None:
    """Show every layout in each THEME: write THEME-preview.pptx and THEME-preview.html.

    THEME is a built-in theme's name, a theme file or a PowerPoint template; by default all built-in themes.  What is
    hard to read in it is reported, as check does.
    """
    from quarterdeck.cli.report import report
    from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
    from quarterdeck.files.atomic import shown_size, write
    from quarterdeck.project.sample import theme_previews
    from quarterdeck.theme.file import BUILT_IN

    outputs, warnings = theme_previews(themes or BUILT_IN, formats, folder)
    found = Diagnostics(list(warnings))
    if strict and len(found):
        raise QuarterdeckError(found)
    report(found)
    write(outputs)
    for output in outputs:
        click.echo(f"{output.path}  {shown_size(len(output.data))}")
