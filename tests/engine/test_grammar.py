"""One demo that uses every word of the language, and what each word is for."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import encode
from quarterdeck.model.demo import Demo, Step, StepKind
from quarterdeck.project.rehearsal.rehearse import DemoResult, rehearse, rehearsed
from quarterdeck.source.deck import load_demo_chain
from quarterdeck.stage.events import Output, PageOpened, StageEvent
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.shell.typist import Typing

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
GRAMMAR = Path(__file__).parent / "grammar" / "demos"
SCRIPT = GRAMMAR / "everything" / "demo.md"
SECRET = "not-for-the-projector"


@dataclass(frozen=True, slots=True)
class Directive:
    """A word of the language and what it needs to be seen."""

    name: str
    written: str
    """How it stands in the script."""
    instead: str
    """The script without it."""
    steps: str
    """The shown steps that are run to see it."""


DIRECTIVES = (
    Directive("expected output", "hello from a file\nahoy", "hello from a file\nahoi", "transcript"),
    Directive("any lines", "1\n...\n9", "1\n9", "transcript"),
    Directive("any text", "it is [..]", "it is", "transcript"),
    Directive("escaped prompt", "\n\\$ typed", "\n$ typed", "transcript"),
    Directive("exit status", "[exit 3]\n", "", "transcript"),
    Directive("heredoc", "> one\n> END\none", "> one\n> END\n> one", "transcript"),
    Directive("pipe", "$ seq 9 |\n> tail --lines=+1 | cat", "$ seq 9 | tail --lines=1 |\n> cat", "transcript"),
    Directive(
        "quoted lines", '$ echo "two\n> lines" \\\n> and more', '$ echo "two"\n> lines\n> and more', "transcript"
    ),
    Directive("env", "env: {WORD: ahoy}\n", "", "transcript"),
    Directive("secrets", "secrets: [GRAMMAR_SECRET, GRAMMAR_LOG]\n", "", "transcript"),
    Directive("setup", "{#prepare .setup}", "{#prepare .cleanup}", "transcript"),
    Directive("expect", "{#fails expect=fail}", "{#fails}", "fails"),
    Directive("hide", "{#hidden .hide}", "{#hidden .cleanup}", "after-hidden"),
    Directive("continues", "continues: begin\n", "", "continued"),
    Directive("images", "images: [busybox:1.35, redis:7]\n", "", "continued"),
    Directive("stage allow", "stage: {allow: [sysctls]}\n", "", "allowed"),
    Directive("nested prompt", "/ # exit", "", "nested"),
    Directive("status of a nested shell", "# exit 4\n[exit 4]", "# exit 4\n[exit 5]", "nested-status"),
    Directive("key in a full screen", "Mem: [..]\n...\n^C", "Mem: [..]\n...", "screens"),
    Directive("keys", "^ Gohello from vi<Esc>", "^ Gohello<Esc>", "screens"),
    Directive("keys that end a program", "^ :wq<Enter>", "^ :q<Enter>", "screens"),
    Directive("keys in a service", "^ iafloat<Esc>", "^ <Esc>", "service-opens service-screen"),
    Directive("full screen", ' -c ":wq"', ' -c ":q!"', "screens"),
    Directive("colours", "1;31mred\\033[0m\\r\\n'\nred", "1;31mred\\033[0m\\r\\n'\n\x1b[1;31mred", "looks"),
    Directive("progress", "echo\n100 %", "echo\n 10 % 50 %100 %", "looks"),
    Directive("wide characters", "pièces'\n漢字", "pièces'\n漢", "looks"),
    Directive("end of input", "ended\n^D\n", "ended\n", "end-of-input"),
    Directive("prompts", 'prompts: ["sail [..]>"]\n', "", "own-prompt"),
    Directive("key", "$ sleep 100\n^C", "$ sleep 100", "keys"),
    Directive("term", "{#second term=2}", "{#second}", "after-hidden second"),
    Directive("background", "{#says background", "{#says", "says said"),
    Directive("ready text", ' ready="/serving/"', "", "says said"),
    Directive("ready port", ' ready="127.0.0.1:18474"', "", "port ported"),
    Directive("ready page", ' ready="http://localhost:18473/"', "", "page paged"),
    Directive("in", "{#service in=begun}", "{#service}", "service"),
    Directive("run", "```python {#program run}", "```python", "program programmed"),
    Directive("run in", "{#inside-program run in=begun}", "{#inside-program run}", "inside-program inside-programmed"),
    Directive("timeout", "{#slow timeout=90s}", "{#slow}", "slow"),
    Directive("timeout of all", "timeout: 60s\n", "timeout: 1ms\n", "fails"),
    Directive("verify", "$ test -e program.txt", "$ test -e other.txt", "program check"),
)


@pytest.fixture
def demos(tmp_path: Path) -> Path:
    """A copy of the example."""
    shutil.copytree(GRAMMAR, tmp_path / "demos")
    return tmp_path / "demos"


def some_steps(demo: Demo, names: str) -> Demo:
    """The demo with these shown steps alone, and what runs with them."""
    wanted = names.split()
    assert all(f"{{#{name} " in SCRIPT.read_text() or f"{{#{name}}}" in SCRIPT.read_text() for name in wanted)
    besides = {StepKind.SETUP, StepKind.CLEANUP, StepKind.HIDDEN}
    return replace(demo, steps=tuple(s for s in demo.steps if s.id in wanted or s.kind in besides))


def speaker(folder: Path) -> dict[str, str]:
    """The speaker's environment, with the demo's secrets."""
    return {**os.environ, "GRAMMAR_SECRET": SECRET, "GRAMMAR_LOG": str(folder / "log.txt")}


def run(engine: EngineAddress, chain: list[Demo], folder: Path) -> DemoResult:
    """Rehearse the last demo of a chain; the others are those it continues."""
    live = DockerEngine(
        engine, show=f"test-{secrets.token_hex(4)}", environ=speaker(folder), demos=chain, typing=Typing.INSTANT
    )
    (result,) = asyncio.run(rehearse(chain[-1:], [live]))
    return result


def faults(result: DemoResult) -> list[str]:
    """Why a demo didn't pass."""
    return [f.message for f in (*result.fault, *(f for s in result.steps for f in s.finished.faults))]


