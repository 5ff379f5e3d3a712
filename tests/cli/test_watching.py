"""``build --watch``, as somebody who edits a deck sees it."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS = 60


class Watching:
    """``quarterdeck build --watch`` as a process, and what it says."""

    def __init__(self, folder: Path, out: Path) -> None:
        command = [sys.executable, "-m", "quarterdeck", "build", str(folder), "-o", str(out), "--to", "html", "--watch"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, text: str) -> None:
        """Wait until it has said something."""
        said = []
        while True:
            try:
                said.append(self._lines.get(timeout=SECONDS))
            except queue.Empty:
                raise AssertionError(f"it did not say {text!r}, but {said}") from None
            if text in said[-1]:
                return


@contextmanager
def watching(folder: Path, out: Path) -> Iterator[Watching]:
    """Watch a deck, and end that with Ctrl-C."""
    watch = Watching(folder, out)
    try:
        yield watch
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(SECONDS) == 130
    finally:
        watch.process.kill()
        watch.process.wait()
        if watch.process.stdout:
            watch.process.stdout.close()


def test_each_save_is_built_and_a_fault_leaves_the_last_good_output(tmp_path: Path) -> None:
    """A save is seen in the output; a faulty one is reported; what mends it may be a new file."""
    deck, page = tmp_path / "talk" / "deck.md", tmp_path / "out" / "talk.html"
    deck.parent.mkdir()
    deck.write_text("# First\n")
    with watching(deck.parent, tmp_path / "out") as watch:
        watch.wait_for("watching")
        assert "First" in page.read_text()
        deck.write_text("# Second\n")
        watch.wait_for("built in")
        assert "Second" in page.read_text()
        deck.write_text("# Third\n\n![a boat](img/boat.svg)\n")
        watch.wait_for("boat.svg")
        assert "Second" in page.read_text(), "the last good output stays"
        (tmp_path / "talk" / "img").mkdir()
        (tmp_path / "talk" / "img" / "boat.svg").write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
        )
        watch.wait_for("built in")
        assert "Third" in page.read_text()


def test_a_deck_that_is_faulty_at_first_is_watched_too(tmp_path: Path) -> None:
    """Watching begins before everything is right."""
    deck = tmp_path / "talk" / "deck.md"
    deck.parent.mkdir()
    deck.write_text("---\nautor: me\n---\n# First\n")
    with watching(deck.parent, tmp_path / "out") as watch:
        watch.wait_for("watching")
        deck.write_text("---\nauthor: me\n---\n# First\n")
        watch.wait_for("built in")
    assert "First" in (tmp_path / "out" / "talk.html").read_text()
