"""``rehearse --update``: what is rewritten in a script, and what is left alone."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.demo import Demo
from quarterdeck.project.rehearsal.rehearse import DemoResult, StepResult
from quarterdeck.project.rehearsal.update import compared_again, settled_output, update_scripts, updated_output
from quarterdeck.source.deck import load_demo_chain
from quarterdeck.stage.events import Answer, Outcome, StepFinished
from quarterdeck.stage.steps.expectation import compare
from support.staged import expect, on_stage


def written(folder: Path, text: str) -> Demo:
    """The demo of a script that is written here."""
    path = folder / "demos" / "hello.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return load_demo_chain(path)[-1]


def rehearsed(demo: Demo, *answers: tuple[str, ...], status: int = 0) -> DemoResult:
    """A result in which the commands of the first step printed these lines."""
    step = demo.steps[0]
    given = tuple(Answer(lines, status) for lines in answers)
    faults = tuple(f for i, a in zip(step.interactions, given, strict=False) for f in compare(i, a))
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    return DemoResult(
        demo, (StepResult(demo.name, step, StepFinished("hello", step.id, outcome, 1, 1, faults, given)),)
    )


def block(*lines: str) -> str:
    """A script of one step."""
    return "\n".join(["# Hello", "", "```console", *lines, "```", ""])


SCREEN = ("notes", "~", "~", '"x" 1L written', "$ is a prompt", "^ is no key")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        (["note"], ["notes"]),
        (["nothing like it"], ["nothing like it"]),
        (["note", '"x" 2L written'], ["notes", "...", '"x" 1L written']),
        (["notes", "...", '"x" [..] written'], ["notes", "...", '"x" [..] written']),
        (['"x" 1L written', "$ a prompt", "^ is no key"], ['"x" 1L written', "\\$ is a prompt", "\\^ is no key"]),
    ],
)
def test_of_a_screen_the_lines_that_are_expected_are_rewritten(
    tmp_path: Path, before: list[str], after: list[str]
) -> None:
    """What else is on it stays out of the script, and a line of keys without an expectation gets none."""
    escaped = [f"\\{line}" if line[0] in "$^" else line for line in before]
    demo = written(tmp_path, block("$ vi x", *escaped, "^ :q<Enter>"))
    result = rehearsed(demo, SCREEN, ("",))
    update_scripts([replace(result, steps=tuple(replace(s, step=demo.steps[0]) for s in result.steps))])
    assert demo.path.read_text() == block("$ vi x", *after, "^ :q<Enter>")


@pytest.mark.parametrize(
    ("before", "printed", "after"),
    [
        (["$ echo a"], ("a",), ["$ echo a", "a"]),
        (["$ echo a", "b"], ("a",), ["$ echo a", "a"]),
        (["$ echo a", "b", "c"], ("a",), ["$ echo a", "a"]),
        (["$ seq 4", "1", "...", "5"], ("1", "2", "3", "4"), ["$ seq 4", "1", "...", "4"]),
        (["$ date", "[..]"], ("today",), ["$ date", "[..]"]),
        (["$ cat x", "\\$ y"], ("$ z",), ["$ cat x", "\\$ z"]),
        (["$ cat x"], ("$ y", "^C", "```", "\\$ z"), ["$ cat x", "\\$ y", "\\^C", "[..]", "[..]$ z"]),
        (["$ cat <<E", "> x", "> E"], ("x",), ["$ cat <<E", "> x", "> E", "x"]),
        (["$ id", "old"], ("4f1c" * 16,), ["$ id", "[..]"]),
    ],
)
def test_outputs_are_rewritten(tmp_path: Path, before: list[str], printed: tuple[str, ...], after: list[str]) -> None:
    """The transcript says what came out, and the elisions that still match are kept."""
    demo = written(tmp_path, block(*before))
    update_scripts([rehearsed(demo, printed)])
    assert demo.path.read_text() == block(*after)


def test_what_was_updated_passes_and_is_not_updated_again(tmp_path: Path) -> None:
    """The second run changes nothing, and the results say so already after the first."""
    demo = written(tmp_path, block("$ cat x", "old", "$ cat y"))
    results = [rehearsed(demo, ("$ new", "", "\\$ odd"), ("y",))]
    assert not results[0].passed
    assert update_scripts(results).files == [demo.path]
    now = load_demo_chain(demo.path)[-1]
    (judged,) = compared_again(results, [now])
    assert judged.passed
    assert judged.demo.script_hash == now.script_hash != demo.script_hash
    assert update_scripts([judged]).files == []


def test_a_command_that_fails_is_left_for_its_author(tmp_path: Path) -> None:
    """What an error says is not taken over as the expected output."""
    demo = written(tmp_path, block("$ cat x", "old"))
    results = [rehearsed(demo, ("cat: x: No such file",), status=1)]
    assert update_scripts(results).files == []
    assert not compared_again(results, [demo])[0].passed


def test_programs_and_background_commands_get_no_output(tmp_path: Path) -> None:
    """There is no place for it in a program, and what runs on prints on."""
    script = "```bash {run}\necho a\n```\n\n```console {background}\n$ sleep 9\n```\n"
    demo = written(tmp_path, script)
    later = replace(demo, steps=demo.steps[::-1])
    assert update_scripts([rehearsed(demo, ("a",)), rehearsed(later, ("zzz",))]).files == []


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_stay_what_they_are(tmp_path: Path, end: str) -> None:
    """Also those of the lines that are new."""
    demo = written(tmp_path, block("$ echo a", "$ echo b").replace("\n", end))
    update_scripts([rehearsed(demo, ("a",), ("b", "c"))])
    assert demo.path.read_bytes().decode() == block("$ echo a", "a", "$ echo b", "b", "c").replace("\n", end)


def test_a_block_within_a_list_stays_indented(tmp_path: Path) -> None:
    """New lines begin where the block's lines do."""
    demo = written(tmp_path, "- item\n\n  ```console\n  $ echo a\n  ```\n")
    update_scripts([rehearsed(demo, ("a", "", "b"))])
    assert demo.path.read_text() == "- item\n\n  ```console\n  $ echo a\n  a\n\n  b\n  ```\n"


