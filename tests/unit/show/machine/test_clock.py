"""The speaker sees how the talk stands against its plan."""

from pathlib import Path

import pytest
from msgspec import structs

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.project import load_project
from quarterdeck.show.machine.clock import Clock, clock_text
from quarterdeck.show.machine.plan import plan_show, start_index
from support.scripted_stage import DECK

PLAN = plan_show(DECK, {"hello"})


class Time:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """The time now."""
        return self.seconds


def test_the_clock_counts_from_the_first_press() -> None:
    """Waiting for the audience to sit down costs nothing."""
    time = Time()
    clock = Clock(time)
    clock.visit("welcome")
    time.seconds += 300
    assert clock.read(PLAN, 0).elapsed == 0
    clock.start()
    time.seconds += 10
    reading = clock.read(PLAN, 0)
    assert (reading.elapsed, reading.slide_elapsed, reading.running) == (10, 10, True)


@pytest.mark.parametrize(("elapsed", "behind"), [(30, -30), (60, 0), (119, 0), (120, 0), (150, 30)])
def test_within_a_slides_own_time_the_talk_is_on_time(elapsed: float, behind: float) -> None:
    """The second slide is planned from 1:00 to 2:00: before it is early, after it is late."""
    time = Time()
    clock = Clock(time)
    clock.start()
    clock.visit("why")
    time.seconds += elapsed
    assert clock.read(PLAN, 1).behind == behind


def test_time_on_a_slide_adds_up_over_visits() -> None:
    """Going back to a slide goes on counting there."""
    time = Time()
    clock = Clock(time)
    clock.start()
    for slide, seconds in (("welcome", 10), ("why", 20), ("welcome", 5)):
        clock.visit(slide)
        time.seconds += seconds
    assert clock.read(PLAN, 0).slide_elapsed == 15
    assert clock.totals() == {"welcome": 15, "why": 20}
    assert clock.totals() == {"welcome": 15, "why": 20}


def test_slides_without_a_duration_share_what_the_deck_leaves() -> None:
    """Ten minutes, of which two slides take four: the other four get 90 s each."""
    given = {"welcome": 60.0, "first-demo": 180.0}
    slides = tuple(structs.replace(slide, duration=given.get(slide.id)) for slide in DECK.slides)
    plan = plan_show(structs.replace(DECK, slides=slides, duration=600.0), ())
    assert [slide.seconds for slide in plan.slides] == [60, 90, 180, 90, 90, 90]
    assert plan.seconds == 600


def test_equal_shares_add_up() -> None:
    """25 minutes among seven slides are 25:00, not 24:59."""
    for count in range(1, 40):
        slides = tuple(structs.replace(DECK.slides[0], id=f"s{n}", duration=None) for n in range(count))
        plan = plan_show(structs.replace(DECK, slides=slides, duration=1500.0), ())
        assert (plan.seconds, clock_text(plan.seconds)) == (1500, "25:00")


def test_the_parts_of_a_slide_share_its_time(tmp_path: Path) -> None:
    """The show has as much time for each slide of the source as its agenda."""
    long = "\n".join(f"- item {n} of a list that is too long for one slide" for n in range(20))
    deck = f"---\nduration: 12m\n---\n\n# A\n\n---\nfit: split\n---\n\n# B\n\n{long}\n\n---\n\n# C\n\nx\n\n"
    (tmp_path / "deck.md").write_text(f"{deck}---\nfit: split\nduration: 3m\n---\n\n# D\n\n{long}\n")
    project = load_project(tmp_path)
    plan = plan_show(project.shown, ())
    seconds: dict[str, list[float]] = {}
    for slide in plan.slides:
        seconds.setdefault(slide.id[0], []).append(slide.seconds)
    assert len(seconds["b"]) > 1
    assert len(set(seconds["b"])) == 1
    assert {name: sum(each) for name, each in seconds.items()} == {"a": 180, "b": 180, "c": 180, "d": 180}
    assert (plan.seconds, project.deck.agenda.seconds) == (720, 720)


def test_hidden_slides_are_not_shown() -> None:
    """A deck of which all slides are hidden can't be presented."""
    slides = tuple(structs.replace(slide, hidden=slide.id != "why") for slide in DECK.slides)
    assert [slide.id for slide in plan_show(structs.replace(DECK, slides=slides), ()).slides] == ["why"]
    with pytest.raises(QuarterdeckError, match="no slide to show"):
        plan_show(structs.replace(DECK, slides=tuple(structs.replace(slide, hidden=True) for slide in slides)), ())


def test_a_show_starts_from_an_id_or_a_number() -> None:
    """An unknown one is refused with the closest."""
    assert start_index(PLAN, None) == 0
    assert start_index(PLAN, "between") == 3
    assert start_index(PLAN, "2") == 1
    with pytest.raises(QuarterdeckError) as caught:
        start_index(PLAN, "betwen")
    assert caught.value.diagnostics[0].hint == "did you mean 'between'?"
    with pytest.raises(QuarterdeckError):
        start_index(PLAN, "7")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (65.9, "1:05"), (3723, "1:02:03"), (-61, "−1:01"), (-0.5, "0:00")]
)
def test_times_read_like_a_clock(seconds: float, text: str) -> None:
    """Hours only where there are any."""
    assert clock_text(seconds) == text
