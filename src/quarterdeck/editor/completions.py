"""What can be written at a place of a deck, script, theme or manifest, and what the guide says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from lsprotocol.types import CompletionItem, CompletionItemKind, MarkupContent, MarkupKind

from quarterdeck.editor.cursor import Cursor, Place
from quarterdeck.editor.workspace import Workspace
from quarterdeck.installed import PACKAGE
from quarterdeck.model.cast import Cast
from quarterdeck.model.deck import SLOTS, Layout
from quarterdeck.model.demo import EXCEPTIONS, Command, Demo
from quarterdeck.model.options import Role
from quarterdeck.source.assets import MEDIA_TYPES
from quarterdeck.source.deck import DECK_KEYS
from quarterdeck.source.demos import script, steps
from quarterdeck.source.demos.catalog import demo_names
from quarterdeck.source.demos.prompts import KEYS as PRESSED
from quarterdeck.source.demos.prompts import LESS_THAN
from quarterdeck.source.markdown import charts, code, figures
from quarterdeck.source.markdown.boxes import ADMONITIONS
from quarterdeck.source.markdown.separators import SLIDE_KEYS
from quarterdeck.source.slides.slide import FITS, TRANSITIONS
from quarterdeck.theme import file as theme
from quarterdeck.theme.colors import COLOR_TOKENS
from quarterdeck.workshop.manifest import read as manifest
from quarterdeck.workshop.manifest.manifest import EVENT_KEYS
from quarterdeck.workshop.manifest.variants import OUTPUTS

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", *MEDIA_TYPES})
FLAGS = ("true", "false")
MOST_FILES = 200

KEYS: Mapping[tuple[Place, str], Iterable[str]] = {
    (Place.DECK_KEY, ""): DECK_KEYS,
    (Place.SLIDE_KEY, ""): SLIDE_KEYS,
    (Place.DEMO_KEY, ""): script.KEYS,
    (Place.DEMO_KEY, "stage"): script.STAGE_KEYS,
    (Place.THEME_KEY, ""): (*theme.MORE_KEYS, *theme.KEYS),
    (Place.THEME_KEY, "colors"): COLOR_TOKENS,
    (Place.THEME_KEY, "fonts"): ("heading", "body", "mono"),
    (Place.THEME_KEY, "styles"): theme.STYLES,
    (Place.THEME_KEY, "layouts"): tuple(Layout),
    (Place.MANIFEST_KEY, ""): manifest.KEYS,
    (Place.MANIFEST_KEY, "event"): EVENT_KEYS,
    (Place.MANIFEST_KEY, "matrix"): manifest.MATRIX_KEYS,
}
"""The keys of each mapping, by whose it is and the key that it belongs to."""
VALUES: Mapping[str, Iterable[str]] = {
    "layout": tuple(Layout),
    "fit": FITS,
    "role": tuple(Role),
    "transition": TRANSITIONS,
    "hide": FLAGS,
    "incremental": FLAGS,
    "dark": FLAGS,
    "stage.allow": tuple(EXCEPTIONS),
    "allow": tuple(EXCEPTIONS),
    "outputs": tuple(OUTPUTS),
    "extends": theme.BUILT_IN,
}
"""The values of keys that have certain ones."""
ATTRIBUTES: Mapping[str, Iterable[str]] = {
    "console": tuple(f".{key}" if key in steps.KINDS else key for key in (*steps.KEYS, "static")),
    "chart": charts.KEYS,
    "dot": code.DIAGRAM_KEYS,
    "mermaid": code.DIAGRAM_KEYS,
    "picture": figures.PICTURE_KEYS,
    "table": figures.TABLE_KEYS,
    "div": (".fragment", ".incremental", ".nonincremental"),
}
"""The attributes of each kind of fence, of pictures and of divs; code of other languages has ``code.KEYS``."""


def completions(workspace: Workspace, file: Path, cursor: Cursor) -> list[CompletionItem]:
    """What can be written at the cursor, in the order of the guide."""
    match cursor.place:
        case Place.PRESSED:
            return [_with(">", item) for item in _items((*PRESSED, LESS_THAN), CompletionItemKind.Constant)]
        case Place.VALUE:
            return list(_values(workspace, file, cursor))
        case Place.ATTRIBUTE:
            names = ATTRIBUTES.get(cursor.language, code.KEYS)
            return _items(names, CompletionItemKind.Property, explanations(Place.ATTRIBUTE))
        case Place.DIV:
            slots = dict.fromkeys(slot for names in SLOTS.values() for slot in names if slot != "terminal")
            return _items((*slots, "callout", *ADMONITIONS), CompletionItemKind.Module)
        case Place.LINK:
            deck = workspace.deck(file)
            return [
                CompletionItem(slide.id, kind=CompletionItemKind.Reference, detail=slide.title_text)
                for slide in (deck.slides if deck is not None else ())
            ]
        case Place.PICTURE:
            return _items(_files(file.parent, cursor.word, PICTURES), CompletionItemKind.File)
        case Place.INCLUDE:
            return _items(_files(file.parent, cursor.word, {".md"}), CompletionItemKind.File)
        case Place.TEXT:
            return []
    known = KEYS.get((cursor.place, cursor.key), ())
    said = explanations(cursor.place) if not cursor.key else {}
    return [_with(": ", item) for item in _items(known, CompletionItemKind.Property, said)]


def explained(place: Place, key: str) -> str | None:
    """What the guide says of a key, and its values where it has certain ones, in Markdown."""
    said = explanations(place).get(key)
    values = ", ".join(f"`{value}`" for value in VALUES.get(key, ()))
    return "\n\n".join(filter(None, (said, values))) if said else None


def _values(workspace: Workspace, file: Path, cursor: Cursor) -> Iterator[CompletionItem]:
    """The values of a key."""
    key = cursor.key
    if key in VALUES:
        yield from _items(VALUES[key], CompletionItemKind.EnumMember)
    elif key in ("demo", "continues"):
        for name in sorted(demo_names(workspace.demos_folder(file))):
            demo = workspace.demo(name, file)
            yield CompletionItem(name, kind=CompletionItemKind.File, detail=demo.title if demo else None)
    elif key == "theme":
        yield from _items(theme.BUILT_IN, CompletionItemKind.EnumMember)
        suffixes = {*theme.SUFFIXES, *theme.TEMPLATE_SUFFIXES}
        yield from _items(_files(file.parent, cursor.word, suffixes), CompletionItemKind.File)
    elif key == "background":
        yield from _items(COLOR_TOKENS, CompletionItemKind.Color)
        yield from _items(_files(file.parent, cursor.word, PICTURES), CompletionItemKind.File)
    elif key in ("audience", "class") and (deck := workspace.deck(file)) is not None:
        used = (name for slide in deck.slides for name in (slide.audience if key == "audience" else slide.classes))
        yield from _items(sorted(set(used)), CompletionItemKind.EnumMember)
    elif key == "images" and (deck := workspace.deck(file)) is not None:
        yield from _items(
            sorted({image for demo in deck.scripts.values() for image in demo.images}), CompletionItemKind.Value
        )


def _items(
    names: Iterable[str], kind: CompletionItemKind, said: Mapping[str, str] | None = None
) -> list[CompletionItem]:
    """An item for each name, with what the guide says of it."""
    items = []
    for number, name in enumerate(names):
        text = (said or {}).get(str(name).lstrip("."))
        documentation = MarkupContent(MarkupKind.Markdown, text) if text else None
        items.append(CompletionItem(str(name), kind=kind, documentation=documentation, sort_text=f"{number:03}"))
    return items


def _with(end: str, item: CompletionItem) -> CompletionItem:
    item.insert_text = f"{item.label}{end}"
    return item


def _files(folder: Path, begun: str, suffixes: Iterable[str]) -> list[str]:
    """The files of these kinds and the folders where a path leads to so far, as paths from ``folder``."""
    head = begun.rpartition("/")[0]
    at = folder / head if head else folder
    wanted = set(suffixes)
    names = []
    try:
        for entry in sorted(at.iterdir()):
            if entry.name.startswith("."):
                continue
            path = f"{head}/{entry.name}" if head else entry.name
            if entry.is_dir():
                names.append(f"{path}/")
            elif entry.suffix.lower() in wanted:
                names.append(path)
    except (OSError, ValueError):
        return []
    return names[:MOST_FILES]


PAGES: Mapping[Place, tuple[str, str]] = {
    Place.DECK_KEY: ("decks", "deck"),
    Place.SLIDE_KEY: ("decks", "slide"),
    Place.DEMO_KEY: ("demos", "key"),
    Place.ATTRIBUTE: ("demos", "attribute"),
    Place.THEME_KEY: ("themes", "key"),
    Place.MANIFEST_KEY: ("workshops", "key"),
}
"""Where the guide explains each kind of key: the page, and the first cell of the table's head."""
_ROW = re.compile(r"\|\s*(.+?)\s*\|\s*(.+?)\s*\|")
_NAME = re.compile(r"`([^`]+)`")
STEPS_SHOWN = 12


