"""A deck's output files."""

import io
import zipfile
from pathlib import Path

import pytest

from quarterdeck.model.options import Choices
from quarterdeck.project.outputs.formats import FORMATS, Need, build, live_html, rendered
from quarterdeck.project.project import Project, load_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A deck of one slide."""
    (tmp_path / "deck.md").write_text("---\ntitle: Small\n---\n# A *small* deck\n\nText\n")
    return load_project(tmp_path)


def test_files_are_called_like_the_deck(project: Project, tmp_path: Path) -> None:
    """In the folder that was asked for, and nothing is written yet."""
    outputs = build(project, ("pptx", "html"), tmp_path / "out")
    assert [o.path.name for o in outputs] == [f"{tmp_path.name}.pptx", f"{tmp_path.name}.html"]
    assert not (tmp_path / "out").exists()
    assert "ppt/slides/slide1.xml" in zipfile.ZipFile(io.BytesIO(outputs[0].data)).namelist()
    assert b"<em>small</em>" in outputs[1].data


def test_the_same_source_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    """So that a build can be compared, and an unchanged file left alone."""
    assert build(project, ("pptx", "html"), tmp_path) == build(load_project(tmp_path), ("pptx", "html"), tmp_path)


def test_links_to_the_show_lead_to_the_port_that_was_said(tmp_path: Path) -> None:
    """7777, unless the show will be elsewhere."""
    (tmp_path / "deck.md").write_text("---\ntitle: Demo\n---\n# Demo\n\n```console\n$ true\n```\n")
    for choices, port in ((Choices(), 7777), (Choices(show_port=8000), 8000)):
        (made,) = build(load_project(tmp_path, choices), ("pptx",), tmp_path)
        files = zipfile.ZipFile(io.BytesIO(made.data))
        assert f"http://127.0.0.1:{port}/stage/".encode() in files.read("ppt/slides/_rels/slide1.xml.rels")


def test_a_shows_page_follows_and_a_file_does_not(project: Project, tmp_path: Path) -> None:
    """The same markup in another mode."""
    (file,) = build(project, ("html",), tmp_path)
    assert '"mode": "live"' in live_html(project) or '"mode":"live"' in live_html(project)
    assert b'"live"' not in file.data.partition(b'id="qd-config"')[2][:80]


def test_the_table_of_formats() -> None:
    """Each format has a name, a file name and a link text of its own, and says what it is and what it needs."""
    kinds = [each.kind for each in FORMATS.values()]
    for field in ("name", "suffix", "label", "about"):
        values = {getattr(kind, field) for kind in kinds}
        assert len(values) == len(kinds)
        assert all(values)
    printed = {kind.name for kind in kinds if kind.suffix.endswith((".pdf", "-png.zip"))}
    assert {kind.name for kind in kinds if Need.BROWSER in kind.needs} == printed
    assert all(set(each.parts) <= FORMATS.keys() for each in FORMATS.values())


def test_outputs_come_in_the_order_that_was_asked_for(project: Project) -> None:
    """And only those: what another one consists of is not handed out with it."""
    assert list(rendered(project, ("html", "pptx"))) == ["html", "pptx"]
