"""Videos: what is missing on the machine, what is filmed, and what players find in the file."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.outputs import video
from quarterdeck.project.outputs.film import Film, Moment, plan_film
from quarterdeck.project.outputs.video import Look, pictures, write_film
from quarterdeck.project.project import Project
from support.filmed_deck import filmed_deck

SMALL = Look(320, 180, 10)
RED = (255, 0, 0)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The deck that is filmed."""
    return filmed_deck(tmp_path_factory.mktemp("film") / "harbour")


def silent(what: str, share: float) -> None:
    """Take no notice of the progress."""


def probed(path: Path) -> dict[str, Any]:
    """What ffprobe says about a video."""
    asked = ("-show_format", "-show_streams", "-show_chapters")
    command = ["ffprobe", "-v", "error", "-of", "json", *asked, str(path)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def picture(path: Path, seconds: float) -> bytes:
    """What is seen at a time: the video's pixels, three bytes each, line by line."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-vf", f"fps={SMALL.rate},trim=start={seconds:.3f}"]
    raw = ("-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    return subprocess.run([*command, *raw], capture_output=True, check=True).stdout


def test_of_moments_within_one_picture_the_last_is_seen() -> None:
    """However fast a program prints, there are no more pictures than asked for, and they are as long as the film."""
    times = (0.0, 0.01, 0.02, 0.5, 0.54)
    film = Film(tuple(Moment(time, "a", outputs=n) for n, time in enumerate(times)), (), (), 2.0)
    taken = list(pictures(film, 10))
    assert [(each.moment.outputs, each.count) for each in taken] == [(2, 5), (4, 15)]


def test_what_is_missing_is_said_at_once(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser and ffmpeg, each with how to install it; nothing is written."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(QuarterdeckError) as caught:
        write_film(project, plan_film(project), tmp_path / "talk.mp4", SMALL, silent, subtitled=True)
    said = {fault.code: f"{fault.message}; {fault.hint}" for fault in caught.value.diagnostics}
    assert set(said) == {"no-browser", "no-ffmpeg"}
    assert "install Chromium" in said["no-browser"]
    assert "apt install ffmpeg" in said["no-ffmpeg"]
    assert all("-o NAME.vtt" in text for text in said.values())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "option"),
    [("4.4.2-0ubuntu", "-vsync"), ("5.1.9", "-fps_mode"), ("n7.1", "-fps_mode"), ("N-1", "-fps_mode")],
)
def test_older_versions_of_ffmpeg_call_an_option_otherwise(version: str, option: str, tmp_path: Path) -> None:
    """Those of current long-term distributions work, too."""
    ffmpeg = tmp_path / "ffmpeg"
    ffmpeg.write_text(f"#!/bin/sh\necho 'ffmpeg version {version} Copyright'\n")
    ffmpeg.chmod(0o755)
    assert video._variable_rate(str(ffmpeg)) == (option, "vfr")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_film_of_a_deck(project: Project, tmp_path: Path) -> None:
    """Of the length and size asked for, with subtitles, chapters and a title; one sees the slides."""
    if shutil.which("ffmpeg") is None:
        missing("browser", "no ffmpeg is on the PATH")
    film = plan_film(project)
    path = tmp_path / "out" / "talk.mp4"
    shares: dict[str, list[float]] = {}
    written = write_film(
        project, film, path, SMALL, lambda what, share: shares.setdefault(what, []).append(share), subtitled=True
    )
    assert written == (path, path.with_suffix(".vtt"))
    assert sorted(path.parent.iterdir()) == sorted(written)
    assert shares["taking pictures"][-1] == 1.0
    found = probed(path)
    assert float(found["format"]["duration"]) == pytest.approx(film.seconds, abs=0.1)
    assert found["format"]["tags"]["title"] == "Harbour; = # tour"
    streams = {stream["codec_type"]: stream for stream in found["streams"]}
    assert (streams["video"]["codec_name"], streams["video"]["width"], streams["video"]["height"]) == ("h264", 320, 180)
    assert streams["subtitle"]["codec_name"] == "mov_text"
    assert streams["subtitle"]["tags"]["language"] == "eng"
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == ["Ships", "A demo", "slide-4"]
    assert int(streams["video"]["nb_frames"]) < film.seconds * SMALL.rate / 2, (
        "pictures that don't change are written once"
    )

    first, waiting, ended, last = (
        picture(path, seconds)
        for seconds in (1.0, film.chapters[1].begin + 0.5, film.chapters[2].begin - 0.5, film.seconds - 0.5)
    )
    assert len({first, waiting, ended, last}) == 4
    middle = last[3 * (90 * 320 + 160) :][:3]
    assert all(abs(seen - wanted) < 12 for seen, wanted in zip(middle, RED, strict=True)), tuple(middle)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("chromium")
def test_a_film_that_fails_leaves_what_was_there(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ffmpeg without H.264: its own words are in the message, and the film of yesterday stays."""
    programs = tmp_path / "bin"
    programs.mkdir()
    ffmpeg = programs / "ffmpeg"
    ffmpeg.write_text("#!/bin/sh\necho 'Unknown encoder libx264' >&2\nexit 1\n")
    ffmpeg.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    path = tmp_path / "talk.mp4"
    path.write_bytes(b"yesterday")
    with pytest.raises(QuarterdeckError, match="did not make the video: Unknown encoder libx264"):
        write_film(project, plan_film(project, only="3"), path, SMALL, silent, subtitled=False)
    assert path.read_bytes() == b"yesterday"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["bin", "talk.mp4"]
