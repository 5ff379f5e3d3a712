"""Matches each of our layouts with one of a template's.

In this order: the same name, a known name, the type if the placeholders agree, and the arrangement of the
placeholders.  A layout without a match uses one that has just a title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import HEIGHT, WIDTH
from quarterdeck.theme.template.placeholders import FEET, TITLES, Holder

ALIASES: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: (
        *("title slide", "titelfolie", "diapositive de titre", "diapositiva de título", "diapositiva titolo"),
        *(
            "slide de título",
            "titeldia",
            "cover",
            "cover slide",
            "opening",
            "start",
            "startfolie",
            "deckblatt",
            "titel",
        ),
    ),
    Layout.SECTION: (
        *("section header", "abschnittsüberschrift", "titre de section", "encabezado de sección"),
        *(
            "intestazione sezione",
            "cabeçalho da seção",
            "sectiekop",
            "divider",
            "section divider",
            "chapter",
            "kapitel",
        ),
        *("kapiteltrenner", "trennfolie", "zwischentitel", "abschnitt", "kapitelfolie"),
    ),
    Layout.CONTENT: (
        *("title and content", "titel und inhalt", "titre et contenu", "título y objetos", "título y contenido"),
        *("titolo e contenuto", "título e conteúdo", "titel en object", "text", "inhalt", "standard", "inhaltsfolie"),
        *("textfolie", "title and text", "titel und text", "bullets"),
    ),
    Layout.TWO_COLUMNS: (
        *("two content", "zwei inhalte", "deux contenus", "dos objetos", "dos contenidos", "due contenuti"),
        *("duas partes de conteúdo", "inhoud van twee", "two column", "zwei spalten", "zweispaltig", "double content"),
        *("columns", "spalten", "inhalt zweispaltig"),
    ),
    Layout.COMPARISON: (
        *("comparison", "vergleich", "comparaison", "comparación", "confronto", "comparação", "vergelijking"),
        *("gegenüberstellung", "versus"),
    ),
    Layout.IMAGE: (
        *("picture with caption", "bild mit überschrift", "bild mit beschriftung", "image avec légende"),
        *("imagen con título", "immagine con didascalia", "imagem com legenda", "afbeelding met bijschrift"),
        *("picture", "photo", "bild", "bildfolie", "image"),
    ),
    Layout.QUOTE: ("quote", "quote with caption", "zitat", "citation", "cita", "citazione", "citação", "citaat"),
    Layout.CODE: ("code", "quelltext", "source code", "listing"),
    Layout.DEMO: ("demo", "live demo", "terminal", "vorführung"),
    Layout.BLANK: ("blank", "leer", "leere folie", "vide", "en blanco", "vuota", "vuoto", "em branco", "leeg", "empty"),
}
TITLE_ONLY = (
    *("title only", "nur titel", "titre seul", "solo el título", "sólo el título", "solo titolo", "somente título"),
    *("alleen titel", "titel ohne inhalt", "headline only", "freifläche", "free"),
)
_NOISE = re.compile(r"[\W\d_]+")


def plain(name: str) -> str:
    """A layout's name without case, numbers and punctuation: ``02_Titel-Folie`` is ``titel folie``."""
    return " ".join(_NOISE.sub(" ", name.casefold()).split())


TYPES: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: ("title",),
    Layout.SECTION: ("secHead",),
    Layout.CONTENT: ("obj", "tx"),
    Layout.TWO_COLUMNS: ("twoObj", "twoColTx"),
    Layout.COMPARISON: ("twoTxTwoObj",),
    Layout.IMAGE: ("picTx",),
    Layout.BLANK: ("blank",),
}
"""ST_SlideLayoutType (ECMA-376 part 1, 19.7.15)."""
_SAME_ROW = 0.1 * HEIGHT
"""px by which the tops of columns may differ."""
_LARGE = 0.25 * WIDTH * HEIGHT
"""px² that a layout's only placeholder must have to be its body rather than a line of text."""


class Candidate(Struct, frozen=True):
    """A layout of the template that could be matched."""

    part: str
    name: str
    kind: str
    """Its ``type``."""
    holders: tuple[Holder, ...]

    @property
    def title(self) -> Holder | None:
        """The placeholder for the title, if there is one."""
        return next((holder for holder in self.holders if holder.kind in TITLES), None)

    @property
    def content(self) -> tuple[Holder, ...]:
        """All placeholders but the title and those at the foot, from the top, then from the left."""
        kept = (holder for holder in self.holders if holder.kind not in (*TITLES, *FEET))
        return tuple(sorted(kept, key=lambda holder: (round(holder.frame.y / _SAME_ROW), holder.frame.x)))


class Match(Struct, frozen=True):
    """A layout of the template, and which of its placeholders are our slots."""

    candidate: Candidate
    slots: Mapping[str, Holder]
    substitute: bool = False
    """Whether it is only a substitute for a layout that the template lacks."""


def match_layouts(candidates: Sequence[Candidate]) -> dict[Layout, Match]:
    """A match for every layout; none at all where no layout of the template has a title."""
    bare = _title_only(candidates)
    if bare is None:
        return {}
    found: dict[Layout, Match] = {}
    tests: tuple[Callable[[Candidate, Layout], bool], ...] = (
        lambda candidate, layout: plain(candidate.name) == plain(layout),
        lambda candidate, layout: plain(candidate.name) in ALIASES[layout],
        lambda candidate, layout: candidate.kind in TYPES.get(layout, ()) and _agrees(candidate, layout),
        lambda candidate, layout: layout in TYPES and _agrees(candidate, layout),
    )
    for test in tests:
        for layout in Layout:
            if layout not in found:
                found |= dict(_first(candidates, layout, test, {match.candidate.part for match in found.values()}))
    return {layout: found.get(layout) or _substitute(layout, found, bare) for layout in Layout}


