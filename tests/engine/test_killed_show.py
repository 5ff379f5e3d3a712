"""A show that is killed leaves nothing, and never touches what is not its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.engines import changed, holdings
from support.flagship import DRAW_SECONDS, NOTHING, docker, inspect, labelled, running_show, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = [pytest.mark.engine, pytest.mark.browser]

DECK = """# A show that will be killed

---

# Containers, a network and a volume

```console
$ docker network create lan
[..]
$ docker volume create data
data
$ docker run --detach --name one --network lan --volume data:/data busybox:1.35 sleep 600
[..]
$ docker run --detach --name two --volume /anonymous busybox:1.35 sleep 600
[..]
```

```console
$ docker ps --format '{{.Names}}'
two
one
$ docker system prune --all --force --volumes
...
$ docker ps --all --quiet | wc -l
2
```
"""


@pytest.fixture
def bystander(engine: EngineAddress) -> Iterator[str]:
    """Containers, a network and a volume of somebody else, one running and one ended."""
    host = engine.url
    docker("network", "create", "bystander-net", host=host)
    docker("volume", "create", "bystander-data", host=host)
    mount = ["--volume", "bystander-data:/data", "--network", "bystander-net"]
    docker("run", "--detach", "--name", "bystander", *mount, "busybox:1.35", "sleep", "600", host=host)
    docker("run", "--name", "bystander-ended", "busybox:1.35", "true", host=host)
    yield "bystander"
    docker("rm", "--force", "bystander", "bystander-ended", host=host)
    docker("network", "rm", "bystander-net", host=host)
    docker("volume", "rm", "bystander-data", host=host)


def test_after_a_kill_nothing_is_left_and_the_bystander_is_untouched(
    engine: EngineAddress, chromium: Browser, bystander: str, tmp_path: Path
) -> None:
    """``kill -9`` with containers up: the watchdog sweeps what is labelled, and only that."""
    (tmp_path / "deck.md").write_text(DECK)
    before = holdings(engine.url)
    began = inspect("container", bystander, engine.url)["State"]
    with running_show(tmp_path, "--yes", "--engine", "docker", environ={"DOCKER_HOST": engine.url}) as show:
        page = chromium.new_page()
        page.set_default_timeout(DRAW_SECONDS * 1000)
        page.goto(show.projector)
        page.locator("html[data-role=speaker]").wait_for()
        terminal = page.locator("section.present .xterm-rows")
        page.keyboard.press("Space")
        terminal.wait_for()
        page.keyboard.press("Space")
        wait_until(lambda: len(labelled(engine.url)["containers"]) == 2, 60, "starting the demo's containers")
        page.get_by_text("step 1 of 2 done", exact=True).wait_for()
        page.keyboard.press("Space")
        page.get_by_text("step 2 of 2 done", exact=True).wait_for()
        # The terminal draws a moment after the show has told that the step is done.
        wait_until(lambda: re.search(r"wc -l\s+2\s", terminal.inner_text()), DRAW_SECONDS, "pruning its own alone")
        assert "bystander" not in terminal.inner_text()
        show.process.kill()
        show.process.wait()
        wait_until(lambda: labelled(engine.url) == NOTHING, 60, "the sweep after the kill")
        page.close()
    assert changed(engine.url, before) == []
    assert inspect("container", bystander, engine.url)["State"] == began, "it was neither stopped nor restarted"
    for kind, name in (("container", "bystander-ended"), ("network", "bystander-net"), ("volume", "bystander-data")):
        assert inspect(kind, name, engine.url), f"the {kind} of somebody else is still there"
