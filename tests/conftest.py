"""Real parts that tests need: a Docker engine, Chromium, LibreOffice, VS Code.

Where one is missing a test that needs it is skipped with the reason; where
``QUARTERDECK_REQUIRE`` (``engine,browser,office,vscode``) lists it, the test fails instead.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from support import steady_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from quarterdeck.stage.docker.address import EngineAddress

REQUIRED = frozenset(filter(None, os.environ.get("QUARTERDECK_REQUIRE", "").split(",")))
ROOT = Path(__file__).parent.parent
UNIT = ROOT / "tests" / "unit"
OFFICE_SECONDS = 180

# Examples are judged by what comes out, not by how long a busy machine took.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def missing(part: str, reason: str) -> NoReturn:
    """Skip the test for want of a real part, or fail it where that part is required."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here, but {reason}")
    pytest.skip(f"needs {part}: {reason}")


def pytest_configure() -> None:
    """What runs in the background or under nohup ignores Ctrl-C and hang-ups, and so would all that tests start."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what the quick check runs, and what stays in one process: the gate runs each of its parts by these."""
    for item in items:
        if group_of(item.nodeid.partition("::")[0]) == "engine":
            item.add_marker("on_engine")
        if item.path.is_relative_to(UNIT) and not any(map(item.get_closest_marker, ("slow", "engine"))):
            item.add_marker("quick")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Which tests stay together where several workers share them, as in ``pytest -n 2``.

    Files with tests on the engine are run by one worker, one after the other, since demos publish the same ports and
    tests compare all that it holds; those that start an engine of their own (``own_engine``) only read its images.
    Each other file is run by one worker, too, since its tests share what its fixtures made.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist says no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid.partition("::")[0])

    return Scheduling(config, log)


@cache
def group_of(file: str) -> str:
    """The file itself, or ``engine``."""
    return "engine" if "pytest.mark.engine" in (ROOT / file).read_text("utf-8") else file


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def engine() -> EngineAddress:
    """The address of a running Docker engine."""
    import asyncio

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.stage.docker.address import find_engine
    from quarterdeck.stage.docker.client import probe

    try:
        address = find_engine(os.environ)
        asyncio.run(probe(address, timeout=60.0))
    except QuarterdeckError as error:
        missing("engine", str(error))
    return address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium, driven by Playwright.

    One a module: Playwright's synchronous interface keeps an event loop running in this thread for
    as long as it is open, and asynchronous tests of other modules could not start theirs.
    """
    from playwright.sync_api import sync_playwright

    if steady_chromium.PROGRAM is None:
        missing("browser", "no Chromium is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=steady_chromium.__file__, args=steady_chromium.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Turns a PPTX into a PDF with LibreOffice, by another export filter if one is given, and gives its path."""
    program = shutil.which("soffice")
    if program is None:
        missing("office", "soffice is not on the PATH")
    profile = tmp_path_factory.mktemp("office-profile")

    def convert(pptx: Path, filter_: str = "pdf") -> Path:
        folder = tmp_path_factory.mktemp("pdf")
        command = [program, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", filter_]
        done = subprocess.run(
            [*command, "--outdir", str(folder), str(pptx)], capture_output=True, text=True, timeout=OFFICE_SECONDS
        )
        pdf = folder / f"{pptx.stem}.pdf"
        assert pdf.exists(), f"LibreOffice made no PDF: {done.stdout}{done.stderr}"
        return pdf

    return convert
