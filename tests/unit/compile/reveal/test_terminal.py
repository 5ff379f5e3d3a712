"""Recordings as the page plays them."""

from __future__ import annotations

import json
import re

from msgspec.structs import replace

from quarterdeck.compile.reveal.terminal import embed_recording, recording, script_json
from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.demo import Demo
from quarterdeck.terminal.screenshot import COMMAND_OFF, COMMAND_ON
from support import example_deck


def test_each_shown_step_has_what_it_printed() -> None:
    """The prompt before the first step stands there from the start, and the one after a step belongs to it."""
    recorded = recording(example_deck.demo(), example_deck.cast())
    assert recorded.before == [(1, example_deck.PROMPT)]
    assert [step.id for step in recorded.steps] == ["step-1", "step-3", "step-4"]
    assert "".join(data for *_, data in recorded.steps[0].events) == f"echo one\r\none\r\n{example_deck.PROMPT}"
    assert recorded.steps[0].outcome == "passed"


def test_steps_out_of_view_are_not_played() -> None:
    """What a hidden step typed and printed is nowhere, its prompt included."""
    recorded = recording(example_deck.demo(), example_deck.cast())
    played = "".join(data for step in recorded.steps for *_, data in step.events)
    assert "hidden" not in played
    assert played.count(example_deck.PROMPT) == len(recorded.steps)


def test_output_goes_to_the_terminal_it_came_from() -> None:
    """A second terminal's events are ``o2`` in the recording; input and unknown events are left out."""
    cast = example_deck.cast()
    more = (CastEvent(0.0, "o2", "# "), CastEvent(0.0, "i2", "x"), CastEvent(0.0, "other", "y"))
    events = (cast.events[0], *more, cast.events[1], CastEvent(1.0, "o2", "second\r\n"), *cast.events[2:])
    recorded = recording(example_deck.demo(), replace(cast, events=events))
    assert recorded.before == [(1, example_deck.PROMPT), (2, "# ")]
    assert recorded.steps[0].events[0] == (0.0, 2, f"{COMMAND_ON}second{COMMAND_OFF}\r\n"), "it follows what was typed"


def test_times_count_from_the_steps_beginning() -> None:
    """A step plays at its own pace, however late in the recording it came."""
    third = recording(example_deck.demo(), example_deck.cast()).steps[2]
    assert third.events[0][0] < 0.1


def test_embedded_data_reads_back_as_it_was() -> None:
    """Escaping for the page changes nothing of the output."""
    cast = example_deck.cast(third="</script>\u2028<!-- \x1b[31mred\x1b[0m\r\n")
    element = embed_recording(example_deck.demo(), cast)
    body = re.fullmatch(r"<script [^>]*>(.*)</script>", element, flags=re.DOTALL)
    assert body is not None
    assert "<" not in body[1]
    data = json.loads(body[1])
    assert "</script>\u2028<!-- \x1b[31mred" in "".join(text for *_, text in data["steps"][2]["events"])


def test_script_json_has_no_line_separators() -> None:
    """U+2028 and U+2029 end lines in scripts."""
    assert script_json("\u2028\u2029<") == '"\\u2028\\u2029\\u003c"'


def opening() -> tuple[Demo, Cast]:
    """The demo with pages that two of its steps open, at one address; and its recording with their pictures."""
    demo, cast = example_deck.demo(), example_deck.cast()
    opened = {"step-1": "http://localhost:8080", "step-4": "http://localhost:8080"}
    steps = tuple(replace(step, open_url=opened.get(step.id)) for step in demo.steps)
    return replace(demo, steps=steps), replace(cast, pictures=dict.fromkeys(opened, example_deck.picture()))


def test_each_step_has_the_pages_that_are_shown_after_it() -> None:
    """A page opened again is the newer one; without a picture there is no page."""
    demo, cast = opening()

    def pages(cast: Cast) -> list[object]:
        body = embed_recording(demo, cast).partition(">")[2].removesuffix("</script>")
        return [step["pages"] for step in json.loads(body)["steps"]]

    first, last = ([[name, "http://localhost:8080"]] for name in ("step-1", "step-4"))
    assert pages(cast) == [first, first, last]
    assert pages(replace(cast, pictures={})) == [[], [], []]
