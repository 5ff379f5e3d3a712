"""What is looked at before the first slide."""

import socket
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Demo
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.project.preflight import EngineState, examine, links, wanted_images
from quarterdeck.project.project import Project
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.scripted_stage import DECK, HELLO, PORTS

ADDRESS = EngineAddress("unix:///nowhere", AddressKind.UNIX, path="/nowhere")
ENGINE = EngineState(ADDRESS, "Docker 20.10", (), {}, 0.0)


def project(*demos: Demo, recorded: Iterable[str] = ("hello", "ports"), hash_of: str | None = None) -> Project:
    """The sample deck with these demos, and the recordings of those named."""
    deck = replace(DECK, demos={demo.name: demo for demo in demos}, images=("busybox:1.35",))
    casts = {name: Cast(name, hash_of or name) for name in recorded}
    theme = load_theme(deck.theme, Path())
    return Project(deck, theme, place(deck, theme, casts).slides, casts)


def found(what: str, findings: Iterable[Finding]) -> list[Finding]:
    """The findings about one thing."""
    return [finding for finding in findings if finding.what == what]


def test_nothing_is_wrong() -> None:
    """Each thing that demos need is named once, and good."""
    demo = replace(HELLO, requires=("sh",), images=("nginx:1.22",))
    findings = examine(project(demo, PORTS), ENGINE, None)
    assert {finding.grade for finding in findings} == {Grade.GOOD}
    assert [finding.what for finding in findings] == ["plan", "engine", "clock", "tools", "images", "recordings"]
    assert found("images", findings)[0].detail == "busybox:1.35, nginx:1.22"


def test_a_missing_tool_is_cured_by_a_recording_only() -> None:
    """Without one the demo is lost, and the finding says which."""
    demo = replace(HELLO, requires=("no-such-tool",))
    (cured,) = found("tools", examine(project(demo), ENGINE, None))
    assert cured.grade is Grade.CURED
    assert "hello" in cured.detail
    assert cured.remedy == "install no-such-tool"
    (lost,) = found("tools", examine(project(demo, recorded=()), ENGINE, None))
    assert lost.grade is Grade.LOST
    assert "hello has no recording" in lost.detail


def test_missing_images_are_named_with_their_remedy() -> None:
    """One of a demo's, and one of the deck's own."""
    demo = replace(HELLO, images=("nginx:1.22",))
    engine = replace(ENGINE, missing=("busybox:1.35", "nginx:1.22"))
    findings = found("images", examine(project(demo, recorded=()), engine, None))
    assert [(f.grade, f.remedy) for f in findings] == [
        (Grade.CURED, "start with --pull, or: docker pull busybox:1.35"),
        (Grade.LOST, "start with --pull, or: docker pull nginx:1.22"),
    ]
    assert wanted_images(project(replace(demo, stage_image="python:3.11-slim"))) == (
        "busybox:1.35",
        "nginx:1.22",
        "python:3.11-slim",
    )


def test_ports_in_use_say_by_what() -> None:
    """By a container, by another program; or they are free."""
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        ports = (taken.getsockname()[1], free.getsockname()[1])
        free.close()
        demo = replace(HELLO, ports=(8081, *ports))
        engine = replace(ENGINE, publishers={8081: "shop"})
        published, used, unused = found("ports", examine(project(demo), engine, None))
    assert published.remedy == "docker stop shop"
    assert f"{ports[0]} is in use" in used.detail
    assert unused == Finding("ports", Grade.GOOD, f"{ports[1]} free")


def test_links_in_powerpoint_lead_to_one_port() -> None:
    """A show on another one says so, where there are demos to link to."""
    sample = project(HELLO, PORTS)
    assert links(sample, 7777) == links(replace(sample, deck=replace(DECK, slides=DECK.slides[:1])), 8000) == []
    assert [finding.detail for port in (8000, 0) for finding in links(sample, port)] == [
        "a PPTX built with --port 8000 opens this show; others open port 7777",
        "a PPTX opens port 7777, not this show",
    ]