def test_the_whole_language_rehearses(engine: EngineAddress, demos: Path) -> None:
    """Every step passes; the secret isn't in the recording, and the cleanup step ran."""
    chain = list(load_demo_chain(demos / "everything"))
    result = run(engine, chain, demos)
    assert faults(result) == []
    assert [s.step.id for s in result.steps] == [s.id for s in chain[-1].steps if rehearsed(s)]
    assert result.cast is not None
    assert SECRET not in encode(result.cast)
    assert (demos / "log.txt").read_text() == "cleaned\n"


@pytest.mark.parametrize("directive", DIRECTIVES, ids=lambda d: d.name)
def test_each_directive_matters(engine: EngineAddress, demos: Path, directive: Directive) -> None:
    """The demo passes with it (the whole does), and something fails without it."""
    script = demos / "everything" / "demo.md"
    text = script.read_text()
    assert text.count(directive.written) == 1, "it stands in one place of the script"
    without = text.replace(directive.written, directive.instead)
    script.write_text(without.replace("timeout: 60s\n", "timeout: 3s\n"))  # what hangs without it is waited for
    try:
        chain = list(load_demo_chain(script))
    except QuarterdeckError:
        return  # the script makes no sense without it
    chain[-1] = some_steps(chain[-1], directive.steps)
    assert faults(run(engine, chain, demos)), f"nothing fails without {directive.name}"


def test_ids_name_steps(demos: Path) -> None:
    """Without ``#id`` a step is counted."""
    script = demos / "everything" / "demo.md"
    ids = [step.id for step in load_demo_chain(script)[-1].steps]
    script.write_text(script.read_text().replace("{#fails ", "{"))
    assert [step.id for step in load_demo_chain(script)[-1].steps] == [*ids[:2], "step-3", *ids[3:]]


def test_cleanup_steps_are_not_shown_steps(engine: EngineAddress, demos: Path) -> None:
    """Without ``.cleanup`` nothing clears up after the demo was left."""
    script = demos / "everything" / "demo.md"
    script.write_text(script.read_text().replace("{#clear .cleanup}", "{#clear}"))
    chain = list(load_demo_chain(script))
    chain[-1] = some_steps(chain[-1], "fails")
    run(engine, chain, demos)
    assert not (demos / "log.txt").exists()


def test_the_shell_of_another_image(engine: EngineAddress, demos: Path) -> None:
    """``stage: {image: …}``; without it the shell is this machine's."""
    script = demos / "inside.md"
    assert faults(run(engine, list(load_demo_chain(script)), demos)) == []
    script.write_text(script.read_text().replace("stage: {image: busybox:1.35}\n", ""))
    assert faults(run(engine, list(load_demo_chain(script)), demos))


