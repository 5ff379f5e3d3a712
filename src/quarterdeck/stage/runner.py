"""Programs in other languages: ``{run}`` fences, typed as a heredoc into the language's runner."""

from __future__ import annotations

from dataclasses import replace

from quarterdeck.model.demo import Command, Interaction, Step
from quarterdeck.model.execution import RUNNERS
from quarterdeck.stage.endings import SHELL_PROMPT


def as_typed(step: Step) -> Step:
    """The step with its program as a command for the shell; the source has seen to it that the language is known."""
    if step.runner is None:
        return step
    runner = RUNNERS[step.runner]
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
