"""Films a deck: the browser on this machine shows each moment, and ffmpeg makes a video of the pictures.

No clock runs: the page is told which moment to show, and a picture is taken of it, so that a slow machine takes longer
and films the same.  Where nothing changes there is one picture, for as long as that lasts.  The video is H.264 in MP4,
with the subtitles as a track, and a chapter for each slide.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from quarterdeck.browser import BROWSER_FAULTS, running_browser
from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.files.atomic import discard, put_in_place, remove_parts, unwritable, write_beside
from quarterdeck.project.outputs.film import Film, Moment, subrip, webvtt
from quarterdeck.project.outputs.formats import html
from quarterdeck.project.outputs.pdf import find_browser
from quarterdeck.project.project import Project

BROWSER_SECONDS = 120.0
"""Until a deck's page is there, and for each of its moments."""
READY = "window.quarterdeckFilm !== undefined"
LONGEST_PICTURE = 5.0
"""Seconds after which the same picture comes again, for players that jump."""
LIST_RATE = 25
"""Pictures a second in ffmpeg's clock for lists of pictures."""
_VERSION = re.compile(r"ffmpeg version n?(\d+)\.(\d+)")
QUALITY = (
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-tune",
    "stillimage",
    "-crf",
    "18",
    "-pix_fmt",
    "yuv420p",
    "-bf",
    "0",
    "-force_key_frames",
    "chapters",
)
"""H.264 that every player and hoster takes; letters stay sharp.  Without B-frames, whose times come out wrong where
pictures are of different lengths, and with a key frame for each chapter, to jump to."""
COLORS = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv")
"""Said in the file, or players guess them from the size."""
LANGUAGES: Mapping[str, str] = {
    **{"cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "fi": "fin", "fr": "fra"},
    **{"it": "ita", "ja": "jpn", "ko": "kor", "nb": "nob", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por"},
    **{"ru": "rus", "sv": "swe", "tr": "tur", "uk": "ukr", "zh": "zho"},
}
"""What MP4 calls the language of a track (ISO 639-2/T)."""

Progress: TypeAlias = Callable[[str, float], None]
"""Is called with what is being done, and the share of it that is done."""


class Look(Struct, frozen=True):
    """How a video looks."""

    width: int = 1920
    height: int = 1080
    rate: int = 30
    """Pictures a second."""


class Picture(Struct, frozen=True):
    """A moment, and how long it is seen."""

    moment: Moment
    count: int
    """In pictures of the video."""


def pictures(film: Film, rate: int) -> Iterator[Picture]:
    """The pictures to take: of moments within the same picture of the video only the last is seen."""
    places = [round(moment.time * rate) for moment in film.moments]
    ends = [*places[1:], max(round(film.seconds * rate), places[-1] + 1)]
    for moment, place, end in zip(film.moments, places, ends, strict=True):
        if end > place:
            yield Picture(moment, end - place)


def write_film(
    project: Project, film: Film, path: Path, look: Look, progress: Progress, *, subtitled: bool
) -> tuple[Path, ...]:
    """Film a deck, and return the files written: the video, and its subtitles beside it.

    Raises:
        QuarterdeckError: when the browser or ffmpeg is missing or fails, or a file can't be written.

    """
    browser, ffmpeg = _programs()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_parts(path)
        part = write_beside(path, b"")
    except OSError as error:
        raise unwritable(path, error) from None
    try:
        with tempfile.TemporaryDirectory(prefix="quarterdeck-film-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            taken = list(pictures(film, look.rate))
            _photograph(html(project), taken, browser, folder, look, progress)
            _write_lists(folder, taken, project, film, look.rate)
            _encode(folder, ffmpeg, part, project, film, look, progress, subtitled=subtitled)
        staged = [(part, path)]
        if subtitled:
            beside = path.with_suffix(".vtt")
            staged.append((write_beside(beside, webvtt(film).encode()), beside))
        for temporary, place in staged:
            put_in_place(temporary, place)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        discard(part)
    return tuple(place for _, place in staged)


def _programs() -> tuple[str, str]:
    """The paths of the browser and of ffmpeg; raises QuarterdeckError that names what is missing of both."""
    found = Diagnostics()
    browser, ffmpeg = "", shutil.which("ffmpeg")
    instead = "write the subtitles alone with -o NAME.vtt"
    try:
        browser = find_browser("to film the slides with", instead)
    except QuarterdeckError as error:
        found.extend(error.diagnostics)
    if ffmpeg is None:
        hint = f"install ffmpeg (apt install ffmpeg, brew install ffmpeg); or {instead}"
        found.error("no ffmpeg was found to make the video with", hint=hint, code="no-ffmpeg")
    found.raise_errors()
    return browser, ffmpeg or ""


def _photograph(
    page: bytes, taken: Sequence[Picture], browser: str, folder: Path, look: Look, progress: Progress
) -> None:
    """Take a PNG of each moment."""
    source = folder / "deck.html"
    source.write_bytes(page)
    try:
        with running_browser(browser, BROWSER_SECONDS) as tab:
            tab.open("about:blank", "true")
            tab.ask(
                "Emulation.setDeviceMetricsOverride",
                width=look.width,
                height=look.height,
                deviceScaleFactor=1,
                mobile=False,
            )
            tab.ask("Emulation.setScrollbarsHidden", hidden=True)
            still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
            tab.ask("Emulation.setEmulatedMedia", features=still)  # no transition, nothing that pulses
            tab.ask("Page.navigate", url=f"{source.as_uri()}?film")
            tab.wait_for(READY)
            for number, picture in enumerate(taken):
                tab.take_time()
                moment = picture.moment
                place = json.dumps([moment.slide, moment.fragments, moment.step, moment.outputs])
                tab.wait_for(f"quarterdeckFilm.show(...{place})")
                shot = tab.ask("Page.captureScreenshot", format="png", optimizeForSpeed=True)
                (folder / f"{number}.png").write_bytes(base64.b64decode(shot["data"]))
                progress("taking pictures", (number + 1) / len(taken))
    except BROWSER_FAULTS as error:
        hint = "is there room in the folder for temporary files?" if isinstance(error, OSError) else None
        raise QuarterdeckError.of(
            f"{browser} did not film the slides: {error}", hint=hint, code="film-failed"
        ) from None


def _write_lists(folder: Path, taken: Sequence[Picture], project: Project, film: Film, rate: int) -> None:
    """Write what ffmpeg reads beside the pictures: their order, the subtitles, and what is said about the video.

    The list's clock is ffmpeg's for pictures, which is then set to the video's; its last picture has the length of one.
    (https://ffmpeg.org/ffmpeg-formats.html#concat)
    """
    last = len(taken) - 1
    counts = [
        (number, count) for number, each in enumerate(taken) for count in _parts(each.count, rate, number == last)
    ]
    lines = [f"file {number}.png\nduration {count / LIST_RATE:.2f}\n" for number, count in counts]
    (folder / "pictures.txt").write_text("".join(["ffconcat version 1.0\n", *lines]))
    (folder / "film.srt").write_text(subrip(film), "utf-8")
    deck = project.deck
    told = (("title", deck.title), ("artist", deck.author), ("date", deck.date))
    about = [";FFMETADATA1", *(f"{name}={_escaped(value)}" for name, value in told if value)]
    ends = [*(chapter.begin for chapter in film.chapters[1:]), film.seconds]
    for chapter, end in zip(film.chapters, ends, strict=True):
        times = f"START={round(1000 * chapter.begin)}", f"END={round(1000 * end)}"
        about += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={_escaped(chapter.title)}"]
    (folder / "about.txt").write_text("\n".join([*about, ""]), "utf-8")


def _parts(count: int, rate: int, is_last: bool) -> Iterator[int]:
    """The lengths in which a picture is written, together ``count``."""
    most = max(1, round(LONGEST_PICTURE * rate))
    rest = count - is_last
    while rest > 0:
        yield min(rest, most)
        rest -= most
    if is_last:
        yield 1


def _variable_rate(ffmpeg: str) -> tuple[str, str]:
    """The option with which a picture is written once, however long it is; it has another name since version 5.1."""
    said = subprocess.run([ffmpeg, "-version"], capture_output=True, text=True, check=False).stdout
    version = _VERSION.match(said)
    return ("-vsync" if version and (int(version[1]), int(version[2])) < (5, 1) else "-fps_mode", "vfr")


def _escaped(text: str) -> str:
    """A value in ffmpeg's file of metadata."""
    return "".join(f"\\{letter}" if letter in "=;#\\\n" else letter for letter in text)


def _encode(
    folder: Path,
    ffmpeg: str,
    part: Path,
    project: Project,
    film: Film,
    look: Look,
    progress: Progress,
    *,
    subtitled: bool,
) -> None:
    """Make the video of the pictures in a folder."""
    subtitled = subtitled and bool(film.cues)
    tracks = ("-i", "film.srt", "-i", "about.txt") if subtitled else ("-i", "about.txt")
    language = LANGUAGES.get(project.deck.lang.partition("-")[0].lower(), "und")
    subtitles = ("-map", "1:s", "-c:s", "mov_text", "-metadata:s:s:0", f"language={language}") if subtitled else ()
    about = "2" if subtitled else "1"
    command = [
        *(ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "error", "-progress", "pipe:1", "-y"),
        *("-f", "concat", "-i", "pictures.txt", *tracks),
        *("-map", "0:v", *subtitles, "-map_metadata", about, "-map_chapters", about),
        *("-vf", f"settb=1/90000,setpts=PTS*{LIST_RATE}/{look.rate},scale=out_color_matrix=bt709:out_range=tv"),
        *("-r", str(look.rate), *_variable_rate(ffmpeg), *QUALITY, *COLORS),
        *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", "-f", "mp4", str(part.resolve())),
    ]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=said, text=True) as process:
            try:
                for line in process.stdout or ():
                    name, _, value = line.strip().partition("=")
                    if name == "out_time_us" and value.isdecimal():
                        progress("making the video", min(1.0, int(value) / 1e6 / film.seconds))
                status = process.wait()
            finally:
                process.kill()
        if status:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise QuarterdeckError.of(
                f"ffmpeg did not make the video: {last or f'it ended with status {status}'}",
                hint="it must be able to write H.264 (libx264), as Debian's, Homebrew's and most others are",
                code="film-failed",
            )
