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
