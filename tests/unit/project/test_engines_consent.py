"""What a speaker agrees to, and for how long."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.cli.preflight import agreed, require_consent
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Permissions
from quarterdeck.project import engines as consent
from support.scripted_stage import HELLO, PORTS, demo, step
from support.staged import demo_of, keys, typed
from support.staged import step as staged_step


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own where answers are kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def test_an_answer_holds_until_a_script_changes() -> None:
    """In whatever order the demos come; another demo, or another script, asks again."""
    assert not consent.given([HELLO, PORTS])
    consent.give([HELLO, PORTS])
    assert consent.given([PORTS, HELLO])
    assert not consent.given([HELLO])
    assert not consent.given([HELLO, replace(PORTS, script_hash="other")])


def test_a_running_show_lists_what_would_run_with_nothing_of_it_invisible() -> None:
    """Commands, then what they run with; a character that reverses the text's direction is seen as one."""
    tricky = replace(demo("tricky", step("one", "echo \u202eevil")), env={"A": "b c"})
    assert consent.described([tricky]) == [("tricky", "echo <U+202E>evil"), ("tricky", "with A='b c'")]


def test_every_command_is_listed_before_asking() -> None:
    """With its demo."""
    assert consent.commands([HELLO, PORTS])[:3] == [
        ("hello", "echo hello"),
        ("hello", "echo again"),
        ("ports", "docker run nginx"),
    ]


def test_keys_are_listed_too() -> None:
    """What is pressed in an editor can run commands."""
    edited = demo_of(staged_step(typed("vi x"), keys(":!rm y<Enter>")))
    assert consent.commands([edited]) == [("demo", "vi x"), ("demo", ":!rm y<Enter>")]


def test_exceptions_from_the_policy_are_listed_too() -> None:
    """A privileged container is something to agree to."""
    bold = replace(HELLO, permissions=Permissions(frozenset({"privileged", "binds"})))
    assert [name for name, _ in consent.exceptions([bold, PORTS])] == ["hello", "hello"]
    assert consent.exceptions([bold])[1] == ("hello", "run privileged containers and commands")


def test_what_commands_find_is_listed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variable, or a file beside the script, can change what a harmless command means: both are in the question."""
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *args, **options: True)
    (tmp_path / "brought").mkdir()
    (tmp_path / "brought" / "tool.pyc").write_text("")
    assert agreed([replace(HELLO, env={"PYTHONPATH": "my lib\x1b[2K"}, files=tmp_path / "brought")], yes=False)
    shown = capsys.readouterr().err
    assert "  with PYTHONPATH='my lib\u241b[2K'\n" in shown
    assert "  with the file tool.pyc\n" in shown


def test_without_a_terminal_the_answer_is_no() -> None:
    """Nobody is there to ask; --yes answers."""
    assert not agreed([HELLO], yes=False)
    assert agreed([HELLO], yes=True)
    with pytest.raises(QuarterdeckError, match="needs your consent"):
        require_consent([HELLO], yes=False)


def test_asking_shows_what_cannot_be_seen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A command can't hide behind a character that turns the direction of text."""
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *args, **options: True)
    assert agreed([demo("sly", step("s", "echo \u202efr- mr\nmore"))], yes=False)
    shown = capsys.readouterr().err
    assert "echo <U+202E>fr- mr\n      more" in shown


def test_a_folder_that_is_a_file_keeps_no_answer(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo runs, and the speaker is told that the question will come again."""
    (state / "quarterdeck").write_text("a file")
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *args, **options: True)
    assert agreed([HELLO], yes=False)
    assert "can't be stored" in capsys.readouterr().err
    assert not consent.given([HELLO])


def test_answers_are_the_speakers_own(state: Path) -> None:
    """Others on the machine can't see which decks were agreed to."""
    consent.give([HELLO])
    assert (state / "quarterdeck" / "agreed").stat().st_mode & 0o777 == 0o700


MANY = [demo(f"d{n}", step("s", f"echo {n}"), step("t", "true")) for n in range(51)]


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Have the question answered on a terminal; returns what was asked."""
    questions: list[str] = []
    given = iter(answers)

    def prompt(text: str, **options: object) -> str:
        questions.append(text)
        return next(given)

    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    monkeypatch.setattr("click.prompt", prompt)
    return questions


def test_of_many_commands_only_the_number_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They would scroll away; a key lists them, and the question comes again.  Exceptions are always shown."""
    demos = [replace(MANY[0], permissions=Permissions(frozenset({"privileged"}))), *MANY[1:]]
    questions = asked(monkeypatch, "l", "y")
    assert agreed(demos, yes=False)
    before, listed = capsys.readouterr().err.split("echo 0\n")
    assert "against Docker: 51 demos, 102 commands\n" in before
    assert "may run privileged containers" in before
    assert "echo" not in before
    assert listed.count("echo") == 50
    assert len(questions) == 2
    assert "l lists them" in questions[0]
    assert consent.given(demos)


def test_many_commands_can_be_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored then."""
    asked(monkeypatch, "n")
    assert not agreed(MANY, yes=False)
    assert not consent.given(MANY)