@cache
def explanations(place: Place) -> Mapping[str, str]:
    """What the guide says of each key of a kind, in Markdown."""
    page, head = PAGES.get(place, ("", ""))
    said: dict[str, str] = {}
    column = ""
    for line in (PACKAGE / "reference" / f"{page}.md").read_text("utf-8").splitlines() if page else ():
        row = _ROW.fullmatch(line)
        if row is None:
            column = ""
        elif not column:
            column = row[1]
        elif column == head:
            for name in _NAME.findall(row[1]):
                said.setdefault(re.split(r"[=\s]", name.lstrip(".#"))[0], row[2].replace("\\\\|", "|"))
    return said


def about_demo(demo: Demo, cast: Cast | None) -> str:
    """A demo in a few lines of Markdown: its title, its commands, whether it is recorded."""
    commands = [
        interaction.text.splitlines()[0]
        for step in demo.steps
        if step.in_view
        for interaction in step.interactions
        if isinstance(interaction, Command)
    ]
    shown = [f"    {command}" for command in commands[:STEPS_SHOWN]]
    more = len(commands) - len(shown)
    if cast is None:
        recorded = "No recording yet."
    elif cast.script_hash != demo.script_hash:
        recorded = "Its recording is stale."
    else:
        recorded = "Recorded."
    parts = [f"**{demo.title}**", demo.summary or "", "\n".join(shown), f"… {more} more" if more else "", recorded]
    return "\n\n".join(part for part in parts if part)
