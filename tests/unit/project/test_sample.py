"""The sample deck, and ``quarterdeck theme preview``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from quarterdeck.cli.commands.build import theme_command
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import Choices
from quarterdeck.project.check.rules import check
from quarterdeck.project.project import load_project
from quarterdeck.project.sample import SAMPLE, theme_previews
from quarterdeck.theme.file import BUILT_IN


@pytest.mark.slow
def test_every_layout_is_shown() -> None:
    """Nobody finds out on stage what a quotation looks like."""
    project = load_project(SAMPLE, Choices({"theme": "harbour"}))
    assert {placed.slide.layout for placed in project.slides} == set(Layout)


@pytest.mark.slow
@pytest.mark.parametrize("theme", BUILT_IN)
def test_built_in_themes_have_no_faults(theme: str) -> None:
    """Everything in the sample fits and can be read in each theme that comes with Quarterdeck."""
    assert check(SAMPLE, Choices({"theme": theme}, theme=theme)) == ()


@pytest.mark.slow
def test_a_theme_file_is_shown_with_its_faults(tmp_path: Path) -> None:
    """The preview is written, and what can't be read in it is named."""
    (tmp_path / "brand.yaml").write_text('extends: harbour\ncolors: {text: "#B0B0B0"}\n')
    outputs, warnings = theme_previews([str(tmp_path / "brand.yaml")], ("html",), tmp_path / "looks")
    assert [output.path.name for output in outputs] == ["brand-preview.html"]
    assert b"The theme brand" in outputs[0].data
    assert "low-contrast" in {warning.code for warning in warnings}


def test_themes_that_are_not_there_are_reported_together(tmp_path: Path) -> None:
    """With the name that was probably meant."""
    with pytest.raises(QuarterdeckError) as caught:
        theme_previews(["nigth", str(tmp_path / "x.yaml")], ("html",), tmp_path)
    assert [fault.code for fault in caught.value.diagnostics] == ["unknown-theme", "unknown-theme"]
    assert "night" in str(caught.value.diagnostics[0].hint)


def test_two_themes_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    """A theme file and another one in another folder may have the same name."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "brand.yaml").write_text("extends: night\n")
    with pytest.raises(QuarterdeckError, match="two themes are called 'brand'"):
        theme_previews([str(tmp_path / f"{folder}/brand.yaml") for folder in "ab"], ("html",), tmp_path)


def test_the_command_says_where_the_preview_is(tmp_path: Path) -> None:
    """Without a browser to open it in, the path is what one needs."""
    run = CliRunner().invoke(theme_command, ["preview", "night", "--to", "html", "-o", str(tmp_path)])
    assert run.exit_code == 0, run.output
    assert str(tmp_path / "night-preview.html") in run.output
    assert (tmp_path / "night-preview.html").stat().st_size > 10_000
