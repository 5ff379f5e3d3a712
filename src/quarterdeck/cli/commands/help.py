"""``quarterdeck help``: shows the guide."""

from __future__ import annotations

import importlib.resources
import sys

import click

TOPICS = (
    "start",
    "decks",
    "demos",
    "presenting",
    "keys",
    "themes",
    "importing",
    "exercises",
    "workshops",
    "venue",
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
