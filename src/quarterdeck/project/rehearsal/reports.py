"""Reports on a rehearsal: JUnit XML, flaky steps, and each slide's time against its plan.

Format of the XML: the JUnit schema as Jenkins, GitLab and pytest understand it; one test suite per demo, one test case
per step.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Command, Keys
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
    typed = "\n".join(f"{i.prompt} {i.text}".lstrip() for i in step.step.interactions if isinstance(i, Command | Keys))
    ET.SubElement(case, "system-out").text = _legal(typed)


def _left_out(suite: ET.Element, result: DemoResult) -> None:
    """Report the steps after a failed one as skipped; they never count as passed."""
    reason = "the demo could not continue" if result.fault else "a step before it failed"
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
    """The text with U+FFFD for each character that XML 1.0 doesn't allow (2.2)."""
    return _ILLEGAL.sub("\ufffd", text)


class FlakyStep(Struct, frozen=True):
    """A step that passed in some rounds and not in others."""

    demo: str
    step: str
    passed: int
    """Rounds in which it passed."""
    ran: int
    """Rounds in which it ran; in the others an earlier step had failed."""


def flaky_steps(results: Iterable[DemoResult]) -> tuple[FlakyStep, ...]:
    """The flaky steps, in the order of their first run."""
    outcomes: dict[tuple[str, str], list[bool]] = {}
    for result in results:
        for step in result.steps:
            outcomes.setdefault((result.demo.name, step.name), []).append(step.passed)
    return tuple(
        FlakyStep(demo, step, sum(passed), len(passed))
        for (demo, step), passed in outcomes.items()
        if any(passed) and not all(passed)
    )


class SlideTime(Struct, frozen=True):
    """The time of a slide's demo, and the slide's plan."""

    slide: str
    demo: str
    seconds: float
    """The duration of its shown steps, including the time to type them."""
    planned: float
    """The slide's ``duration``, in seconds."""

    @property
    def over(self) -> bool:
        """Whether the demo alone takes longer than is planned for its slide."""
        return self.seconds > self.planned


def slide_times(plans: Iterable[SlidePlan], results: Iterable[DemoResult]) -> tuple[SlideTime, ...]:
    """The slides with a demo that passed, in the deck's order; of several rounds the slowest counts."""
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
    """The duration of the shown steps, plus the time to type them, which a rehearsal doesn't take."""
    shown = [step for step in steps if step.step.in_view]
    typing = sum(
        sum(delays(interaction.text))
        for step in shown
        if not step.step.instant
        for interaction in step.step.interactions
        if isinstance(interaction, Command)
    )
    return typing + sum(step.finished.duration for step in shown)
