"""A real VS Code with the extension: code-server with a fresh profile, and a page that shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SECONDS = 180
"""After so long something is badly wrong, however busy the machine."""
MILLISECONDS = SECONDS * 1000
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
INSTALLED = Path(os.environ.get("QUARTERDECK_VSCODE") or CACHE / "quarterdeck-dev" / "vscode" / "code-server")
ROOT = Path(__file__).parent.parent.parent
PROGRAM = """#!/bin/sh
printf '%s\\n' "$*" >>"{log}"
case $1 in lsp|build|new) exec "{python}" -m quarterdeck "$@";; *) echo "quarterdeck $*" ;; esac
"""
"""Keeps what is asked of it, serves, builds and creates decks; demos aren't run."""

COLOURS = """text => {
    const lines = [...document.querySelectorAll('.view-line')];
    const line = lines.find(each => each.textContent.replaceAll('\\xa0', ' ') === text);
    return [...(line?.querySelectorAll('span > span') ?? [])].map(each => each.className.match(/mtk\\d+/)?.[0]);
}"""
QUIET: dict[str, object] = {
    "security.workspace.trust.enabled": False,
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "files.autoSave": "off",
    "git.enabled": False,
}
"""Settings of an author who wants nothing else but to write."""


class Vscode:
    """A VS Code whose folder is ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # A socket is in it, whose path may not be long.
        self.home = Path(tempfile.mkdtemp(prefix="qd-vscode-"))
        self.log = self.home / "asked"
        self.log.touch()
        self.program = self.home / "quarterdeck"
        self.program.write_text(PROGRAM.format(log=self.log, python=sys.executable))
        self.program.chmod(0o755)
        (self.home / ".gitconfig").write_text("[user]\n\tname = A. Pilot\n")  # a new deck asks for none
        self._write("User", QUIET)
        self.configure(self.program)
        self._output = (self.home / "output").open("w+")
        self._run = [str(INSTALLED), "--user-data-dir", str(self.home / "data")]
        self._run += ["--extensions-dir", str(self.home / "extensions")]
        self._environment = os.environ | {"HOME": str(self.home), "PYTHONPATH": str(ROOT / "src")}
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
            self._environment.pop(name, None)
        self._server: subprocess.Popen[bytes] | None = None

    def configure(self, program: Path) -> None:
        """Write the settings of this machine: the program to be used for Quarterdeck."""
        self._write("Machine", {"quarterdeck.command": str(program)})

    def _write(self, scope: str, settings: dict[str, object]) -> None:
        file = self.home / "data" / scope / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings, indent=1))

    def start(self, package: Path) -> str:
        """Install the extension, serve, and return the address."""
        install = [*self._run, "--install-extension", str(package)]
        subprocess.run(install, env=self._environment, check=True, capture_output=True, timeout=SECONDS)
        serve = [*self._run, "--auth", "none", "--bind-addr", "127.0.0.1:0", "--disable-telemetry"]
        self._server = subprocess.Popen(
            [*serve, "--disable-update-check"],
            env=self._environment,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
        )
        output = Path(self._output.name)
        listening = wait_until(
            lambda: re.search(r"listening on (http://\S+/)", output.read_text()), SECONDS, "a server"
        )
        assert listening
        return listening[1]

    def asked(self, *words: str) -> bool:
        """Whether the program was started with these words."""
        return " ".join(words) in self.log.read_text().splitlines()

    def stop(self) -> None:
        """End it with all that it started, and remove its profile."""
        if self._server is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._server.pid, signal.SIGTERM)
            self._server.wait(SECONDS)
        self._output.close()
        shutil.rmtree(self.home, ignore_errors=True)


class Window:
    """What an author does in VS Code, by keys, and sees."""

    def __init__(self, vscode: Vscode, address: str, browser: Browser) -> None:
        self.vscode = vscode
        self.page: Page = browser.new_context(viewport={"width": 1500, "height": 900}).new_page()
        self.page.set_default_timeout(MILLISECONDS)
        self._address = address
        self.page.goto(f"{address}?folder={quote(str(vscode.folder))}")
        self.page.wait_for_selector(".explorer-folders-view .monaco-list-row")

    def open(self, name: str) -> None:
        """Show a file of the folder."""
        self.page.keyboard.press("Control+p")
        folder, _, file = name.rpartition("/")
        self._choose(name, file, folder)
        self.page.wait_for_selector(f'.monaco-editor[data-uri$="/{name}"] .view-line')
        self.page.locator(f'.monaco-editor[data-uri$="/{name}"] .view-lines').click()

    def command(self, title: str) -> None:
        """Choose a command from the palette."""
        self.page.keyboard.press("F1")
        self._choose(f">{title}", title)

    def _choose(self, text: str, *said: str) -> None:
        """Type into the list at the top, and choose the row that says all this; before, it has others."""
        field = self.page.locator(".quick-input-widget input[type=text]")
        field.wait_for()
        field.fill(text)
        row = self.page.locator(".quick-input-list .monaco-list-row")
        for each in said:
            row = row.filter(has_text=each)
        row.first.click()

    def go(self, line: int) -> None:
        """Put the cursor at the beginning of a line."""
        self.page.keyboard.press("Control+g")
        field = self.page.locator(".quick-input-widget input[type=text]")
        field.wait_for()
        field.fill(f":{line}")
        field.press("Enter")
        self.page.locator(".statusbar-item", has_text=re.compile(rf"Ln {line}, Col 1\b")).wait_for()

    def type(self, text: str) -> None:
        """Type at the end of the line."""
        self.page.keyboard.press("End")
        self.page.keyboard.type(text)

    def look(self, text: str) -> list[str]:
        """The colours of the parts of a line that is shown, by the names that the editor gives them."""
        return list(self.page.evaluate(COLOURS, text))

    def see(self, selector: str, text: str | re.Pattern[str] = "") -> str:
        """Wait until something is there with this text, and return all that it says."""
        found = self.page.locator(selector, has_text=text or None).first
        found.wait_for()
        return found.inner_text().replace("\xa0", " ")

    def shown_slide(self) -> str:
        """The heading in the preview; empty while there is none."""
        self.page.title()  # meanwhile Playwright takes notice of new frames
        for frame in self.page.frames:
            if "/slide/" in frame.url:
                with suppress(Exception):  # the frame is exchanged just now
                    if frame.frame_element().get_attribute("class") == "shown":
                        return frame.locator("section.present h1, section.present h2").first.inner_text(timeout=1000)
        return ""
