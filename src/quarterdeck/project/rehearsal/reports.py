"""A rehearsal as JUnit XML, for continuous integration.

Format: the JUnit schema as Jenkins, GitLab and pytest understand it; one test suite a demo, one
test case a step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Command
from quarterdeck.project.rehearsal.rehearse import DemoResult, StepResult, planned, step_name
from quarterdeck.project.rehearsal.selection import SlidePlan
from quarterdeck.stage.shell.typist import delays

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def junit(results: Sequence[DemoResult]) -> bytes:
    """The results as an XML document, UTF-8."""
    root = ET.Element("testsuites", name="quarterdeck rehearse")
    for result in results:
        name = result.demo.name if result.round == 1 else f"{result.demo.name} (round {result.round})"
        suite = ET.SubElement(root, "testsuite", name=name, file=str(result.demo.path))
        for step in result.steps:
            _case(suite, result, step)
        if result.fault:
            case = ET.SubElement(suite, "testcase", classname=result.demo.name, name="start")
            _child(case, "error", result.fault)
        _left_out(suite, result)
        _count(suite, sum(s.finished.duration for s in result.steps))
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _case(suite: ET.Element, result: DemoResult, step: StepResult) -> None:
    case = ET.SubElement(
        suite, "testcase", classname=result.demo.name, name=step.name, time=f"{step.finished.duration:.3f}"
    )
    if not step.passed:
        _child(case, "failure", step.finished.faults).set("type", str(step.finished.outcome))
    typed = "\n".join(f"{i.prompt} {i.text}".lstrip() for i in step.step.interactions if isinstance(i, Command))
    ET.SubElement(case, "system-out").text = _legal(typed)


def _left_out(suite: ET.Element, result: DemoResult) -> None:
    """Steps after a failed one did not run: said so, never counted as passed."""
    reason = "the demo could not go on" if result.fault else "a step before it failed"
    ran = {s.name for s in result.steps}
    for step, first in planned(result.demo):
        name = step_name(step, first=first)
        if name not in ran:
            case = ET.SubElement(suite, "testcase", classname=result.demo.name, name=name)
            ET.SubElement(case, "skipped", message=reason)


def _child(case: ET.Element, tag: str, faults: Sequence[Diagnostic]) -> ET.Element:
    child = ET.SubElement(case, tag, message=_legal(faults[0].message if faults else tag))
    child.text = _legal("\n".join(f"{f.span or ''} {f.message}" for f in faults))
    return child


def _count(suite: ET.Element, seconds: float) -> None:
    cases = suite.findall("testcase")
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{seconds:.3f}")


def _legal(text: str) -> str:
    """With U+FFFD for each character that XML 1.0 can't hold (2.2)."""
    return _ILLEGAL.sub("\ufffd", text)


class Flaky(Struct, frozen=True):
    """A step that passed in some rounds and not in others."""

    demo: str
    step: str
    passed: int
    """Rounds in which it passed."""
    ran: int
    """Rounds in which it ran: in others a step before it had failed."""


def flaky_steps(results: Iterable[DemoResult]) -> tuple[Flaky, ...]:
    """The flaky steps, in the order in which they ran first."""
    outcomes: dict[tuple[str, str], list[bool]] = {}
    for result in results:
        for step in result.steps:
            outcomes.setdefault((result.demo.name, step.name), []).append(step.passed)
    return tuple(
        Flaky(demo, step, sum(passed), len(passed))
        for (demo, step), passed in outcomes.items()
        if any(passed) and not all(passed)
    )


class SlideTime(Struct, frozen=True):
    """A slide's demo against the slide's plan."""

    slide: str
    demo: str
    seconds: float
    """What its shown steps take, with the time to type them out."""
    planned: float
    """The slide's ``duration``, in seconds."""

    @property
    def over(self) -> bool:
        """Whether the demo alone takes longer than its slide should."""
        return self.seconds > self.planned


def slide_times(plans: Iterable[SlidePlan], results: Iterable[DemoResult]) -> tuple[SlideTime, ...]:
    """The slides that have a demo which passed, in the deck's order; of several rounds the slowest counts."""
    measured: dict[object, float] = {}
    for result in results:
        if result.passed:
            path = result.demo.cast_path
            measured[path] = max(measured.get(path, 0.0), seconds_on_stage(result.steps))
    return tuple(
        SlideTime(plan.slide, plan.demo.name, measured[plan.demo.cast_path], plan.seconds)
        for plan in plans
        if plan.demo.cast_path in measured
    )


def seconds_on_stage(steps: Sequence[StepResult]) -> float:
    """What the shown steps took, and would take to be typed out: a rehearsal types at once."""
    shown = [step for step in steps if step.step.in_view]
    typing = sum(
        sum(delays(interaction.text))
        for step in shown
        if not step.step.instant
        for interaction in step.step.interactions
        if isinstance(interaction, Command)
    )
    return typing + sum(step.finished.duration for step in shown)
