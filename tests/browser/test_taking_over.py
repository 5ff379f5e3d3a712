"""Steps that go wrong in front of an audience, for real: each goes on from its recording, in a real Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.commands import quarterdeck
from support.flagship import NOTHING, labelled, running_show, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = [pytest.mark.engine, pytest.mark.browser]
SLIDE = """---
demo: {name}
---
# {name}
"""
DEMO = """---
terminal: 160x20
---
# {name}

```console
$ {command}
ahoy
```

```console
$ echo on
on
```
"""
TERMINAL = """demo => {
  const rows = document.querySelectorAll(`.present .qd-terminal[data-demo="${demo}"] .xterm-rows > div`);
  return [...rows].map(row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd()).join('\\n').trimEnd();
}"""
"""One line a row: the demos' terminal is wider than the path of any temporary folder."""
SECONDS = 60
WAYS = {
    "failing": "echo wrong; (exit 1)",
    "hung": "sleep 1000",
    "vanishing": "kill -9 $$",
}
"""What the same command does in the show, by how it goes wrong; in the rehearsal it greets."""


@pytest.fixture
def deck(engine: EngineAddress, tmp_path: Path) -> Path:
    """A deck whose demos were rehearsed while all was well, and go wrong from now on."""
    demos = tmp_path / "demos"
    demos.mkdir()
    commands = {name: f". {tmp_path}/{name}.sh" for name in WAYS}
    commands["engine"] = "docker run --rm busybox:1.35 echo ahoy"
    for name, command in commands.items():
        (tmp_path / f"{name}.sh").write_text("echo ahoy\n")
        (demos / f"{name}.md").write_text(DEMO.format(name=name, command=command))
    slides = [SLIDE.format(name=name) for name in commands]
    (tmp_path / "deck.md").write_text("\n".join(["---\ntitle: Going wrong\n---", *slides]))
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(tmp_path / "state")}
    ran = quarterdeck("rehearse", tmp_path, "--yes", cwd=tmp_path, environ=environ)
    assert ran.status == 0, ran.out + ran.err
    for name, wrong in WAYS.items():
        (tmp_path / f"{name}.sh").write_text(f"{wrong}\n")
    return tmp_path


def test_every_way_of_going_wrong_goes_on_from_the_recording(
    engine: EngineAddress, chromium: Browser, deck: Path
) -> None:
    """Failing, hung, its shell killed: two keys later the slide shows what it should; its engine gone: by itself."""
    socket = deck / "engine.sock"
    socket.symlink_to(engine.path)
    environ = {"DOCKER_HOST": f"unix://{socket}", "XDG_STATE_HOME": str(deck / "state")}
    with running_show(deck, "--yes", "--engine", "docker", "--no-typing", environ=environ) as show:
        projector = chromium.new_page()
        projector.goto(show.projector)
        for name in WAYS:
            ready(projector, name)
            projector.keyboard.press("Space")
            if name == "hung":
                wait_until(lambda: state(projector) == "running", SECONDS, "the step under way")
                projector.keyboard.press("v")
            else:
                wait_until(lambda: state(projector) in ("failed", "died"), SECONDS, f"{name}: its fault")
                projector.keyboard.press("Space")
            goes_on(projector, name, f"$ . {deck}/{name}.sh")
        ready(projector, "engine")
        socket.unlink()
        projector.keyboard.press("Space")
        goes_on(projector, "engine", "$ docker run --rm busybox:1.35 echo ahoy", last=True)
        socket.symlink_to(engine.path)  # it is back, and is swept
        projector.close()
    assert labelled(engine.url) == NOTHING


def ready(projector: Page, name: str) -> None:
    """Wait until a demo's slide has its terminal, and that its prompt."""
    projector.locator(f"section.present[id='{name}']").wait_for()
    wait_until(lambda: projector.evaluate(TERMINAL, name) == "$", SECONDS, f"{name}: the prompt")


def state(projector: Page) -> str | None:
    """How the step goes, as its status line says."""
    return projector.locator("section.present .qd-status").get_attribute("data-state")


def goes_on(projector: Page, name: str, typed: str, *, last: bool = False) -> None:
    """The slide shows what was recorded, and says so; the next step follows, and the next slide."""
    projector.wait_for_selector(".present .qd-badge[data-kind=recorded]")
    begun = f"{typed}\nahoy\n$"
    wait_until(lambda: projector.evaluate(TERMINAL, name) == begun, SECONDS, f"{name}: what was recorded")
    wait_until(lambda: state(projector) != "running", SECONDS, f"{name}: the end of its step")
    projector.keyboard.press("Space")
    after = f"{begun} echo on\non\n$"
    wait_until(lambda: projector.evaluate(TERMINAL, name) == after, SECONDS, f"{name}: its next step")
    wait_until(lambda: state(projector) != "running", SECONDS, f"{name}: the end of its next step")
    if not last:
        projector.keyboard.press("Space")
