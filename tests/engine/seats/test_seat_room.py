"""A seat's server with a real engine: exercises of the guide's own kind and of the flagship, done through a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.seats.messages import Size, Word
from quarterdeck.seats.proxy import Upstream, ask
from support.seated import SECRET, seat_page, seat_server

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine
SHOP = """---
title: A shop
images: [busybox:1.35]
ports: [8093]
task: Let a container called `shop` serve a page at <http://localhost:8093>.
hints: [Look at `docker run`.]
---
```console {.verify missing="No container called shop runs."}
$ docker inspect --format '{{.State.Running}}' shop
true
```
"""
SOLUTION = (
    "docker run --rm --detach --name shop --publish 8093:80 busybox:1.35 "
    "sh -c 'mkdir /w; echo the shop >/w/index.html; httpd -f -h /w'\r"
)


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A kit of two exercises."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "shop.md").write_text(SHOP, "utf-8")
    (tmp_path / "demos" / "yard.md").write_text(SHOP.replace("shop", "yard").replace("8093", "8094"), "utf-8")
    return tmp_path


async def test_an_attendee_does_an_exercise_in_a_seat(engine: EngineAddress, kit: Path) -> None:
    """Hint, a verify that fails, the solution, one that passes, the container's page, and a page that loads again."""
    with seat_server(kit, {"DOCKER_HOST": engine.url}) as port:
        seat = Upstream("127.0.0.1", port, SECRET)
        with seat_page(port) as page:
            assert page.ready("shop").ports == (8093,)
            page.sees("reset")
            page.say(Word("hint"))
            assert page.verify().missing == ("No container called shop runs.",)
            assert b"docker run" in (await ask(seat, "GET", "/task/shop", seconds=30)).body
            page.type(SOLUTION)
            page.sees("$\x1b[0m ")
            progress = page.verify()
            assert (progress.done, progress.passed, progress.hints) == (True, 1, 1)
            page.type("verify && echo 'and it '$?\r")
            page.sees("and it 0")
            assert (await ask(seat, "GET", "/page/8093/", seconds=30)).body == b"the shop\n"
            page.say(Size(72, 20))
            page.type("until [ \"$(stty size)\" = '20 72' ]; do sleep 0.1; done; echo it' fits'\r")
            page.sees("it fits")
        with seat_page(port) as page:
            page.sees("it fits")
            assert page.ready("shop").progress["shop"].done
            page.say(Word("reset"))
            page.until(lambda: page.status and page.status.busy, "the reset begins")
            page.ready("shop")
            assert page.verify().missing
            page.begin("yard")
            page.type("docker ps --all --quiet | wc -l\r")
            page.sees("\r\n0\r\n")


def test_an_exercise_whose_image_is_missing_says_so(engine: EngineAddress, kit: Path) -> None:
    """And the seat goes on: another exercise can be begun."""
    script = SHOP.replace("busybox:1.35", "no-such-image:1")
    (kit / "demos" / "lost.md").write_text(script, "utf-8")
    with seat_server(kit, {"DOCKER_HOST": engine.url}, "lost") as port, seat_page(port) as page:
        page.until(lambda: page.status and page.status.fault, "the fault is told")
        assert page.status is not None
        assert "no-such-image" in page.status.fault
        page.sees("Begin it again, or another exercise.")
        page.begin("shop")
