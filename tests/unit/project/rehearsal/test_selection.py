"""Which demos a command's targets mean."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Ready
from quarterdeck.project.rehearsal.selection import Turn, TurnQueue, claims, is_demo, select
from support.scripted_stage import demo, step

STEP = "```console\n$ true\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with three demos: one in its slide, one in a script, which continues another."""
    (tmp_path / "demos" / "big").mkdir(parents=True)
    (tmp_path / "demos" / "first.md").write_text(f"# First\n\n{STEP}")
    (tmp_path / "demos" / "second.md").write_text(f"---\ncontinues: first\n---\n# Second\n\n{STEP}")
    (tmp_path / "demos" / "big" / "demo.md").write_text(f"# Big\n\n{STEP}")
    slides = f"---\nduration: 30s\n---\n# Own\n\n{STEP}\n---\n---\ndemo: second\nduration: 2m\n---\n# Two\n"
    (tmp_path / "deck.md").write_text(f"---\ntitle: Deck\n---\n---\n{slides}".replace("---\n---\n---\n", "---\n---\n"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_deck_means_its_demos(folder: Path) -> None:
    """Those in slides, those attached, and those that they continue; each with its slide's plan."""
    chosen = select([Path()])
    assert {d.name for d in chosen.demos} == {"own", "first", "second"}
    assert chosen.continued == ()
    assert [(p.slide, p.demo.name, p.seconds) for p in chosen.plans][-1] == ("two", "second", 120.0)


def test_a_script_means_itself(folder: Path) -> None:
    """What it continues runs before it, and is agreed to, but isn't rehearsed for itself."""
    chosen = select([Path("demos/second.md"), Path("demos/big")])
    assert [d.name for d in chosen.demos] == ["second", "big"]
    assert [d.name for d in chosen.all] == ["first", "second", "big"]


def test_a_demo_that_is_meant_twice_runs_once(folder: Path) -> None:
    """By its deck and by its script."""
    chosen = select([Path("demos/first.md"), Path(), folder])
    assert len(chosen.demos) == 3


def test_a_script_is_known_from_within_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``cd demos; quarterdeck rehearse first.md``."""
    monkeypatch.chdir(folder / "demos")
    assert is_demo(Path("first.md"))
    assert is_demo(Path("big"))
    assert not is_demo(Path("../deck.md"))
    (folder / "demos" / "deck.md").write_text("# A deck\n")
    assert not is_demo(Path("deck.md"))


def test_the_faults_of_all_targets_are_told_together(folder: Path) -> None:
    """Two broken targets, two messages."""
    with pytest.raises(QuarterdeckError) as caught:
        select([Path("demos/none.md"), Path("nowhere")])
    assert len(caught.value.diagnostics) == 2


def turn(place: int, name: str, *claims: str) -> Turn:
    """A turn of a demo that claims these."""
    return Turn(place, demo(name), 1, frozenset(claims))


async def test_demos_that_claim_the_same_take_turns() -> None:
    """A later one goes first meanwhile; the one that waits is next when the claim is free."""
    turns = TurnQueue([turn(0, "one", "8080"), turn(1, "two", "8080", "8081"), turn(2, "three", "9000")])
    one, three = await turns.take(), await turns.take()
    assert one and three
    assert (one.demo.name, three.demo.name) == ("one", "three")
    waiting = asyncio.create_task(turns.take())
    await turns.end(three)
    await asyncio.sleep(0)
    assert not waiting.done()
    await turns.end(one)
    two = await waiting
    assert two
    assert two.demo.name == "two"
    assert await turns.take() is None


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("docker run --publish 8080:80 web", "8080"),
        ("docker run -p 127.0.0.1:8081:80/tcp web", "8081"),
        ("docker run -p8082:80 web", "8082"),
        ("docker run --publish=[::1]:8083:80 web", "8083"),
        ("curl --silent http://localhost:8084/page", "8084"),
        ("docker run --publish 80 web", ""),
        ("echo '8080:80'", ""),
    ],
)
def test_ports_in_commands(command: str, port: str) -> None:
    """Published and asked for; a port that Docker chooses is nobody's."""
    assert claims(demo("d", step("s", command)), ()) == {"d", port} - {""}


@pytest.mark.parametrize(
    ("command", "tags"),
    [
        ("docker build --quiet --tag shop:1 .", {"shop:1"}),
        ("docker buildx build -t shop --no-cache --tag=hub:80/shop:2 .", {"shop:latest", "hub:80/shop:2"}),
        ("docker tag busybox:1.35 shop:tested && docker image tag a b", {"shop:tested", "b:latest"}),
        ("docker run -t busybox:1.35 true", set()),
    ],
)
def test_tags_that_commands_set(command: str, tags: set[str]) -> None:
    """Another demo would find its own image under that name before it has made one."""
    found = {claim for claim in claims(demo("d", step("s", command)), ()) if claim.startswith("image ")}
    assert found == {f"image {tag}" for tag in tags}


def test_ports_in_front_matter_and_attributes() -> None:
    """``ports:``, ``ready=`` and ``open=``."""
    opens = step("opens", "docker compose up", open_url="http://localhost:9001/")
    ready = replace(step("ready", "docker compose up"), ready=Ready("port", "localhost:9002"))
    assert claims(replace(demo("d", opens, ready), ports=(9003,)), ()) == {"d", "9001", "9002", "9003"}


def test_a_demo_claims_what_it_continues() -> None:
    """Its ports too, however long the chain; one that continues itself is told elsewhere."""
    first = replace(demo("first"), ports=(1000,))
    second = replace(demo("second"), continues="first")
    third = replace(demo("third"), continues="second")
    assert claims(third, [third, second, first]) == {"third", "second", "first", "1000"}
    ring = replace(demo("ring"), continues="ring")
    assert claims(ring, [ring]) == {"ring"}