async def test_what_only_an_audience_sees(engine: EngineAddress, demos: Path) -> None:
    """``type=instant`` spares the typing, and ``open=`` shows the page."""
    text = SCRIPT.read_text()
    for instant, opens in ((True, True), (False, False)):
        if not instant:
            text = text.replace(" type=instant", "").replace(' open="http://localhost:18473/"', "")
        (demos / "everything" / "demo.md").write_text(text.replace("continues: begin\n", ""))
        (demo,) = load_demo_chain(demos / "everything")
        echoed, pages = await seen(engine, demo, demos)
        assert (len(echoed) < 5) is instant, echoed
        assert (pages == ["http://localhost:18473/"]) is opens


async def seen(engine: EngineAddress, demo: Demo, folder: Path) -> tuple[list[str], list[str]]:
    """How the command that appears at once was echoed, and which pages were opened."""
    events: list[StageEvent] = []
    live = DockerEngine(engine, show=f"test-{secrets.token_hex(4)}", environ=speaker(folder))
    await live.open()
    try:
        demo = some_steps(demo, "at-once page")
        stage = live.run(demo, events.append)
        await stage.start()
        for step in demo.shown_steps:
            begun = len(events)
            await stage.run_step(step)
            if step.id == "at-once":
                printed = [e.data for e in events[begun:] if isinstance(e, Output)]
    finally:
        await live.close()
    until = next(n for n in range(len(printed) + 1) if "\n" in "".join(printed[:n]))
    return printed[:until], [e.url for e in events if isinstance(e, PageOpened)]


@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("requires: [docker, ", "requires: [no-such-program, docker, ", "missing-program"),
        ("images: [busybox:1.35, ", "images: [no-such-image:1, busybox:1.35, ", "missing-image"),
        ("ports: [18473, ", "ports: [18473, ", "port-in-use"),
    ],
)
def test_what_a_demo_needs_is_looked_for_first(
    engine: EngineAddress, demos: Path, written: str, instead: str, code: str
) -> None:
    """Nothing runs where a program or an image is missing, or a port is taken; without the key nobody looks."""
    script = demos / "everything" / "demo.md"
    script.write_text(script.read_text().replace(written, instead))
    with socket.create_server(("127.0.0.1", 18473 if code == "port-in-use" else 0)):
        result = run(engine, list(load_demo_chain(script)), demos)
        assert [fault.code for fault in result.fault] == [code]
        assert result.steps == ()
        key = written.partition(":")[0]
        script.write_text("\n".join(line for line in script.read_text().split("\n") if not line.startswith(f"{key}:")))
        chain = list(load_demo_chain(script))
        chain[-1] = some_steps(chain[-1], "fails")
        assert faults(run(engine, chain, demos)) == []


LANGUAGES = """# Languages of containers

```console {.setup}
$ docker run --detach --name db --env POSTGRES_PASSWORD=x postgres:15
$ docker run --detach --name store redis:7
$ until docker exec store redis-cli ping; do sleep 0.2; done
$ until docker exec db psql --username postgres --command 'select 1'; do sleep 0.2; done
```

```sql {#sql run in=db}
create table t (n int);
insert into t values (42);
```

```redis {#redis run in=store}
set word ahoy
get word
```

```sh {#sh run in=store}
test -e /etc/passwd
```
"""


def test_programs_in_the_languages_of_containers(engine: EngineAddress, tmp_path: Path) -> None:
    """A fence runs by its language's program in the container; a statement that fails, fails the step."""
    script = tmp_path / "demos" / "languages.md"
    script.parent.mkdir()
    script.write_text(LANGUAGES)
    assert faults(run(engine, list(load_demo_chain(script)), tmp_path)) == []
    wrong = LANGUAGES.replace("create", "creat").replace("test -e", "test -d")
    script.write_text(wrong)
    (demo,) = load_demo_chain(script)
    for step in (demo.shown_steps[0], demo.shown_steps[2]):
        result = run(engine, [some_of(demo, step)], tmp_path)
        assert [f.code for s in result.steps for f in s.finished.faults] == ["wrong-status"], step.id


def some_of(demo: Demo, step: Step) -> Demo:
    """The demo with its setup and that step."""
    return replace(demo, steps=(demo.steps[0], step))
