"""Demo scripts: front matter, steps with their attributes, narration, files and hash."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Paragraph, plain_text
from quarterdeck.model.demo import StepKind
from quarterdeck.source.deck import load_demo
from quarterdeck.stage.workspace import Workspace

WHOLE = """---
title: Everything
summary: What a demo can say
requires: [curl, jq]
images: [nginx:1.22]
ports: [8080, 8081]
prompts: ["app>"]
timeout: 1m
stage: {image: "python:3.11-slim", allow: [host-network]}
secrets: [TOKEN]
env: {MODE: test, LEVEL: 3}
---
First words.

```console {#start .setup}
$ docker run -d --name web nginx:1.22
[..]
```

Then this.

- and a list

```console {ready="http://localhost:8080" timeout=20s open=http://localhost:8080/x term=2 background in=web}
$ curl localhost
```

```console {.hide ready=localhost:8080 type=instant}
$ true
```

```python {run expect=fail}
print("hello")
raise SystemExit(1)
```

```console {.verify ready="/listening on \\\\d+/"}
$ false
[exit 1]
```

```console {.cleanup}
$ docker rm -f web
```

The end.
"""


def test_whole_script(folder: Any) -> None:
    """Everything that a script can say arrives."""
    demo = load_demo(folder.write("demos/whole.md", WHOLE))
    assert (demo.name, demo.title, demo.summary) == ("whole", "Everything", "What a demo can say")
    assert (demo.requires, demo.images, demo.ports) == (("curl", "jq"), ("nginx:1.22",), (8080, 8081))
    assert (demo.prompts, demo.timeout, demo.stage_image) == (("app>",), 60.0, "python:3.11-slim")
    assert (demo.secrets, dict(demo.env)) == (("TOKEN",), {"MODE": "test", "LEVEL": "3"})
    assert demo.permissions.allow == {"host-network"}
    kinds = [StepKind.SETUP, StepKind.SHOWN, StepKind.HIDDEN, StepKind.SHOWN, StepKind.VERIFY, StepKind.CLEANUP]
    assert [step.kind for step in demo.steps] == kinds
    assert [step.id for step in demo.steps] == ["start", "step-2", "step-3", "step-4", "step-5", "step-6"]


def test_narration(folder: Any) -> None:
    """The prose before a step belongs to it, that after the last one closes the demo."""
    demo = load_demo(folder.write("demos/whole.md", WHOLE))
    assert [len(step.narration) for step in demo.steps] == [1, 2, 0, 0, 0, 0]
    (closing,) = demo.closing
    assert isinstance(closing, Paragraph)
    assert plain_text(closing.inlines) == "The end."


def test_heading_as_title(folder: Any) -> None:
    """A script without front matter is named by its first heading, else by its file."""
    step = "```console\n$ true\n```\n"
    titled = load_demo(folder.write("demos/a.md", f"# My *demo*\n\n{step}"))
    plain = load_demo(folder.write("demos/two-words.md", step))
    assert (titled.title, titled.steps[0].narration) == ("My demo", ())
    assert plain.title == "Two words"


def test_folder_with_files(folder: Any) -> None:
    """A demo's folder is named after it, gives its files to the stage, and they count for the hash."""
    script = folder.write("demos/build/demo.md", "```console\n$ docker build .\n```\n")
    dockerfile = folder.write("demos/build/Dockerfile", "FROM scratch\n")
    demo = load_demo(script)
    assert (demo.name, demo.files, demo.cast_path) == ("build", script.parent, folder.path / "demos/build.cast")
    assert load_demo(script.parent).script_hash == demo.script_hash
    dockerfile.write_text("FROM busybox\n")
    assert load_demo(script).script_hash != demo.script_hash


@pytest.mark.parametrize(("name", "counts"), [("tool.pyc", True), (".git/index", False), ("old.cast", False)])
def test_a_file_counts_where_it_reaches_the_stage(folder: Any, name: str, counts: bool) -> None:
    """Whoever agreed to a demo agreed to every file that its commands find, and is not asked again for others."""
    script = folder.write("demos/build/demo.md", "```console\n$ docker build .\n```\n")
    before = load_demo(script)
    changed = folder.write(f"demos/build/{name}", "changed")
    demo = load_demo(script)
    workspace = Workspace([demo], {})
    try:
        copied = (workspace.folder / changed.relative_to(script.parent)).exists()
    finally:
        workspace.remove()
    assert (demo.script_hash != before.script_hash, copied) == (counts, counts)


def test_a_link_counts_by_where_it_leads(folder: Any) -> None:
    """A link to a folder, or to nothing, is a file of the demo too."""
    script = folder.write("demos/build/demo.md", "```console\n$ docker build .\n```\n")
    link = script.parent / "lib"
    hashes = set()
    for target in (".", "nowhere"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        hashes.add(load_demo(script).script_hash)
    assert len(hashes) == 2


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("$ true", "$ false", True),
        ("$ true", "$ true\nout", True),
        ("$ true", "$ true\n[exit 1]", True),
        ("First words.", "Other words.", False),
        ("```console", "```console {timeout=9s type=instant}", False),
        ("```console", "```console {.hide}", True),
    ],
)
def test_what_makes_a_recording_stale(folder: Any, before: str, after: str, changes: bool) -> None:
    """A recording is stale when what runs or what is expected changes, not when words do."""
    text = "First words.\n\n```console\n$ true\n```\n\n```console\n$ ls\n```\n"
    one = load_demo(folder.write("demos/a.md", text))
    other = load_demo(folder.write("demos/a.md", text.replace(before, after, 1)))
    assert (one.script_hash != other.script_hash) is changes


@pytest.mark.parametrize(
    ("script", "code", "place", "hint"),
    [
        ("Prose only.", "no-step", "1:1", "```console"),
        ("```console {.setup}\n$ true\n```", "no-step", "1:1", "```console"),
        ("---\ntitel: x\n---\n```console\n$ ls\n```", "unknown-key", "2:1", "title"),
        ("---\nports: [web]\n---\n```console\n$ ls\n```", "wrong-type", "2:8", ""),
        ("---\nports: [70000]\n---\n```console\n$ ls\n```", "wrong-type", "2:8", ""),
        ("---\nstage: {allow: [privilegd]}\n---\n```console\n$ ls\n```", "unknown-exception", "2:16", "privileged"),
        ("---\nstage: {imag: x}\n---\n```console\n$ ls\n```", "unknown-key", "2:9", "image"),
        ("---\nenv: {'A B': 1}\n---\n```console\n$ ls\n```", "wrong-type", "2:6", ""),
        (
            "---\nenv: {DOCKER_HOST: 'tcp://elsewhere'}\n---\n```console\n$ ls\n```",
            "reserved-variable",
            "2:6",
            "a step",
        ),
        ("---\nenv: {LD_PRELOAD: ./x.so}\n---\n```console\n$ ls\n```", "reserved-variable", "2:6", "a step"),
        ("---\nsecrets: [TOKEN, PATH]\n---\n```console\n$ ls\n```", "reserved-variable", "2:10", "a step"),
        ("---\ncontinues: lost\n---\n```console\n$ ls\n```", "unknown-demo", "2:12", "known: a"),
        ("```console\n$ ls\n", "unclosed-fence", "1:1", "```"),
    ],
)
def test_faults(folder: Any, script: str, code: str, place: str, hint: str) -> None:
    """A fault of a script stands at its line and column."""
    file = folder.write("demos/a.md", script)
    with pytest.raises(QuarterdeckError) as caught:
        load_demo(file)
    (fault,) = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == (code, f"demos/a.md:{place}")
    assert hint in (fault.hint or "")
