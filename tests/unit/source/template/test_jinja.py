"""Templates: what is substituted, what stays verbatim, and where faults are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.source.template.jinja import Compiled, Templates
from quarterdeck.text.passage import Passage

VARIABLES = {"name": "Docker", "many": [1, 2]}


def render(text: str, folder: Path, found: Diagnostics, variables: Mapping[str, object] = VARIABLES) -> Passage | None:
    """Render a text that begins at line 5."""
    return Templates(variables, folder, folder, found).render(Passage.of_file(text, "deck.md", 5))


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("# {{ name }}", "# Docker"),
        ("{% for n in many %}\n- {{ n }}\n{% endfor %}\nend", "- 1\n- 2\nend"),
        ("`{{.Names}}` {{ name }}", "`{{.Names}}` Docker"),
        ("``a ` {{ b }}`` {{ name }}", "``a ` {{ b }}`` Docker"),
        ("`{{ name }}`{.vars}", "`Docker`{.vars}"),
        (
            "```console\n$ docker ps --format '{{.Names}}'\n```\n{{ name }}",
            "```console\n$ docker ps --format '{{.Names}}'\n```\nDocker",
        ),
        ("> ~~~\n> {% raw\n> ~~~\n{{ name }}", "> ~~~\n> {% raw\n> ~~~\nDocker"),
        ("```text {.vars}\n{{ name }}\n```", "```text {.vars}\nDocker\n```"),
        ("# Title {#id}\n{# a comment #}{{ name }}", "# Title {#id}\nDocker"),
        ("{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
    ],
)
def test_substitution(tmp_path: Path, text: str, rendered: str) -> None:
    """Variables are put in, and code stays as it is written."""
    found = Diagnostics()
    passage = render(text, tmp_path, found)
    assert not found.items
    assert passage is not None
    assert passage.text == rendered


def test_compiled_once_for_all_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workshop's variants don't compile a text again; each has its own words, and knows where they are written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "part.md").write_text("- {{ name }}\n\n`{{ code }}`\n")
    compiled = []
    real = jinja2.Environment.compile

    def counted(*args: Any, **options: Any) -> Any:
        compiled.append(args[2])
        return real(*args, **options)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    text = "{% if name == 'Bo' %}{% include 'part.md' %}{% endif %}\n\n# {{ name }}\n{% include 'part.md' %}"
    memo: Memo[Compiled] = Memo()
    for name in ("Ann", "Bo", "Ann", "Bo", "Cy"):
        again = Templates({"name": name}, tmp_path, tmp_path, Diagnostics(), memo=memo)
        alone = Templates({"name": name}, tmp_path, tmp_path, Diagnostics())
        with monkeypatch.context() as patch:
            patch.setattr(jinja2.Environment, "compile", real)
            expected = alone.render(Passage.of_file(text, "deck.md", 5))
        assert again.render(Passage.of_file(text, "deck.md", 5)) == expected
    assert sorted(compiled) == ["deck.md", "part.md"]


def test_positions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After includes, loops and substitutions a line still knows where it was written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/part.md").write_text("# {{ name }}\n\nincluded here\n")
    text = (
        "first\n{% include 'modules/part.md' %}\n\n"
        "{% for n in many %}\nloop {{ n }} tail\n{% endfor %}\n{{ name }} last"
    )
    passage = render(text, tmp_path, Diagnostics())
    assert passage is not None
    places = {word: passage.find(word) for word in ("first", "included", "loop", "tail", "last")}
    assert places == {
        "first": SourceSpan("deck.md", 5, 1, 5),
        "included": SourceSpan("modules/part.md", 3, 1, 8),
        "loop": SourceSpan("deck.md", 9, 1, 4),
        "tail": SourceSpan("deck.md", 9, 14, 4),
        "last": SourceSpan("deck.md", 11, 12, 4),
    }


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a\n\n{{ nmae }}", SourceSpan("deck.md", 7, 4, 4), "'nmae' is undefined"),
        ("a {{ name.x.y }}", SourceSpan("deck.md", 5, 0, 0), "has no attribute 'x'"),
        ("a\n{% if %}", SourceSpan("deck.md", 6, 1, 2), "Expected an expression"),
        ("a\n{% endfor %}", SourceSpan("deck.md", 6, 0, 0), "endfor"),
        (
            "a\n{% macro f(n) %}{{ f(n) }}{% endmacro %}\n{{ f(1) }}",
            SourceSpan("deck.md", 6, 0, 0),
            "a macro that calls itself, without end",
        ),
        ("a\n{{ 1 / 0 }}", SourceSpan("deck.md", 6, 1, 2), "division by zero"),
        ("a\n{% include 'broken.md' %}", SourceSpan("broken.md", 3, 7, 4), "'oops' is undefined"),
        ("a\n{% include 'syntax.md' %}", SourceSpan("syntax.md", 2, 1, 2), "Expected an expression"),
        ("{% include 'brokn.md' %}", SourceSpan("deck.md", 5, 13, 8), "no such file"),
        ("{% include '../../../etc/passwd' %}", SourceSpan("deck.md", 5, 13, 19), "outside of the project"),
        ("{% include '/etc/passwd' %}", SourceSpan("deck.md", 5, 13, 11), "outside of the project"),
        ("{% include 'link.md' %}", SourceSpan("deck.md", 5, 13, 7), "outside of the project"),
        ("a\n\n{{ ''.__class__ }}", SourceSpan("deck.md", 7, 7, 9), "unsafe"),
        ("{{ ''.__class__.__mro__ }}", SourceSpan("deck.md", 5, 0, 0), "unsafe"),
    ],
)
def test_faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, place: SourceSpan, message: str) -> None:
    """A fault of a template stands at the author's own file, line and column, also inside an include."""
    project = tmp_path / "project"
    project.mkdir()
    monkeypatch.chdir(project)
    (project / "broken.md").write_text("fine\n\nline {{ oops }}\n".replace("line ", "ab "))
    (project / "syntax.md").write_text("fine\n{% if %}\n")
    (tmp_path / "outside.md").write_text("secret")
    (project / "link.md").symlink_to(tmp_path / "outside.md")
    found = Diagnostics()
    passage = render(text, project, found)
    (fault,) = found.errors
    assert message in fault.message
    assert fault.span is not None
    assert (fault.span.file, fault.span.line) == (place.file, place.line)
    if place.length:
        assert fault.span == place
    assert passage is None or "undefined" in message or "__class__ }}" in text


def test_all_missing_variables_at_once(tmp_path: Path) -> None:
    """Every variable that isn't there is reported, not just the first."""
    found = Diagnostics()
    render("{{ one }}\n{{ two }}\n{{ name }} {{ three }}", tmp_path, found)
    assert [fault.span.line for fault in found.errors if fault.span] == [5, 6, 7]
    assert all("many, name" in (fault.hint or "") for fault in found.errors)


@pytest.mark.parametrize("text", ["{{ ''.__class__ }}", "{{ nmae }}"])
def test_faults_of_the_front_matter(tmp_path: Path, text: str) -> None:
    """A title whose expression fails is a fault where the title stands."""
    found = Diagnostics()
    at = SourceSpan("deck.md", 2, 8, 5)
    Templates(VARIABLES, tmp_path, tmp_path, found).expand(text, at)
    assert [fault.span for fault in found.errors] == [at]