def test_ports_of_a_remote_engine_are_not_looked_for_here() -> None:
    """They are another machine's."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = replace(HELLO, ports=(taken.getsockname()[1],))
        remote = replace(ENGINE, address=EngineAddress("ssh://far", AddressKind.SSH, host="far"))
        (finding,) = found("ports", examine(project(demo), remote, None))
    assert finding.grade is Grade.GOOD


def test_recordings_that_are_stale_or_missing() -> None:
    """Behind live demos a warning; in a show that plays them, a missing one is a demo lost."""
    behind = found("recordings", examine(project(HELLO, PORTS, recorded=["ports"], hash_of="old"), ENGINE, None))
    assert [f.grade for f in behind] == [Grade.CURED, Grade.CURED]
    assert "no fallback for hello" in behind[0].detail
    assert "older script: ports" in behind[1].detail
    alone = found("recordings", examine(project(HELLO, PORTS, recorded=["ports"]), None, None))
    assert [(f.grade, f.detail) for f in alone] == [(Grade.LOST, "no recording of hello")]


def test_why_recordings_are_played() -> None:
    """As wished, for want of agreement, or for want of an engine: then with what mends it."""
    sample = project(HELLO)
    assert examine(sample, None, None)[1].grade is Grade.GOOD
    assert examine(sample, None, "nobody has agreed")[1].detail == "nobody has agreed"
    down = examine(sample, None, QuarterdeckError.of("it is down", hint="start it"))[1]
    assert (down.grade, down.detail, down.remedy) == (
        Grade.CURED,
        "it is down: the recordings are played",
        "start it",
    )


def test_an_engine_whose_clock_is_off() -> None:
    """A virtual machine that slept; a second or two is nothing."""
    (finding,) = found("clock", examine(project(HELLO), replace(ENGINE, ahead=-90.0), None))
    assert "90 s behind" in finding.detail
    (finding,) = found("clock", examine(project(HELLO), replace(ENGINE, ahead=2.0), None))
    assert finding.grade is Grade.GOOD


def test_the_plan_says_which_talk_it_is() -> None:
    """Slides, demos and minutes, with an engine and without one."""
    for engine in (ENGINE, None):
        (plan,) = found("plan", examine(project(HELLO, PORTS), engine, None))
        assert plan.detail == "6 slides, 2 demos, 6 minutes planned"


def test_what_a_former_show_left_is_named_with_its_remedy() -> None:
    """It takes memory and ports; nothing else can be in the way of a demo's names."""
    (names,) = found("names", examine(project(HELLO), replace(ENGINE, leftovers=("x-web", "x-db")), None))
    assert names.grade is Grade.CURED
    assert "x-web, x-db" in names.detail
    assert names.remedy == "quarterdeck clean"
    (folders,) = found("folders", examine(project(HELLO), replace(ENGINE, folders=("/tmp/quarterdeck-a",)), None))
    assert folders.grade is Grade.CURED
    assert "/tmp/quarterdeck-a" in folders.detail
    assert folders.remedy == "quarterdeck clean"


def test_a_container_that_does_not_start() -> None:
    """The engine's own words, and what helps; demos without a recording are lost."""
    assert found("containers", examine(project(HELLO), ENGINE, None)) == []
    (good,) = found("containers", examine(project(HELLO), replace(ENGINE, tried="busybox:1.35"), None))
    assert (good.grade, good.detail) == (Grade.GOOD, "one of busybox:1.35 starts")
    for refusal, remedy in (
        ("adding interface veth1 to bridge docker0 failed: no such network interface", "restart the engine"),
        ("mkdir /var/lib/docker/overlay2/1: no space left on device", "docker system prune"),
        ("OCI runtime create failed", "docker run --rm busybox:1.35 shows it again"),
    ):
        broken = replace(ENGINE, tried="busybox:1.35", refusal=refusal)
        (cured,) = found("containers", examine(project(HELLO), broken, None))
        assert cured.grade is Grade.CURED
        assert refusal in cured.detail
        assert remedy in str(cured.remedy)
        (lost,) = found("containers", examine(project(HELLO, recorded=()), broken, None))
        assert lost.grade is Grade.LOST
        assert "hello" in lost.detail
