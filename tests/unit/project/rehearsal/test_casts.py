"""Recordings that are stored, and text that differs from run to run."""

import io
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw

from quarterdeck.model.cast import Cast, CastEvent, decode, encode
from quarterdeck.model.demo import Demo, line_matches
from quarterdeck.project.rehearsal.casts import common, elided, elided_lines, save_casts
from quarterdeck.project.rehearsal.rehearse import DemoResult
from support.staged import demo_of, step, typed


def cast_of(demo: Demo, *printed: str, pace: float = 0.1, outcome: str = "passed") -> Cast:
    """A recording in which each step prints a text."""
    events: list[CastEvent] = []
    for number, (each, text) in enumerate(zip(demo.steps, printed, strict=True)):
        parts = (("m", f"step:{each.id}"), ("o", text), ("m", f"end:{each.id}:{outcome}"))
        events += [CastEvent(round(pace * (3 * number + n), 3), code, data) for n, (code, data) in enumerate(parts)]
    return Cast(demo.name, demo.script_hash, tuple(events), title=demo.title)


def demo_in(folder: Path) -> Demo:
    """A demo whose first step has its output in the transcript, and whose second has not."""
    steps = (step(typed("date", "[..]"), id="a"), step(typed("docker run -d x"), id="b"))
    return replace(demo_of(*steps), cast_path=folder / "demo.cast", script_hash="1")


def saved(demo: Demo, cast: Cast) -> bool:
    """Whether a rehearsal's recording was written."""
    return save_casts([DemoResult(demo, (), cast=cast)]) == [demo.cast_path]


def test_a_first_recording_is_kept(tmp_path: Path) -> None:
    """Also in place of a broken one."""
    demo = demo_in(tmp_path)
    assert saved(demo, cast_of(demo, "x", "y"))
    assert decode(demo.cast_path.read_text(), "c") == cast_of(demo, "x", "y")
    demo.cast_path.write_text("broken")
    assert saved(demo, cast_of(demo, "x", "y"))


def test_times_ids_and_elided_output_are_no_news(tmp_path: Path) -> None:
    """A rehearsal without news leaves the committed file as it is, to the byte."""
    demo = demo_in(tmp_path)
    first, second = "0123456789ab" + "4f" * 26, "ab0123456789" + "4f" * 26
    assert saved(demo, cast_of(demo, "Monday\r\n", f"{first}\r\nUp 2 seconds\r\n"))
    before = demo.cast_path.read_bytes()
    assert not saved(demo, cast_of(demo, "Tuesday\r\n", f"\x1b[1m{second}\x1b[0m\r\nUp 3 seconds\r\n", pace=0.3))
    assert demo.cast_path.read_bytes() == before


def test_news_is_recorded(tmp_path: Path) -> None:
    """Other output of an unasserted step, another script, title or outcome."""
    demo = demo_in(tmp_path)
    cast = cast_of(demo, "x", "pulled 1.22")
    for news in (
        cast_of(demo, "x", "pulled 1.23"),
        replace(cast, script_hash="2"),
        replace(cast, title="Other"),
        cast_of(demo, "x", "pulled 1.22", outcome="failed"),
    ):
        demo.cast_path.write_text(encode(cast))
        assert saved(demo, news)


def test_what_failed_is_not_recorded(tmp_path: Path) -> None:
    """The good recording stays for the show."""
    demo = demo_in(tmp_path)
    assert save_casts([DemoResult(demo, ())]) == []
    assert not demo.cast_path.exists()


def test_the_first_good_round_is_kept(tmp_path: Path) -> None:
    """Later rounds don't write over it."""
    demo = demo_in(tmp_path)
    rounds = [DemoResult(demo, (), cast=cast_of(demo, "x", text)) for text in ("first", "second")]
    assert save_casts(rounds) == [demo.cast_path]
    assert "first" in demo.cast_path.read_text()


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


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("/tmp/quarterdeck-a1b2c3d4/hello", "[..]/hello"),
        ("HOME=/var/tmp/quarterdeck-x_y2c3d4/home", "HOME=[..]/home"),
        ("[1] 12345", "[1] [..]"),
        ("[1]+ 12345 Running                 sleep 100 &", "[1]+ [..] Running                 sleep 100 &"),
        ("bash: line 1: 12345 Killed                  sleep 9", "bash: line 1: [..] Killed                  sleep 9"),
        ("0.0.0.0:49153->80/tcp, [::]:49153->80/tcp", "0.0.0.0:[..]->80/tcp, [::]:[..]->80/tcp"),
        ("http://localhost:40001/", "http://localhost:[..]/"),
    ],
)
def test_what_the_stage_and_the_machine_chose_is_elided(line: str, written: str) -> None:
    """Its folder, process numbers and ports are others in the next run."""
    assert elided(line) == written


@pytest.mark.parametrize(
    "line",
    [
        "/srv/quarterdeck-docs/x",
        "[1] ready",
        "[12] 7 things",
        "0.0.0.0:8080->80/tcp",
        "line 12: error",
        "1.2.3.4:99999999",
    ],
)
def test_what_only_looks_like_it_stays(line: str) -> None:
    """A folder with a name, a port that was asked for, a number in brackets."""
    assert elided(line) == line


def test_process_numbers_in_a_table() -> None:
    """Those of this machine are elided; those of a container, which are small, are the same in every run."""
    table = ["UID    PID   PPID  CMD", "root  12345  12320  nginx: master", "root  1      0     sh", "", "a 12345 b"]
    elided_table = ["UID    PID   PPID  CMD", "root [..] [..]  nginx: master", "root  1      0     sh", "", "a 12345 b"]
    assert elided_lines(table) == elided_table
    for line, real in zip(elided_table, table, strict=True):
        assert line_matches(line, real)


def page_picture(text: str, quality: int = 90) -> bytes:
    """A picture of a page with a few words."""
    image = Image.new("RGB", (320, 160), "white")
    ImageDraw.Draw(image).text((20, 60), text, fill="black", font_size=40)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def opening_demo(folder: Path) -> Demo:
    """A demo whose second step opens a page."""
    demo = demo_in(folder)
    first, second = demo.steps
    return replace(demo, steps=(first, replace(second, open_url="http://localhost:8080")))


def test_pictures_of_pages_are_kept_beside_the_recording(tmp_path: Path) -> None:
    """Named after demo and step; one that differs in how type is smoothed is left as it is, others are replaced."""
    demo = opening_demo(tmp_path)
    place = tmp_path / "demo.b.jpg"
    result = DemoResult(demo, (), cast=cast_of(demo, "x", "y"), pictures={"b": page_picture("First draft")})
    assert save_casts([result]) == [demo.cast_path, place]
    assert save_casts([replace(result, pictures={"b": page_picture("First draft", 80)})]) == []
    assert save_casts([replace(result, pictures={"b": page_picture("Other draft")})]) == [place]
    assert place.read_bytes() == page_picture("Other draft")
    place.write_bytes(b"broken")
    assert save_casts([result]) == [place]


def test_a_picture_goes_with_the_recording_it_belonged_to(tmp_path: Path) -> None:
    """Without a browser the picture stays as long as the recording does; one of another script would show a lie."""
    demo = opening_demo(tmp_path)
    place = tmp_path / "demo.b.jpg"
    result = DemoResult(demo, (), cast=cast_of(demo, "x", "y"), pictures={"b": page_picture("Page")})
    save_casts([result])
    assert save_casts([replace(result, pictures={})]) == []
    assert place.exists()
    assert save_casts([replace(result, pictures={}, cast=replace(cast_of(demo, "x", "y"), script_hash="2"))])
    assert not place.exists()
