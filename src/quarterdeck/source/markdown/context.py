"""What the reading of one deck or demo shares: its links, its fragments, its faults."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.model.content import Link, SlideLink, WebLink
from quarterdeck.source.assets import Assets
from quarterdeck.text.source_file import presentable

_SCHEMES = ("http", "https", "mailto")


class SlideLinks(Struct):
    """The links to slides met so far; which are dead is known when all slides are."""

    met: list[tuple[str, SourceSpan]] = field(default_factory=list)

    def check(self, ids: Collection[str], left_out: Collection[str], found: Diagnostics) -> None:
        """Report the links to slides that aren't in ``ids``; those in ``left_out`` belong to another form."""
        for target, span in self.met:
            if target in ids:
                continue
            if target in left_out:
                found.error(
                    f"this links to the slide '{target}', which isn't in this form of the deck",
                    span,
                    hint="show and leave out both slides together",
                    code="dead-link",
                )
            else:
                found.error(
                    f"there is no slide '{target}' to link to", span, hint=suggestion(target, ids), code="dead-link"
                )


def link_to(href: str, span: SourceSpan, links: SlideLinks, found: Diagnostics) -> Link | None:
    """The link that a Markdown target means, or None after reporting why there is none."""
    target = presentable(unquote(href))
    if target.startswith("#") and len(target) > 1:
        links.met.append((target[1:], span))
        return SlideLink(target[1:])
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme in _SCHEMES:
        return WebLink(href)
    if scheme in ("", "file"):
        message = f"the link '{target}' doesn't work away from this machine" if target else "this link leads nowhere"
    else:
        message = f"links to '{scheme}:' aren't allowed"
    found.error(message, span, hint="link to http://, https://, mailto: or a slide (#its-id)", code="bad-link")
    return None


class Fragments(Struct):
    """Gives out places in the order of appearance, as the source is read from top to bottom."""

    count: int = 0
    """Places given out."""
    pause: int | None = None
    """The place that holds for what comes after the last ``. . .``."""
    enabled: bool = True
    """False for notes and narration, where everything is there at once."""
    _paused: bool = False

    def next(self) -> int | None:
        """The next place in the order of appearance; None while everything appears at once."""
        if not self.enabled:
            return None
        self._paused = False
        place = self.count
        self.count += 1
        return place

    def wait(self) -> None:
        """``. . .``: what follows appears one press later."""
        self._paused = self.enabled

    def place(self, around: int | None, *, own: bool = False) -> int | None:
        """The place at which a block appears: its own if it asks for one, else that of the pause before it.

        ``around`` is the place of what encloses it; None is returned where that says enough.
        """
        if self._paused:
            self.pause = self.next()
            return self.pause
        if own:
            return self.next()
        if self.pause is not None and (around is None or self.pause > around):
            return self.pause
        return None


class Surroundings(Struct):
    """The files, links and faults of one deck or demo script."""

    found: Diagnostics
    assets: Assets
    references: Mapping[str, Any] = field(default_factory=dict)
    """Link targets defined anywhere in it."""
    links: SlideLinks = field(default_factory=SlideLinks)
    """The links to slides that are met."""
    incremental: bool = False
    """Whether the items of its lists appear one by one, where a slide doesn't say otherwise."""
