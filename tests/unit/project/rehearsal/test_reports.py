"""Reports on rehearsals: JUnit XML, and times against the plan."""

from pathlib import Path
from xml.etree import ElementTree as ET

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Demo
from quarterdeck.project.rehearsal.rehearse import DemoResult, StepResult
from quarterdeck.project.rehearsal.reports import SlideTime, junit, slide_times
from quarterdeck.project.rehearsal.selection import SlidePlan
from quarterdeck.stage.events import Outcome, StepFinished
from support.scripted_stage import HELLO, PORTS, demo, step


def result(demo: Demo, *outcomes: Outcome, fault: tuple[Diagnostic, ...] = (), round: int = 1) -> DemoResult:  # noqa: A002
    """A result whose steps ended so, each after 1.5 s."""
    steps = tuple(
        StepResult(
            demo.name,
            step,
            StepFinished(
                demo.name, step.id, outcome, 0, 1.5, () if outcome is Outcome.PASSED else (Diagnostic("bad \x1b"),)
            ),
        )
        for step, outcome in zip(demo.steps, outcomes, strict=False)
    )
    return DemoResult(demo, steps, fault, round=round)


def test_junit_counts_what_passed_failed_and_did_not_run() -> None:
    """Continuous integration shows every step by its name."""
    strange = demo("odd", step("s", "printf '\x1b\ufffe' <&>"))
    xml = junit(
        [
            result(HELLO, Outcome.PASSED, Outcome.PASSED),
            result(HELLO, Outcome.FAILED, round=2),
            result(PORTS, fault=(Diagnostic("no engine"),)),
            result(strange, Outcome.PASSED),
        ]
    )
    passed, failed, broken, odd = ET.fromstring(xml).findall("testsuite")
    assert (passed.get("name"), passed.get("tests"), passed.get("failures"), passed.get("time")) == (
        "hello",
        "2",
        "0",
        "3.000",
    )
    assert (failed.get("name"), failed.get("failures"), failed.get("skipped")) == ("hello (round 2)", "1", "1")
    failure = failed.find("testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.get("type")) == ("bad \ufffd", "failed")
    assert (broken.get("errors"), broken.get("skipped"), broken.get("tests")) == ("1", "2", "3")
    assert odd.findtext("testcase/system-out") == "$ printf '\ufffd\ufffd' <&>"


def test_a_demo_is_held_against_the_plan_of_its_slide() -> None:
    """The steps' own time and the time to type them out; the slowest round counts."""
    slow = result(HELLO, Outcome.PASSED, Outcome.PASSED)
    (time,) = slide_times([SlidePlan("first", HELLO, 3.0), SlidePlan("other", PORTS, 60.0)], [slow])
    assert (time.slide, time.demo, time.planned, time.over) == ("first", "hello", 3.0, True)
    assert 3.3 < time.seconds < 5.5
    assert not SlideTime("s", "d", 10.0, 10.0).over


def test_a_demo_that_failed_has_no_time() -> None:
    """Half a demo is always quick."""
    assert slide_times([SlidePlan("first", HELLO, 3.0)], [result(HELLO, Outcome.FAILED)]) == ()


def test_the_place_of_a_result_is_its_script() -> None:
    """JUnit's file attribute names it."""
    suite = ET.fromstring(junit([result(HELLO)])).find("testsuite")
    assert suite is not None
    assert suite.get("file") == str(Path("demos/hello.md"))
