"""``quarterdeck doctor`` and ``quarterdeck clean``: what this machine lacks, and what shows have left on it."""

from __future__ import annotations

import click


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
