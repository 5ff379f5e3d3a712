"""The table of output formats: what each is called, where it goes, who writes it, what it needs.

``build``, workshops (manifest, index, schema), the take-home pages, packs and all help texts take it from here.  The
writers are imported when they are called: a help text needs none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from quarterdeck.files.atomic import Output

if TYPE_CHECKING:
    from quarterdeck.compile.reveal.page import ShowMessages
    from quarterdeck.project.project import Project


class Need(StrEnum):
    """What a format needs beside the deck."""

    BROWSER = "browser"
    """A browser on this machine, which prints it."""
    ROLE = "role"
    """To know whose copy it is."""
    EVENT = "event"
    """A date and a time at which the event begins."""


class OutputKind(Struct, frozen=True):
    """A kind of file that is made from a deck."""

    name: str
    """What ``--to`` and manifests call it."""
    suffix: str
    """What its file's name adds to that of the deck or variant."""
    label: str
    """The text of a link to it."""
    about: str
    """What it is, as a phrase for lists and help texts."""
    needs: frozenset[Need] = frozenset()

    def file_name(self, stem: str) -> str:
        """The name of the file for a deck or variant of that name."""
        return f"{stem}{self.suffix}"


Writer: TypeAlias = "Callable[[Project, Mapping[str, bytes]], bytes]"
"""Makes the bytes of a format from a project and the formats that it consists of, by name."""
NONE: Mapping[str, bytes] = {}
"""The parts of a format that consists of no others."""


class Format(Struct, frozen=True):
    """An output format of decks."""

    kind: OutputKind
    write: Writer
    parts: tuple[str, ...] = ()
    """The formats whose files it holds."""


def pptx(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The deck as a PowerPoint file."""
    from quarterdeck.compile.pptx.writer import write_pptx

    data = write_pptx(
        project.deck,
        project.slides,
        project.theme,
        show_url=f"http://127.0.0.1:{project.show_port}",
        memo=project.cache.written,
    )
    return data if project.finish is None else project.finish.applied(data)


def html(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The deck as one offline reveal.js page."""
    from quarterdeck.compile.reveal.page import encoded_html

    return encoded_html(project.deck, project.slides, project.theme, project.casts, memo=project.cache.drawn)


def handout(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The handout as one HTML file."""
    from quarterdeck.project.outputs.scripts import handout_page

    return handout_page(project).encode()


def pdf(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The deck as PDF, one page per slide."""
    from quarterdeck.project.outputs.pdf import print_deck

    return print_deck(html(project))


def pdf_of_fragments(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The deck as PDF, one page per key press, for viewers without fragments."""
    from quarterdeck.project.outputs.pdf import print_deck

    return print_deck(html(project), fragments=True)


def pictures(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The slides as PNGs in a zip, numbered in their order."""
    from quarterdeck.compile.pptx.package.opc import zipped
    from quarterdeck.project.outputs.pdf import slide_pictures

    taken = slide_pictures(html(project))
    digits = len(str(len(taken)))
    return zipped((f"{project.deck.name}-{n:0{digits}}.png", data, False) for n, data in enumerate(taken, start=1))


def handout_pdf(project: Project, parts: Mapping[str, bytes] = NONE) -> bytes:
    """The handout as PDF."""
    from quarterdeck.project.outputs.pdf import print_handout

    return print_handout(project)


def _kit(project: Project, parts: Mapping[str, bytes]) -> bytes:
    from quarterdeck.project.outputs.kit import KitPart, kit

    kinds = (FORMATS[name].kind for name in FORMATS["kit"].parts)
    return kit(project, [KitPart(kind.file_name(project.deck.name), kind.about, parts[kind.name]) for kind in kinds])


_PRINTED = frozenset({Need.BROWSER})
_FORMATS = (
    Format(OutputKind("pptx", ".pptx", "PowerPoint", "the slides for PowerPoint"), pptx),
    Format(OutputKind("html", ".html", "Slides", "the slides, in any browser, without a network"), html),
    Format(OutputKind("pdf", ".pdf", "PDF", "the slides, one page per slide", _PRINTED), pdf),
    Format(
        OutputKind(
            "pdf-fragments", "-fragments.pdf", "PDF, step by step", "the slides, one page per key press", _PRINTED
        ),
        pdf_of_fragments,
    ),
    Format(OutputKind("png", "-png.zip", "Pictures", "a picture of each slide, in a zip", _PRINTED), pictures),
    Format(
        OutputKind("handout", "-handout.html", "Handout", "everything that is said and run, to read and to print"),
        handout,
    ),
    Format(
        OutputKind("handout-pdf", "-handout.pdf", "Handout, PDF", "the handout, with page numbers", _PRINTED),
        handout_pdf,
    ),
    Format(
        OutputKind(
            "kit", "-kit.zip", "Kit", "slides, handout, demos and exercises to take home", frozenset({Need.ROLE})
        ),
        _kit,
        parts=("handout", "html", "pptx"),
    ),
)
FORMATS: Mapping[str, Format] = {each.kind.name: each for each in _FORMATS}
"""Every output format of decks, by name."""


def build(project: Project, formats: Sequence[str], folder: Path) -> tuple[Output, ...]:
    """Make the outputs of one deck in memory, with their paths below ``folder``.

    Raises:
        QuarterdeckError: when one can't be made.

    """
    made = rendered(project, formats)
    return tuple(Output(folder / FORMATS[name].kind.file_name(project.deck.name), made[name]) for name in formats)


def rendered(project: Project, formats: Iterable[str]) -> dict[str, bytes]:
    """The outputs by their format, each made once even if another consists of it.

    Raises:
        QuarterdeckError: when one can't be made.

    """
    from quarterdeck.project.project import bounded

    made: dict[str, bytes] = {}
    wanted = tuple(formats)
    with bounded():
        for name in wanted:
            _make(name, project, made)
    return {name: made[name] for name in wanted}


def _make(name: str, project: Project, made: dict[str, bytes]) -> None:
    if name not in made:
        wanted = FORMATS[name]
        for part in wanted.parts:
            _make(part, project, made)
        made[name] = wanted.write(project, made)


def live_html(project: Project) -> str:
    """The deck as the page of a running show."""
    from quarterdeck.compile.reveal.page import Purpose, write_html

    return write_html(
        project.deck, project.slides, project.theme, project.casts, Purpose.LIVE, memo=project.cache.drawn
    )


def replay_html(project: Project, messages: ShowMessages) -> bytes:
    """A replay of a show as one offline page; ``messages`` are those that its audience's pages got."""
    from quarterdeck.compile.reveal.page import Purpose, encoded_html

    return encoded_html(project.deck, project.slides, project.theme, project.casts, Purpose.REPLAY, messages)
