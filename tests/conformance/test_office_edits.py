"""Edits of the flagship's PPTX come back: hundreds at random, and what LibreOffice makes of the file."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation

from quarterdeck.workshop.build.build import load_variant
from quarterdeck.workshop.edits.builder import Builder
from quarterdeck.workshop.edits.pages import Page, read_pages
from quarterdeck.workshop.edits.replay import merge
from quarterdeck.workshop.edits.sync import sync
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.variants import variants_of
from support.flagship import FLAGSHIP
from support.office_edits import add_slide, edited, saved
from support.ooxml_lint import lint

EDITS = 160
SLIDES = 4
SEED = 1
LEAST_TAKEN = 0.95


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """The flagship with what belongs to it, to be changed."""
    root = FLAGSHIP.parents[1]
    shutil.copytree(root / "decks", tmp_path / "decks")
    shutil.copytree(root / "demos", tmp_path / "demos")
    return tmp_path / "decks" / FLAGSHIP.name


def texts(page: Page) -> Counter[str]:
    """The paragraphs of a slide, without the section's name above the title: that follows the section's own slide."""
    own = (shape for shape in page.shapes if not shape.name.startswith("Eyebrow"))
    return Counter(paragraph.text for shape in own for paragraph in shape.paragraphs if paragraph.text)


@pytest.mark.slow
def test_random_edits_come_back(deck: Path, tmp_path: Path) -> None:
    """At least 95 % are taken, each into its place: the deck then says what the file says, and nothing else changed."""
    builder = Builder(deck)
    before = builder.built().pages.pages
    (tmp_path / "built.pptx").write_bytes(built := saved(read_pages_of(builder)))
    data, made = edited(built, EDITS - SLIDES, SEED)
    presentation, chance = Presentation(io.BytesIO(data)), random.Random(SEED)
    made += [add_slide(presentation, chance, number) for number in range(SLIDES)]
    (tmp_path / "edited.pptx").write_bytes(saved(presentation))
    found = sync(tmp_path / "edited.pptx", builder)
    taken = len(found.taken)
    assert taken + len(found.refused) == len(made) == EDITS
    assert taken >= LEAST_TAKEN * len(made)
    assert {edit.kind for edit in made} == {"title", "text", "cell", "notes", "slide"}
    for output in found.outputs:
        output.path.write_bytes(output.data)

    file = read_pages(tmp_path / "edited.pptx").pages
    after = builder.built().pages.pages
    added = {page.title for page in file if not page.name}
    assert [page.title for page in after if page.title in added] == [page.title for page in file if not page.name]
    kept = [page for page in after if page.title not in added]
    wrong = []
    for was, becomes, says in zip(before, (page for page in file if page.name), kept, strict=True):
        # a slide and that of its demo show the same title and notes: an edit of one changes both
        edits = [edit for edit in made if edit.slide.removesuffix("-demo") == was.name.removesuffix("-demo")]
        replaced = {" ".join(edit.old.split()): " ".join(edit.new.split()) for edit in edits}
        derived = Counter(filter(None, (replaced.get(text, text) for text in texts(was).elements())))
        if texts(says) not in (texts(becomes), derived):
            wrong.append((becomes.title, texts(says) - derived, derived - texts(says)))
    assert len(wrong) <= len(found.refused), wrong


def read_pages_of(builder: Builder) -> object:
    """The deck's PPTX, of python-pptx."""
    return builder.built().pages.presentation


@pytest.mark.office
@pytest.mark.slow
def test_saved_by_libreoffice(deck: Path, tmp_path: Path) -> None:
    """It drops names and the base, and numbers shapes anew: with the file as it was built, no edit goes astray."""
    builder = Builder(deck)
    built = tmp_path / "built.pptx"
    built.write_bytes(saved(read_pages_of(builder)))
    data, made = edited(built.read_bytes(), 40, 3)
    (tmp_path / "edited.pptx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pptx"]
    subprocess.run([*command, "--outdir", tmp_path / "lo", tmp_path / "edited.pptx"], check=True, capture_output=True)
    found = sync(tmp_path / "lo" / "edited.pptx", builder, built)
    wanted = {" ".join(edit.new.split()) for edit in made}
    said = {taken.what for taken in found.taken}
    assert said <= wanted, "an edit that nobody made"
    assert len(said) >= len(made) * 0.9


@pytest.mark.slow
def test_what_comes_of_edits_is_valid(
    deck: Path, tmp_path: Path, ooxml_validator: Callable[[bytes], list[str]]
) -> None:
    """An edited variant of the workshop is valid, merged onto a new build and built after ``sync``."""
    manifest = read_manifest(deck / "workshop.yaml")
    variant = next(each for each in variants_of(manifest) if each.values["form"] == "lightning")
    builder = Builder(variant.deck, load_variant(variant)[1])
    data, made = edited(saved(read_pages_of(builder)), 20, 7)
    presentation = Presentation(io.BytesIO(data))
    add_slide(presentation, random.Random(7), 0)
    (tmp_path / "edited.pptx").write_bytes(saved(presentation))
    merged = merge(tmp_path / "edited.pptx", builder)
    assert merged.made >= len(made)
    assert (lint(merged.pptx), ooxml_validator(merged.pptx)) == ([], [])
    found = sync(tmp_path / "edited.pptx", builder)
    assert len(found.taken) >= len(made) * LEAST_TAKEN
    for output in found.outputs:
        output.path.write_bytes(output.data)
    again = saved(read_pages_of(builder))
    assert (lint(again), ooxml_validator(again)) == ([], [])
