"""Seeing the prompts of nested programs."""

from __future__ import annotations

import pytest

from quarterdeck.stage.shell.repl import QUIET, QUIET_AT_END, UNREAD, PromptWatch


@pytest.mark.parametrize(
    ("output", "prompt", "quiet"),
    [
        ("sh\r\n/ # ", "/ #", QUIET),
        ("python3\r\n>>> ", ">>>", QUIET),
        ("\r\n\x1b[32mpostgres=# \x1b[0m", "postgres=#", QUIET),
        ("\r\nroot@326c0a:/# ", "root@[..]:/#", QUIET),
        ("\r\nroot@326c0a:/# ", "#", QUIET_AT_END),
        ("\r\n127.0.0.1:6379> \r\x1b[0K127.0.0.1:6379> \r\x1b[16C", "127.0.0.1:6379>", QUIET),
        ("\r\n/ # host", "/ #", None),
        ("/ # ", "/ #", None),
        ("\r\n/ # hostname\r\x1b[4C", "/ #", None),
        ("\r\n>>> 1\r\n1\r\n", ">>>", None),
        ("x" * 3 * UNREAD + "\r\n/ # ", "/ #", QUIET),
    ],
)
def test_a_prompt_waits_when_it_stands_alone_before_the_cursor(output: str, prompt: str, quiet: float | None) -> None:
    """Only a prompt on a new line with nothing typed after it counts, as the terminal shows it."""
    watch = PromptWatch()
    watch.typed()
    watch.feed(output)
    assert watch.quiet_needed(prompt) == quiet


def test_the_prompt_that_was_answered_does_not_count() -> None:
    """After a line is sent, the prompt must come anew."""
    watch = PromptWatch()
    watch.feed("\r\n/ # ")
    watch.typed()
    assert watch.quiet_needed("/ #") is None
    watch.feed("id\r\nuid=0\r\n/ # ")
    assert watch.quiet_needed("/ #") == QUIET


@pytest.mark.parametrize(
    ("before", "output", "prompt", "quiet"),
    [
        ("\r\n", "^C127.0.0.1:6379> ", "127.0.0.1:6379>", QUIET),
        ("\r\n", "^C\r127.0.0.1:6379> \x1b[0K\r\x1b[16C", "127.0.0.1:6379>", QUIET),
        ("\r\nwait", "^C>>> ", ">>>", QUIET),
        ("\r\n>>> ", "", ">>>", None),
        ("\r\n>>> ", "^C", ">>>", None),
        ("\r\n>>> ", "^C\r\nKeyboardInterrupt\r\n>>> ", ">>>", QUIET),
        ("\r\n>>> ", "^C>>> ", ">>>", QUIET),
        ("\r\n", "^Cbye", ">>>", None),
    ],
)
def test_a_prompt_after_an_echoed_key(before: str, output: str, prompt: str, quiet: float | None) -> None:
    """It may come in the line that holds ``^C``; the one at which the key was pressed doesn't count."""
    watch = PromptWatch()
    watch.feed(before)
    watch.typed("C")
    watch.feed(output)
    assert watch.quiet_needed(prompt) == quiet


@pytest.mark.parametrize(
    ("prompt", "shown", "quiet"),
    [
        ("root@04c0bb0a6c07:/#", "root@326c0a1b2c3d:/# ", QUIET),
        ("[root@04c0bb0a6c07 /]#", "[root@326c0a1b2c3d /]# ", QUIET),
        ("04c0bb0a6c07:~#", "326c0a1b2c3d:~# ", QUIET),
        ("root@04c0bb0a6c07:/#", "root@326c0a1b2c3d:/srv# ", None),
        ("root@04c0bb0a6c07:/#", "root@box:/# ", None),
        ("root@box:/#", "root@326c0a1b2c3d:/# ", None),
    ],
)
def test_an_id_in_a_prompt_matches_any(prompt: str, shown: str, quiet: float | None) -> None:
    """Every tutorial has the id of a container that is long gone; nothing else in a prompt is elided."""
    watch = PromptWatch()
    watch.typed()
    watch.feed(f"\r\n{shown}")
    assert watch.quiet_needed(prompt) == quiet
