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
        "msgspec",
        "asyncio",
    }


def test_a_build_imports_only_what_it_needs(tmp_path: Path) -> None:
    """Neither an event loop nor a client for engines: each takes as long as a dozen slides."""
    (tmp_path / "deck.md").write_text("---\ntitle: T\n---\n\n# One\n\n- a\n")
    code = (
        "import sys, runpy\n"
        f"sys.argv = ['quarterdeck', 'build', {str(tmp_path)!r}, '-o', {str(tmp_path)!r}]\n"
        "try: runpy.run_module('quarterdeck', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "quarterdeck.compile.pptx.writer" in loaded
    assert not loaded & {"asyncio", "ssl", "subprocess", "zipfile", "docker", "requests", "pptx", "textual", "rich"}


def test_a_build_imports_no_dataclass() -> None:
    """Its data are ``msgspec`` structs: ``dataclasses`` would compile each class while it is imported."""
    program = (
        "import sys\n"
        "import quarterdeck.project.outputs.formats, quarterdeck.files.atomic\n"
        "import quarterdeck.compile.pptx.writer, quarterdeck.compile.reveal.page\n"
        "for module in [m for n, m in sys.modules.items() if n.startswith('quarterdeck.')]:\n"
        "    for name, value in vars(module).items():\n"
        "        if '__dataclass_fields__' in getattr(value, '__dict__', ()) and value.__module__ == module.__name__:\n"
        "            print(name)\n"
        "print(sum('__struct_fields__' in dir(v) for m in sys.modules.values() for v in vars(m).values()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    *dataclasses, structs = done.stdout.split()
    assert not dataclasses
    assert int(structs) > 100
