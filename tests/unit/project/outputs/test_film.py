"""The course of a film: how long each slide stays, what is seen when, and the subtitles."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.outputs.film import LINE, LINES, SHORTEST, Pace, cue_texts, plan_film, spoken, subrip, webvtt
from quarterdeck.project.project import Project, load_project
from quarterdeck.stage.replay import LONGEST_GAP
from support.filmed_deck import DECK, filmed_deck
from support.placed_decks import paragraph


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The deck whose film is planned."""
    return filmed_deck(tmp_path_factory.mktemp("film") / "harbour")


def test_a_slide_stays_as_long_as_its_notes_take_to_say(project: Project) -> None:
    """Its fragments appear meanwhile; a slower speaker takes longer, and a slide without words stays a moment."""
    film = plan_film(project)
    assert [chapter.title for chapter in film.chapters] == ["Ships", "A demo", "slide-4"]
    assert film.chapters[1].begin == pytest.approx(60 * 20 / 160), "20 words"
    slow = plan_film(project, rate=80)
    assert slow.chapters[1].begin == pytest.approx(60 * 20 / 80)
    ships = [moment for moment in film.moments if moment.slide == "ships"]
    assert [moment.fragments for moment in ships] == [0, 1]
    assert ships[1].time == pytest.approx(film.chapters[1].begin / 2)
    assert film.seconds - film.chapters[2].begin == pytest.approx(SHORTEST)


def test_demos_are_played_as_recorded_with_long_pauses_shortened(project: Project) -> None:
    """Every output at its time; a minute of waiting is over in seconds."""
    film = plan_film(project)
    seen = [moment for moment in film.moments if moment.slide == "hello" and moment.step]
    assert [(moment.step, moment.outputs) for moment in seen] == [(1, n) for n in range(4)] + [(2, n) for n in range(3)]
    first = seen[0].time
    assert [round(moment.time - first, 3) for moment in seen[:4]] == [0.0, 0.2, 0.4, 0.5]
    assert seen[-1].time - seen[-2].time == pytest.approx(LONGEST_GAP)


def test_the_plan_decides_where_it_is_asked_for(project: Project) -> None:
    """A planned slide takes its time; one whose demo needs longer isn't cut short."""
    film = plan_film(project, Pace.PLAN)
    assert film.chapters[2].begin - film.chapters[1].begin == pytest.approx(20.0)
    assert all(after.time >= before.time for before, after in zip(film.moments, film.moments[1:], strict=False))


def test_what_is_said_is_subtitled_and_nothing_else(project: Project) -> None:
    """Without the label, in sentences; of a step what its narration says, or else the command that is typed."""
    texts = [cue.text for cue in plan_film(project).cues]
    assert [text.replace("\n", " ") for text in texts] == [
        "The harbour has room for two ships, and no more.",
        "Nobody has ever seen three.",
        "It is a small harbour.",
        "The greeting is typed & printed.",
        "sleep 60",
        "That was it.",
    ]


def test_subtitles_follow_one_another(project: Project) -> None:
    """None is there at the same time as another, and none after its slide."""
    film = plan_film(project)
    assert all(cue.begin < cue.end for cue in film.cues)
    assert all(after.begin >= before.end - 1e-9 for before, after in zip(film.cues, film.cues[1:], strict=False))
    assert film.cues[-1].end <= film.chapters[2].begin + 1e-9


def test_a_demo_after_its_slides_content_says_nothing_again(tmp_path: Path) -> None:
    """The notes are said while the content is there; the demo that follows begins at once, in its own chapter."""
    text = "layout: statement\n---\n\n# A demo\n\n<!-- Look at this. -->"
    film = plan_film(filmed_deck(tmp_path / "harbour", DECK.replace("duration: 20s\n---\n\n# A demo", text)))
    assert [chapter.title for chapter in film.chapters[1:3]] == ["A demo", "Hello"]
    assert [cue.text for cue in film.cues].count("Look at this.") == 1
    assert next(moment.time for moment in film.moments if moment.step) == film.chapters[2].begin + SHORTEST


def test_the_same_deck_makes_the_same_film(project: Project) -> None:
    """Read and planned again, it shows the same at the same times: no clock and no chance is in it."""
    assert plan_film(load_project(project.deck.folder)) == plan_film(project)


def test_both_formats_of_subtitles(project: Project) -> None:
    """WebVTT escapes what it would take for markup; SubRip is numbered, with commas."""
    film = plan_film(project)
    assert webvtt(film).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:0")
    assert "typed &amp; printed" in webvtt(film).replace("\n", " ")
    assert subrip(film).startswith("1\n00:00:00,000 --> 00:00:0")
    assert "typed & printed" in subrip(film).replace("\n", " ")


def test_long_sentences_become_several_subtitles_of_lines_that_can_be_read() -> None:
    """No line is too long, no subtitle too high, no word lost, and none alone on the last one."""
    sentence = " ".join(f"word{number}" for number in range(60)) + "."
    cues = list(cue_texts(f"{sentence} Short one."))
    assert all(len(line) <= LINE for cue in cues for line in cue.split("\n"))
    assert all(len(cue.split("\n")) <= LINES for cue in cues)
    assert " ".join(cues).split() == [*sentence.split(), "Short", "one."]
    assert cues[-1] == "Short one."
    assert len(cues[-2].split()) > 3


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        (("Just say this.", "And this: too."), "Just say this.\nAnd this: too."),
        (("Say: hello.", "Show: the map."), "Hello."),
        (("Goes wrong: the port.", "Say: hello.", "More of it."), "Hello.\nMore of it."),
        ((), ""),
    ],
)
def test_what_of_notes_is_said(notes: tuple[str, ...], said: str) -> None:
    """All of them; or, where a paragraph begins with "Say:", not those that begin with another word and a colon."""
    assert spoken(map(paragraph, notes)) == said


@pytest.mark.parametrize(
    ("only", "ids"),
    [
        ("hello", ["hello"]),
        ("2", ["hello"]),
        ("ships..hello", ["ships", "hello"]),
        ("hello..", ["hello", "slide-4"]),
        ("..1", ["ships"]),
    ],
)
def test_some_slides(project: Project, only: str, ids: list[str]) -> None:
    """By id or by number, as they are shown: the hidden one doesn't count."""
    film = plan_film(project, only=only)
    assert list(dict.fromkeys(moment.slide for moment in film.moments)) == ids
    assert film.moments[0].time == 0.0


@pytest.mark.parametrize(("only", "hint"), [("helo", "hello"), ("hello..ships", "ships..hello"), ("9", "ships")])
def test_slides_that_are_not_there(project: Project, only: str, hint: str) -> None:
    """The message names what was meant."""
    with pytest.raises(QuarterdeckError) as caught:
        plan_film(project, only=only)
    assert caught.value.first.code == "unknown-slide"
    assert hint in (caught.value.first.hint or "")
