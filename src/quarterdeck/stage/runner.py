"""Programs in other languages: ``{run}`` fences, typed as a heredoc into the language's runner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.demo import Command, Interaction, Step
from quarterdeck.stage.endings import SHELL_PROMPT

RUNNERS: Mapping[str, str] = {
    "bash": "bash -s",
    "go": "cat > main.go && go run main.go",
    "javascript": "node -",
    "js": "node -",
    "lua": "lua -",
    "node": "node -",
    "perl": "perl -",
    "php": "php",
    "psql": "psql --username postgres",
    "py": "python3 -",
    "python": "python3 -",
    "r": "Rscript -",
    "redis": "redis-cli",
    "ruby": "ruby -",
    "sh": "sh -s",
    "sql": "psql --username postgres",
    "sqlite": "sqlite3",
}
"""The command that reads a program of the language from its standard input; ``go`` reads a file only."""


def as_typed(step: Step) -> Step:
    """The step with its program as a command for the shell.

    Raises:
        QuarterdeckError: when no runner is known for the language.

    """
    if step.runner is None:
        return step
    runner = RUNNERS.get(step.runner)
    if runner is None:
        raise QuarterdeckError.of(
            f"no runner is known for '{step.runner}'",
            step.span,
            hint=suggestion(step.runner, RUNNERS),
            code="unknown-runner",
        )
    return replace(step, interactions=tuple(_heredoc(runner, i) for i in step.interactions))


def _heredoc(runner: str, interaction: Interaction) -> Interaction:
    if not isinstance(interaction, Command):
        return interaction
    end = "END"
    while end in interaction.lines:
        end += "_"
    program, *then = runner.split(" && ")
    first = " && ".join((f"{program} <<'{end}'", *then))
    return replace(interaction, prompt=SHELL_PROMPT, lines=(first, *interaction.lines, end), nested=False)
