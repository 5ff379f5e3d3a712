"""What building a deck costs, against pandoc and python-pptx: ``pytest -s tests/benchmarks/bench_building.py``.

The name keeps it out of an ordinary test run.

Processes are measured whole, from start to end, with the byte code that an installation has; each
is run several times in turn with its peer, and the fastest run of each counts, because everything
else that a machine does only ever adds time.  The user's cache folder is empty, and the lecture has nothing that is
kept there; what that folder is worth is measured by itself, on the flagship.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from support.lecture import for_pandoc, for_quarterdeck

ROUNDS = 9
PANDOC_SHARE = 0.6
PER_SLIDE_GROWTH = 1.1
REBUILD_SECONDS = 0.3
HELP_SECONDS = 0.15
SAVES = 5
VARIANTS = 20
VARIANT_SECONDS = 0.05
"""Of one processor, with the first ones that fill the cache: one alone takes three times that."""
WAIT_SECONDS = 30
PYTHON_PPTX = """
import sys
from pptx import Presentation
deck = Presentation()
for number in range(int(sys.argv[1])):
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = f"What a container is, part {number}"
    body = slide.placeholders[1].text_frame
    body.text = f"A process of the host with a view of its own, number {number}"
    for line in ("Files from an image", "Changes in a layer of their own", "Limits by control groups"):
        body.add_paragraph().text = line
    slide.notes_slide.notes_text_frame.text = f"Say what slide {number} is about."
