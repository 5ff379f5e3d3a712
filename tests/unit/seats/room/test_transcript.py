"""What a terminal printed reaches every page, whenever it comes and however slowly it reads."""

from __future__ import annotations

from quarterdeck.seats.room.transcript import AT_ONCE, RESET, Transcript


def read(transcript: Transcript, place: int | None) -> tuple[str, int]:
    """All that a reader gets from a place on."""
    text, place = transcript.since(place)
    while place != transcript.end:
        more, place = transcript.since(place)
        text += more
    return text, place


def test_a_page_that_comes_gets_all_and_then_what_is_new() -> None:
    """It begins with an empty screen; nothing comes twice."""
    transcript = Transcript()
    transcript.write("$ ls\r\n")
    text, place = transcript.since(None)
    assert text == f"{RESET}$ ls\r\n"
    assert transcript.since(place) == ("", place)
    for part in ("a", "", "b\r\n", "$ "):
        transcript.write(part)
    assert transcript.since(place) == ("ab\r\n$ ", transcript.end)


def test_only_the_end_of_much_output_is_kept() -> None:
    """A page that comes later begins with a whole line of it, and one that has read too slowly does, too."""
    transcript = Transcript(limit=100)
    _, slow = transcript.since(None)
    for number in range(50):
        transcript.write(f"line {number:02}\r\n")
    for place in (None, slow):
        text, end = transcript.since(place)
        assert text.startswith(f"{RESET}line ")
        assert text.endswith("line 49\r\n")
        assert len(text) <= 100 + len(RESET)
        assert end == transcript.end
    transcript.write("x" * 1000)
    assert transcript.since(None) == (f"{RESET}{'x' * 100}", transcript.end)


def test_one_who_reads_slowly_enough_misses_nothing() -> None:
    """Output that is still kept is given in parts of a bearable size."""
    transcript = Transcript()
    _, place = transcript.since(None)
    written = "".join(f"{number}\n" for number in range(50_000))
    transcript.write(written[:1000])
    transcript.write(written[1000:])
    assert len(transcript.since(place)[0]) == AT_ONCE
    assert read(transcript, place) == (written, transcript.end)


def test_another_exercise_begins_with_an_empty_screen() -> None:
    """For those who were there, and for those who come after it."""
    transcript = Transcript()
    transcript.write("old\r\n")
    _, here = transcript.since(None)
    transcript.clear()
    transcript.write("new")
    assert transcript.since(None) == (f"{RESET}new", transcript.end)
    assert transcript.since(here - 1)[0] == f"{RESET}new"
    assert transcript.since(here)[0] == f"{RESET}new"
