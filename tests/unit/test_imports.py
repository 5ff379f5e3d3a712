"""The shape of the code."""

import os
import subprocess
import sys
from pathlib import Path


def test_imports_go_left_only(root: Path) -> None:
    """The contracts of pyproject.toml hold."""
    program = Path(sys.executable).parent / "lint-imports"
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run([program, "--no-cache"], cwd=root, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_imports_nothing_heavy() -> None:
    """``quarterdeck --help`` answers at once because it loads click and little else."""
    code = (
        "import sys, runpy; sys.argv = ['quarterdeck', '--help']\n"
        "try: runpy.run_module('quarterdeck', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(*sorted({m.partition('.')[0] for m in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & {
        "yaml",
        "jinja2",
        "markdown_it",
        "lxml",
        "docker",
        "rich",
        "textual",
        "PIL",
        "uharfbuzz",
        "pptx",
    }
