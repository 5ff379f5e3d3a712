"""The sample: a deck with every layout, to see a theme by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, QuarterdeckError
from quarterdeck.files.atomic import Output
from quarterdeck.installed import PACKAGE
from quarterdeck.model.options import Choices
from quarterdeck.project.check.rules import check_project
from quarterdeck.project.outputs.formats import build
from quarterdeck.project.project import BuildCache, load_project
from quarterdeck.theme.file import SUFFIXES, TEMPLATE_SUFFIXES

SAMPLE = PACKAGE / "theme" / "sample"
"""The folder of the deck; its variable ``theme`` is the theme's name."""


def theme_previews(
    themes: Sequence[str], formats: Sequence[str], folder: Path
) -> tuple[tuple[Output, ...], tuple[Diagnostic, ...]]:
    """The sample in each theme, as ``folder/NAME-preview.SUFFIX``, and what ``check`` would warn of in such a deck.

    ``themes`` are names of built-in themes, or paths of theme files and templates.  Drafts: where a theme has no room
    for the sample, the slide is marked.

    Raises:
        QuarterdeckError: with the faults of themes that can't be read.

    """
    found = Diagnostics()
    warnings: list[Diagnostic] = []
    outputs: dict[Path, Output] = {}
    cache = BuildCache()
    for theme in themes:
        name = Path(theme).stem
        is_file = theme.lower().endswith((*SUFFIXES, *TEMPLATE_SUFFIXES))
        chosen = Choices({"theme": name}, theme=str(Path(theme).absolute()) if is_file else theme, draft=True)
        try:
            project = load_project(SAMPLE, chosen, cache)
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            continue
        warnings += check_project(project)
        project = replace(project, deck=replace(project.deck, name=f"{name}-preview"))
        for output in build(project, formats, folder):
            if output.path in outputs:
                found.error(f"two themes are called '{name}'", hint="preview them into different folders with -o")
            outputs[output.path] = output
    found.raise_errors()
    return tuple(outputs.values()), tuple(dict.fromkeys(warnings))
