"""A project's output files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from quarterdeck.files.outputs import Output
from quarterdeck.project.project import Project

if TYPE_CHECKING:
    from quarterdeck.compile.reveal.cache import DrawnParts
    from quarterdeck.compile.reveal.page import Told


def pptx(project: Project) -> bytes:
    """The deck as a PowerPoint file."""
    from quarterdeck.compile.pptx.writer import write_pptx

    return write_pptx(
        project.deck,
        project.slides,
        project.theme,
        show_url=f"http://127.0.0.1:{project.show_port}",
        memory=project.kept.written if project.kept else None,
    )


def html(project: Project) -> bytes:
    """The deck as one offline reveal.js page."""
    from quarterdeck.compile.reveal.page import write_html

    return write_html(project.deck, project.slides, project.theme, project.casts, drawn=_drawn(project)).encode()


def live_html(project: Project) -> str:
    """The deck as the page of a running show."""
    from quarterdeck.compile.reveal.page import Purpose, write_html

    return write_html(project.deck, project.slides, project.theme, project.casts, Purpose.LIVE, drawn=_drawn(project))


def replay_html(project: Project, told: Told) -> bytes:
    """A show that was given, as one offline page; ``told`` is what its audience's pages were told."""
    from quarterdeck.compile.reveal.page import Purpose, write_html

    return write_html(project.deck, project.slides, project.theme, project.casts, Purpose.REPLAY, told).encode()


def _drawn(project: Project) -> DrawnParts | None:
    return project.kept.drawn if project.kept else None


def pdf(project: Project) -> bytes:
    """The deck as PDF, one page a slide."""
    from quarterdeck.project.outputs.pdf import print_deck

    return print_deck(html(project))


def handout(project: Project) -> bytes:
    """The handout as one HTML file."""
    from quarterdeck.project.outputs.pdf import handout as written

    return written(project)


def handout_pdf(project: Project) -> bytes:
    """The handout as PDF."""
    from quarterdeck.project.outputs.pdf import handout_pdf as printed

    return printed(project)


def kit(project: Project) -> bytes:
    """What someone takes home from a workshop."""
    return rendered(project, ("kit",))["kit"]


def pdf_of_fragments(project: Project) -> bytes:
    """The deck as PDF, a page for each press of the key: for viewers that have no fragments."""
    from quarterdeck.project.outputs.pdf import print_deck

    return print_deck(html(project), fragments=True)


Writer: TypeAlias = Callable[[Project], bytes]

WRITERS: Mapping[str, tuple[str, Writer]] = {
    "pptx": (".pptx", pptx),
    "html": (".html", html),
    "pdf": (".pdf", pdf),
    "handout": ("-handout.html", handout),
    "handout-pdf": ("-handout.pdf", handout_pdf),
    "pdf-fragments": ("-fragments.pdf", pdf_of_fragments),
    "kit": ("-kit.zip", kit),
}
"""The output formats: what follows the deck's name in the file's, and who writes it."""
PRINTED = frozenset({"pdf", "handout-pdf", "pdf-fragments"})
"""Those that a browser on this machine prints."""


def build(project: Project, formats: Sequence[str], folder: Path) -> tuple[Output, ...]:
    """Make the outputs of one deck in memory; ``project.outputs.write`` puts them on disk."""
    made = rendered(project, formats)
    return tuple(Output(folder / f"{project.deck.name}{WRITERS[f][0]}", made[f]) for f in formats)


def rendered(project: Project, formats: Iterable[str]) -> dict[str, bytes]:
    """The outputs by their format; what a kit holds too is made once."""
    made: dict[str, bytes] = {}
    for name in sorted(formats, key="kit".__eq__):
        if name == "kit":
            from quarterdeck.project.outputs.kit import CONTENTS
            from quarterdeck.project.outputs.kit import kit as packed

            made[name] = packed(project, {**made, **rendered(project, CONTENTS.keys() - made.keys())})
        else:
            made[name] = WRITERS[name][1](project)
    return made
