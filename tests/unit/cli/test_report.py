"""How faults reach people and machines."""

import json
from pathlib import Path

import pytest

from quarterdeck.cli.report import as_github, as_json, counted, report
from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan


def test_the_source_line_is_read_from_the_authors_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message goes to stderr with the line and the caret."""
    deck = tmp_path / "deck.md"
    deck.write_text("---\ntitel: x\n---\n")
    report([Diagnostic("unknown key 'titel'", SourceSpan(str(deck), 2, 1, 5))])
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{deck}:2:1: error: unknown key 'titel'" in err
    assert "    2 | titel: x\n      | ^^^^^" in err


def test_json_has_every_fact_of_a_fault() -> None:
    """A program can read positions, codes and hints."""
    fault = Diagnostic("m", SourceSpan("d.md", 3, 4, 5), "h", "some-code", Severity.WARNING)
    assert json.loads(as_json([fault])) == [
        {
            "severity": "warning",
            "code": "some-code",
            "message": "m",
            "hint": "h",
            "file": "d.md",
            "line": 3,
            "column": 4,
            "length": 5,
        }
    ]


def test_github_annotations_escape_what_would_end_them() -> None:
    """Line ends and percent signs in messages, colons and commas in file names."""
    fault = Diagnostic("100%\nsure", SourceSpan("a,b:c.md", 3, 4))
    assert as_github([fault]) == "::error file=a%2Cb%3Ac.md,line=3,col=4::100%25%0Asure"


def test_the_count_names_only_what_there_is() -> None:
    """One error is not '1 errors'."""
    error, warning = Diagnostic("e"), Diagnostic("w", severity=Severity.WARNING)
    assert counted([error, warning, warning]) == "1 error, 2 warnings"
    assert counted([warning]) == "1 warning"