def _first(
    candidates: Sequence[Candidate], layout: Layout, test: Callable[[Candidate, Layout], bool], taken: set[str]
) -> Iterator[tuple[Layout, Match]]:
    for candidate in candidates:
        slots = _slots(candidate, layout) if candidate.part not in taken and test(candidate, layout) else None
        if slots is not None:
            yield layout, Match(candidate, slots)
            return


def _title_only(candidates: Sequence[Candidate]) -> Candidate | None:
    """The layout with a title and as little else as possible."""
    titled = [candidate for candidate in candidates if candidate.title is not None]
    named = [candidate for candidate in titled if plain(candidate.name) in TITLE_ONLY or candidate.kind == "titleOnly"]
    empty = [candidate for candidate in titled if not candidate.content]
    usual = [candidate for candidate in titled if candidate.kind in ("obj", "tx")]
    return next(iter([*named, *empty, *usual, *titled]), None)


def _substitute(layout: Layout, found: Mapping[Layout, Match], bare: Candidate) -> Match:
    """The substitute for a layout that the template lacks; no template has layouts for code and demos."""
    if layout is Layout.CODE and Layout.CONTENT in found:
        return found[Layout.CONTENT]
    title = bare.title
    slots = {"title": title} if title is not None and layout is not Layout.BLANK else {}
    return Match(bare, slots, substitute=layout not in (Layout.CODE, Layout.DEMO, Layout.BLANK))


def _agrees(candidate: Candidate, layout: Layout) -> bool:
    """Whether a layout has exactly our placeholders, arranged as expected."""
    content = candidate.content
    kinds = [holder.kind for holder in content]
    match layout:
        case Layout.TITLE:
            cover = candidate.title is not None and (candidate.title.kind == "ctrTitle" or "subTitle" in kinds)
            return cover and len(content) <= 2
        case Layout.SECTION:
            return candidate.title is not None and len(content) == 1 and kinds == ["body"] and content[0].area < _LARGE
        case Layout.CONTENT:
            return candidate.title is not None and len(content) == 1 and content[0].area >= _LARGE and kinds != ["pic"]
        case Layout.TWO_COLUMNS:
            return len(content) == 2 and "pic" not in kinds and _slots(candidate, layout) is not None
        case Layout.COMPARISON:
            return len(content) == 4 and _slots(candidate, layout) is not None
        case Layout.IMAGE:
            return kinds.count("pic") == 1 and len(content) <= 2
        case Layout.BLANK:
            return candidate.title is None and not content
        case _:
            return False


def _slots(candidate: Candidate, layout: Layout) -> dict[str, Holder] | None:
    """Our slots among the placeholders of a layout; None where one that it can't do without is missing."""
    title = {"title": candidate.title} if candidate.title is not None else {}
    content = candidate.content
    by_size = sorted(content, key=lambda holder: -holder.area)
    match layout:
        case Layout.BLANK:
            return {}
        case Layout.QUOTE:
            texts = [holder for holder in content if holder.kind != "pic"]
            largest = sorted(sorted(texts, key=lambda holder: -holder.area)[:2], key=lambda holder: holder.frame.y)
            return title | dict(zip(("quote", "attribution"), largest, strict=False)) if largest else None
        case _ if candidate.title is None:
            return None
        case Layout.TITLE:
            return title | dict(zip(("subtitle", "byline"), _texts(content), strict=False))
        case Layout.SECTION:
            return title | dict(zip(("subtitle",), _texts(content), strict=False))
        case Layout.CONTENT | Layout.CODE:
            return title | {"body": by_size[0]} if by_size else None
        case Layout.TWO_COLUMNS:
            return _columns(title, by_size[:2], ("left", "right"))
        case Layout.COMPARISON:
            bodies = _columns(title, by_size[:2], ("left", "right"))
            heads = _columns({}, by_size[2:4], ("left-heading", "right-heading"))
            if bodies is None or heads is None or heads["left-heading"].frame.y > bodies["left"].frame.y:
                return None
            return bodies | heads
        case Layout.IMAGE:
            picture = next((holder for holder in content if holder.kind == "pic"), None)
            if picture is None:
                return None
            captions = [holder for holder in content if holder is not picture]
            return title | {"image": picture} | dict(zip(("caption",), captions, strict=False))
        case Layout.DEMO:
            return title
        case _:
            return None


def _texts(content: Sequence[Holder]) -> list[Holder]:
    return sorted((h for h in content if h.kind in ("subTitle", "body", "")), key=lambda h: h.kind != "subTitle")


def _columns(title: Mapping[str, Holder], pair: Sequence[Holder], names: tuple[str, str]) -> dict[str, Holder] | None:
    """Two placeholders side by side."""
    if len(pair) != 2:
        return None
    left, right = sorted(pair, key=lambda holder: holder.frame.x)
    if abs(left.frame.y - right.frame.y) > _SAME_ROW or left.frame.right > right.frame.x + 1:
        return None
    return {**title, names[0]: left, names[1]: right}