def test_a_file_that_was_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """The author who edits during a rehearsal loses nothing, and is told."""
    demo = written(tmp_path, block("$ echo a", "old"))
    result = rehearsed(demo, ("a",))
    demo.path.write_text("# Another line\n" + demo.path.read_text())
    before = demo.path.read_text()
    update = update_scripts([result])
    assert (update.files, [w.code for w in update.warnings]) == ([], ["not-updated"])
    assert demo.path.read_text() == before


def test_what_differs_between_rounds_is_elided() -> None:
    """``--repeat 2 --update`` finds what an author would have to elide by hand."""
    runs = [("pid 12", "same", "x"), ("pid 31", "same", "y", "z")]
    assert settled_output(replace(expect(), given=False), runs) == ("pid [..]", "same", "...", "[..]")
    assert settled_output(expect("pid [..]", "..."), runs) == ("pid [..]", "...")


def test_output_that_matches_is_returned_as_it_is() -> None:
    """An alignment may see it otherwise than the comparison."""
    assert updated_output(["...", "a", "..."], ["a", "a", "a"]) == ("...", "a", "...")


# ps is asked for two processes by their numbers.  All those of the terminal may be others each time: a container's
# terminal has the same number for ps, and a program that just begins still has the shell's name.
TYPING = """\
$ pwd; echo "$HOME"
$ cd /tmp && pwd; cd -
$ sleep 600 &
$ jobs -l
$ disown
$ echo 0.0.0.0:49153 localhost:8080
$ ps -o pid,ppid,comm -p $PPID,$$
$ sh -c 'kill -9 $$'
[exit 137]
$ ls
$ echo $
"""
LOOKALIKES = r"""$ printf '$\n'
$ printf '$ ls\n'
$ printf '\\$ ls\n'
$ printf '\\$\n'
$ printf '...\n'
$ printf 'a [..] b\n'
$ printf '[exit 3]\n'
$ printf '^C\n'
$ printf '> quoted\n'
$ printf '/ # hostname\n# comment\n>>> 1+1\n'
$ printf '```\ncode\n```\n'
$ printf '  indented\n\n\n  after two empty lines\n'
$ printf '<!-- c -->\n'
$ printf '$\t\n'
$ printf 'x$ \n $\n $ y\n'
$ python3 -q
>>> print('>>> 1'); print('... 2'); print('$')
>>> exit()
$ echo end
"""


