"""What a deck's author must know about the template that the deck wears."""

from __future__ import annotations

from collections.abc import Iterator

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.deck import Deck
from quarterdeck.model.template import Template


def template_warnings(deck: Deck, template: Template) -> Iterator[Diagnostic]:
    """The template's own warnings, and one for each layout that the deck uses and the template lacks."""
    yield from template.diagnostics
    first = {slide.layout: slide for slide in reversed(deck.slides)}
    for layout, slide in first.items():
        own = template.layouts[layout]
        if own.substitute:
            yield Diagnostic(
                f"{template.file} has no layout for '{layout}': such slides stand on '{own.name}'",
                slide.span,
                hint=f"give the template a layout named '{layout}' with placeholders for its slots",
                code="template-layout",
                severity=Severity.WARNING,
            )