deck.save(sys.argv[2])
"""


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of a user whose byte code is where an installer puts it."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode")),
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")),
    }


def report(line: str) -> None:
    """Print a figure, for whoever runs this with ``-s``."""
    sys.stdout.write(f"\n{line}\n")


def build(deck: Path, folder: Path) -> list[str]:
    """Both outputs of a deck."""
    return [sys.executable, "-m", "quarterdeck", "build", str(deck), "-o", str(folder)]


def fastest(environ: Mapping[str, str], *commands: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """Seconds of the fastest run of each command."""
    times: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds + 1):  # the first one warms up
        for own, command in zip(times, commands, strict=True):
            begin = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environ)
            own.append(time.perf_counter() - begin)
    return [min(own[1:]) for own in times]


def test_a_hundred_slides_against_pandoc(tmp_path: Path, environ: Mapping[str, str]) -> None:
    """Both outputs take at most 0.6 of the time that pandoc takes for the PPTX alone."""
    import pypandoc

    ours = build(for_quarterdeck(tmp_path / "ours", 100), tmp_path / "out")
    deck = for_pandoc(tmp_path / "theirs", 100)
    resources = f"--resource-path={deck.parent}"
    theirs = [pypandoc.get_pandoc_path(), str(deck), "--slide-level=1", resources, "-o", str(tmp_path / "theirs.pptx")]
    own, peer = fastest(environ, ours, theirs)
    report(f"100 slides, PPTX and HTML: {own:.3f} s; pandoc, PPTX alone: {peer:.3f} s; ratio {own / peer:.2f}")
    assert own <= PANDOC_SHARE * peer


def test_the_cost_of_a_slide_does_not_grow(tmp_path: Path, environ: Mapping[str, str]) -> None:
    """A slide of a thousand costs at most 1.1 times one of a hundred, the start of the process left out."""
    one, hundred, thousand = fastest(
        environ, *(build(for_quarterdeck(tmp_path / f"d{n}", n), tmp_path / "out") for n in (6, 106, 1006)), rounds=5
    )
    few, many = (hundred - one) / 100, (thousand - one) / 1000
    report(f"a slide of 100: {few * 1e3:.2f} ms; of 1,000: {many * 1e3:.2f} ms; ratio {many / few:.2f}")
    assert many <= PER_SLIDE_GROWTH * few


def test_a_thousand_slides_against_python_pptx(tmp_path: Path, environ: Mapping[str, str]) -> None:
    """Plain python-pptx, with four lines of text and a note on each slide, takes longer."""
    ours = build(for_quarterdeck(tmp_path / "ours", 1000), tmp_path / "out")
    theirs = [sys.executable, "-c", PYTHON_PPTX, "1000", str(tmp_path / "theirs.pptx")]
    own, peer = fastest(environ, ours, theirs, rounds=1)
    report(f"1,000 slides, PPTX and HTML: {own:.2f} s; python-pptx, PPTX alone: {peer:.2f} s; ratio {own / peer:.2f}")
    assert own <= peer


def test_rebuilding_on_save(tmp_path: Path, environ: Mapping[str, str]) -> None:
    """From the save of a deck of 50 slides to both outputs on disk."""
    deck = for_quarterdeck(tmp_path / "deck", 50)
    page = tmp_path / "out" / "deck.html"
    command = [*build(deck, tmp_path / "out"), "--watch"]
    times = []
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        try:
            assert process.stdout is not None
            while not (process.stdout.readline()).startswith("watching"):
                assert process.poll() is None
            time.sleep(0.5)  # nothing tells when the operating system has begun to watch
            text = deck.read_text("utf-8")
            for number in range(SAVES):
                begin = time.perf_counter()
                deck.write_text(text.replace("part 6", f"piece {number} of six"), "utf-8")
                _wait_for(page, f"piece {number} of six")
                times.append(time.perf_counter() - begin)
                time.sleep(0.3)
        finally:
            process.terminate()
    times.sort()
    report(f"rebuilding 50 slides on save: {times[len(times) // 2]:.3f} s")
    assert times[len(times) // 2] <= REBUILD_SECONDS


def _wait_for(page: Path, text: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while text not in page.read_text("utf-8"):
        assert time.monotonic() < end, "the page was not built"
        time.sleep(0.005)


def test_variants_of_a_deck_in_one_process(tmp_path: Path) -> None:
    """Forms of a deck of 50 slides, for which one slide and the notes differ, share what they have in common."""
    from quarterdeck.model.options import Choices, Role
    from quarterdeck.project.outputs.formats import build as built
    from quarterdeck.project.project import BuildCache, load_project

    deck = for_quarterdeck(tmp_path / "deck", 49)
    with deck.open("a", encoding="utf-8") as file:
        file.write("\n---\n\n# In {{ event.place }}\n\nWelcome.\n")
    forms = [Choices(role=role, event={"place": f"City {n}"}) for n in range(VARIANTS // 2) for role in Role]
    took: dict[str, float] = {}
    outputs = []
    for name, cache in (("apart", None), ("together", BuildCache())):
        begin = time.process_time()
        outputs.append([built(load_project(deck.parent, form, cache), ("pptx", "html"), tmp_path) for form in forms])
        took[name] = (time.process_time() - begin) / len(forms)
    report(
        f"a variant of 50 slides: {took['together'] * 1e3:.0f} ms of a processor; alone: {took['apart'] * 1e3:.0f} ms"
    )
    assert outputs[0] == outputs[1]
    assert took["together"] <= VARIANT_SECONDS


def test_drawings_that_are_kept(tmp_path: Path, root: Path, environ: Mapping[str, str]) -> None:
    """The flagship has a dozen drawings: its first build makes their pixels, later ones find them."""
    command = build(root / "decks" / "docker", tmp_path)
    (again,) = fastest(environ, command, rounds=3)
    times = []
    for number in range(2):
        begin = time.perf_counter()
        subprocess.run(
            command, check=True, capture_output=True, env={**environ, "XDG_CACHE_HOME": str(tmp_path / str(number))}
        )
        times.append(time.perf_counter() - begin)
    report(f"the flagship, 65 slides and 12 drawings: {min(times):.2f} s the first time, {again:.2f} s later")
    assert again < min(times)


def test_help(environ: Mapping[str, str]) -> None:
    """A user who asks for help doesn't wait."""
    ours, bare = fastest(
        environ, [sys.executable, "-m", "quarterdeck", "--help"], [sys.executable, "-c", "pass"], rounds=15
    )
    report(f"--help: {ours * 1e3:.0f} ms; an empty Python: {bare * 1e3:.0f} ms")
    assert ours <= HELP_SECONDS