async def played(demo: Demo) -> DemoResult:
    """A rehearsal of a demo without an engine."""
    async with on_stage(demo) as stage:
        finished = await stage.play()
    steps = tuple(StepResult(demo.name, step, f) for step, f in zip(demo.shown_steps, finished, strict=True))
    return DemoResult(demo, steps)


@pytest.mark.parametrize("transcript", [TYPING, LOOKALIKES], ids=["volatile", "lookalikes"])
async def test_an_updated_script_passes_the_next_rehearsal(tmp_path: Path, transcript: str) -> None:
    """Nothing of one run is in it, and it reads as it was written, whatever the output looks like."""
    demo = written(tmp_path, f"# Hello\n\n```console\n{transcript}```\n")
    first = await played(demo)
    update_scripts([first])
    text = demo.path.read_text()
    assert "quarterdeck-" not in text
    again = load_demo_chain(demo.path)[-1]
    assert [i.span and i.span.line for i in again.steps[0].interactions] != []
    assert len(again.steps[0].interactions) == len(demo.steps[0].interactions)
    (second,) = (await played(again)).steps
    assert second.passed, (text, second.finished.faults)


def test_a_dollar_alone_is_written_as_output(tmp_path: Path) -> None:
    r"""As ``\$``, which reads as output."""
    demo = written(tmp_path, block("$ printf '$\\n'"))
    update_scripts([rehearsed(demo, ("$",))])
    assert demo.path.read_text() == block("$ printf '$\\n'", "\\$")
    assert load_demo_chain(demo.path)[-1].steps[0].interactions[0].expected.lines == ("$",)


def test_a_port_that_the_demo_names_stays(tmp_path: Path) -> None:
    """One that the engine chose is another in the next run."""
    demo = written(tmp_path, block("$ docker run -p 49200:80 -P web; docker port web"))
    update_scripts([rehearsed(demo, ("80/tcp -> 0.0.0.0:49200", "81/tcp -> 0.0.0.0:49153", "82/tcp -> [::]:49154"))])
    lines = ["80/tcp -> 0.0.0.0:49200", "81/tcp -> 0.0.0.0:[..]", "82/tcp -> [::]:[..]"]
    assert demo.path.read_text() == block("$ docker run -p 49200:80 -P web; docker port web", *lines)


def test_faults_after_an_update_are_at_their_new_lines(tmp_path: Path) -> None:
    """Output that was added above a fault moves it: its frame shows the line of the file as it is now."""
    text = block("$ seq 3") + block("$ false", "$ echo never").replace("# Hello", "Then")
    demo = written(tmp_path, text)
    first, second = demo.steps
    command = second.interactions[0]
    faults = compare(command, Answer((), 1))
    assert [fault.span and fault.span.line for fault in faults] == [9]
    result = DemoResult(
        demo,
        (
            StepResult(
                "hello", first, StepFinished("hello", first.id, Outcome.PASSED, 1, 1, (), (Answer(("1", "2", "3"), 0),))
            ),
            StepResult(
                "hello", second, StepFinished("hello", second.id, Outcome.FAILED, 1, 1, faults, (Answer((), 1),))
            ),
        ),
    )
    update_scripts([result])
    (again,) = compared_again([result], [load_demo_chain(demo.path)[-1]])
    (fault,) = again.steps[1].finished.faults
    assert fault.span is not None
    assert demo.path.read_text().splitlines()[fault.span.line - 1] == "$ false"
