"""What is written as ``[..]``, and what isn't."""

import pytest

from quarterdeck.project.rehearsal.casts import common, elided


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("4f1c" * 16, "[..]"),
        ("Digest: sha256:" + "0a" * 32, "Digest: [..]"),
        ("d3b07384d113   nginx:1.22   Up 3 seconds   web", "[..]   nginx:1.22   Up [..]   web"),
        ("Created 2 weeks ago by About a minute ago", "Created [..] by [..]"),
        ("2026-11-23T23:57:51.123456789Z started", "[..] started"),
        ("2026-11-23 23:57:51 +0000 UTC", "[..]"),
        ("Date: Mon, 23 Nov 2026 23:57:51 GMT", "Date: [..]"),
        ("Mon Nov 23 23:57:51 UTC 2026", "[..]"),
        ("real 0m1.203s, done in 0.31s or 12 ms", "real [..], done in [..] or [..]"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id [..]"),
    ],
)
def test_ids_and_times_are_elided(line: str, written: str) -> None:
    """An author needn't do it by hand."""
    assert elided(line) == written


@pytest.mark.parametrize("line", ["123456789012", "nginx:1.22 on 8080", "deadbeef", "Python 3.11.2", "facade facade"])
def test_what_stays_the_same_is_kept(line: str) -> None:
    """Versions, ports and plain numbers are the point of a transcript."""
    assert elided(line) == line


def test_words_that_differ_between_runs_are_elided() -> None:
    """From the first word that differs to the last."""
    assert common("pid 12 of web", "pid 345 of web") == "pid [..] of web"
    assert common("same", "same") == "same"
    assert common("a b", "c d e") == "[..]"
    assert common("up", "up now") == "up[..]"
