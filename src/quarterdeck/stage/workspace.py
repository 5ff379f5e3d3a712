"""The folder a demo works in: a fresh copy of its files, with a home folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.files.demo_folder import demo_files
from quarterdeck.stage.environment import write_docker_config


class Workspace:
    """A temporary folder, gone when the run stops."""

    def __init__(
        self, demos: Sequence[Demo], speaker: Mapping[str, str], adopt: Callable[[Path], None] | None = None
    ) -> None:
        """``demos``: the last is the one that runs, those before it are what it continues.

        ``adopt`` is told the folder before it is filled.

        Raises:
            QuarterdeckError: when the files can't be copied.

        """
        self.root = Path(tempfile.mkdtemp(prefix="quarterdeck-"))
        if adopt is not None:
            adopt(self.root)
        self.home = self.root / "home"
        self.docker_config = self.root / "docker"
        self.folder = self.root / demos[-1].name
        try:
            self.home.mkdir()
            self.folder.mkdir()
            write_docker_config(self.docker_config, speaker)
            for demo in demos:
                if demo.files is not None:
                    self._copy(demo.files, demo_files(demo))
        except (OSError, shutil.Error) as error:
            self.remove()
            raise QuarterdeckError.of(
                f"can't copy the demo's files: {error}", demos[-1].span, code="no-workspace"
            ) from error

    def _copy(self, folder: Path, files: Iterable[Path]) -> None:
        for path in files:
            copy = self.folder / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copymode(path.parent, copy.parent)
            copy.unlink(missing_ok=True)
            shutil.copy2(path, copy, follow_symlinks=False)

    def remove(self) -> None:
        """Delete it; what a demo left unreadable stays in the system's folder for temporary files."""
        shutil.rmtree(self.root, ignore_errors=True)
