"""Writes the pages' scripts that repeat what the Python code decides: keys, and the messages of a show and of a seat.

    python src/web/generate.py

They are kept in the tree, because the build hook can't import Quarterdeck; a test compares them.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import chain
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct, UnsetType

from quarterdeck.seats import messages as seat_messages
from quarterdeck.seats.desk import roommessages
from quarterdeck.seats.desk.roommessages import NOTICE_LIMIT, ForRoom, FromRoom
from quarterdeck.seats.desk.roommessages import Where as SeatWhere
from quarterdeck.seats.messages import INPUT_LIMIT, Ending, ForSeatPage, FromSeatPage, Part, SeatWord
from quarterdeck.show.keys import PAGES_HELP, Action, Local, bound, caps, help_keys
from quarterdeck.show.keys import Place as Where
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.labels import Badge, StepProgress
from quarterdeck.show.machine.state import ZOOM_LIMIT, Activity, Cover, Ink, Move, PageView
from quarterdeck.show.machine.terminals import TERMINAL_LIMIT
from quarterdeck.show.web import protocol
from quarterdeck.show.web.protocol import POINTS_LIMIT, FromPage, FromShow, PageName, Place, Value
from quarterdeck.show.web.websocket import WRONG_TOKEN
from quarterdeck.terminal.buffer import COLUMNS_ALLOWED, ROWS_ALLOWED

SOURCES = Path(__file__).resolve().parent / "src"


def key_table() -> str:
    """The keys of pages, and their help."""
    plain = dict(bound(Where.PAGES))
    typing = dict(bound(Where.PAGES, typing=True))
    actions: list[Action] = [*Key, *sorted({each for each in plain.values() if isinstance(each, Local)}, key=str)]
    return "\n".join(
        (
            "// The pages' keys.  Written by `src/web/generate.py` from `quarterdeck/show/keys.py`.",
            "",
            'import type { Key } from "./messages";',
            "",
            "/** What a page does itself at a key. */",
            union("PageKey", (each for each in actions if isinstance(each, Local))),
            "",
            "/** The keys that command the show, by their names with modifiers. */",
            record("SHOW_KEYS", "string, Key", keys_with(plain, Key)),
            "",
            record("PAGE_KEYS", "string, PageKey", keys_with(plain, Local)),
            "",
            "/** Those that count while the speaker types; the programs in the terminal get all others. */",
            record("TYPING_KEYS", "string, Key", keys_with(typing, Key)),
            "",
            "/** What is written on the first key of each action, for buttons. */",
            record("CAPS", "Key | PageKey, string", {each: (caps(each, Where.PAGES) or ("",))[0] for each in actions}),
            "",
            "/** What each key does, for those who ask with `?`; keys are two spaces apart. */",
            "export const HELP: readonly (readonly [keys: string, meaning: string])[] = [",
            *(f"  [{quoted(help_keys(line, Where.PAGES))}, {quoted(line.text)}]," for line in PAGES_HELP),
            "];",
            "",
        )
    )


CONSTANTS: Mapping[str, int] = {
    "ZOOM_LIMIT": ZOOM_LIMIT,
    "POINTS_LIMIT": POINTS_LIMIT,
    "TERMINAL_LIMIT": TERMINAL_LIMIT,
    "WRONG_TOKEN": WRONG_TOKEN,
}
"""Numbers that a show and its pages go by."""
SEAT_CONSTANTS: Mapping[str, int | tuple[int, int]] = {
    "INPUT_LIMIT": INPUT_LIMIT,
    "COLUMNS_ALLOWED": COLUMNS_ALLOWED,
    "ROWS_ALLOWED": ROWS_ALLOWED,
}
"""Numbers that a seat and its page go by."""
NAMES: Mapping[Any, str] = {
    Badge: "Badge",
    StepProgress: "StepProgress",
    PageName: "PageName",
    Place: "Place",
    **{enum: enum.__name__ for enum in (Activity, Cover, Ink, Key, Move, PageView)},
}
"""The types of a show that have a name of their own in the scripts, besides the messages and their parts."""
SEAT_NAMES: Mapping[Any, str] = {SeatWord: "SeatWord", Ending: "Ending"}
"""The same of a seat."""


def messages() -> str:
    """The messages between a show and its pages, and what they are made of."""
    return script(
        "The messages between a show and its pages.",
        "show/web/protocol.py",
        CONSTANTS,
        NAMES,
        own_structs(protocol),
        (("ShowMessage", "What a show sends.", FromShow), ("PageMessage", "What a page sends.", FromPage)),
    )


def messages_of_seats() -> str:
    """The messages of an attendee's page, and what they are made of."""
    return script(
        "The messages between an attendee's page, the front desk and the seat.",
        "seats/messages.py",
        SEAT_CONSTANTS,
        SEAT_NAMES,
        own_structs(seat_messages),
        (
            ("SeatMessage", "What the page gets.", ForSeatPage),
            ("SeatPageMessage", "What the page sends.", FromSeatPage),
        ),
    )


ROOM_NAMES: Mapping[Any, str] = {SeatWhere: "Where"}


def messages_of_room() -> str:
    """The messages of the organiser's room, and what they are made of."""
    return script(
        "The messages between the organiser's room and the front desk.",
        "seats/desk/roommessages.py",
        {"NOTICE_LIMIT": NOTICE_LIMIT},
        ROOM_NAMES,
        [each for each in own_structs(roommessages) if each.__module__ == roommessages.__name__],
        (("RoomMessage", "What the page gets.", ForRoom), ("RoomPageMessage", "What the page sends.", FromRoom)),
        imports=('import type { Ending, Exercise, Progress } from "./messages";', ""),
    )


def script(
    about: str,
    source: str,
    constants: Mapping[str, object],
    names: Mapping[Any, str],
    structs: Sequence[type[Struct]],
    directions: Iterable[tuple[str, str, type[Struct]]],
    imports: Iterable[str] = (),
) -> str:
    """The script of some messages: ``directions`` are the types of those that go one way, each with their base."""
    tagged = [each for each in structs if own_tag(each) is not None]
    unions = (
        (f"/** {said} */", union_of(name, (each.__name__ for each in tagged if issubclass(each, base))), "")
        for name, said, base in directions
    )
    return "\n".join(
        (
            f"// {about}",
            f"// Written by `src/web/generate.py` from `quarterdeck/{source}`.",
            "",
            *imports,
            *(f"export const {name} = {json.dumps(value)}{as_const(value)};" for name, value in constants.items()),
            "",
            *(f"export type {name} = {script_type(hint, named=False)};\n" for hint, name in names.items()),
            *(interface(each, structs) for each in structs),
            *chain.from_iterable(unions),
        )
    )


def as_const(value: object) -> str:
    """What makes a list a tuple."""
    return " as const" if isinstance(value, tuple) else ""


def interface(struct: type[Struct], structs: Sequence[type[Struct]]) -> str:
    """A message or a part of one, with its docstrings; ``structs`` are all that are written."""
    own = struct.__annotations__
    base = f" extends {struct.__base__.__name__}" if struct.__base__ in structs else ""
    docs = dict(field_docstrings(struct))
    hints = get_type_hints(struct, include_extras=True)
    lines = [comment(inspect.getdoc(struct) or ""), f"export interface {struct.__name__}{base} {{"]
    tag, base_tag = own_tag(struct), own_tag(struct.__base__)
    if tag is not None and tag != base_tag:
        lines.append(f"  readonly type: {quoted(tag)};")
    for python_name, name in zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True):
        if python_name in own:
            if python_name in docs:
                lines.append(f"  {comment(docs[python_name])}")
            optional = "?" if UnsetType in get_args(hints[python_name]) else ""
            lines.append(f"  readonly {name}{optional}: {script_type(hints[python_name])};")
    return "\n".join((*lines, "}", ""))


def own_tag(struct: type[Any] | None) -> str | None:
    """The type that messages of a class name; None for parts, and for what messages have in common."""
    config = getattr(struct, "__struct_config__", None)
    return None if struct is None or config is None or config.tag in (None, struct.__name__) else str(config.tag)


def own_structs(module: ModuleType) -> list[type[Struct]]:
    """The messages and their parts, in the order of the module; without their bases, and what no page sees."""
    classes = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Struct))
    bases = (Struct, FromPage, FromShow, Value, FromSeatPage, ForSeatPage, Part, FromRoom, ForRoom)
    return [each for each in classes if each not in bases and each.__base__ is not Struct]


def field_docstrings(struct: type[Struct]) -> Iterator[tuple[str, str]]:
    """The text below each field of a class."""
    tree = ast.parse(inspect.getsource(struct)).body[0]
    assert isinstance(tree, ast.ClassDef)
    for field, below in zip(tree.body, tree.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, text


def script_type(hint: Any, *, named: bool = True) -> str:
    """A type as TypeScript writes it."""
    name = NAMES.get(hint) or SEAT_NAMES.get(hint) or ROOM_NAMES.get(hint)
    if named and name:
        return name
    if get_origin(hint) is Annotated:
        return script_type(get_args(hint)[0])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " | ".join(quoted(str(each.value)) for each in hint)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return hint.__name__
    match get_origin(hint), get_args(hint):
        case None, ():
            return {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}[hint]
        case origin, options if origin in (Union, UnionType):
            return " | ".join(script_type(each, named=each is not hint) for each in options if each is not UnsetType)
        case origin, values if origin is Literal:
            return " | ".join(quoted(value) for value in values)
        case origin, (_, item) if origin is dict:
            return f"Readonly<Record<string, {script_type(item)}>>"
        case origin, (item, dots) if origin is tuple and dots is Ellipsis:
            return f"readonly {script_type(item)}[]"
        case origin, items if origin is tuple:
            return f"readonly [{', '.join(map(script_type, items))}]"
    raise TypeError(f"{hint} has no type in TypeScript yet")


def comment(text: str) -> str:
    """A docstring as a comment."""
    return f"/** {' '.join(text.replace('``', '`').split())} */"


def union_of(name: str, types: Iterable[str]) -> str:
    """A type that is one of some others."""
    return "\n".join((f"export type {name} =", *(f"  | {each}" for each in types))) + ";"


def keys_with(table: Mapping[str, Action], kind: type[Action]) -> dict[str, Action]:
    """The keys whose action is of a kind."""
    return {key: action for key, action in table.items() if isinstance(action, kind)}


def union(name: str, values: Iterable[str]) -> str:
    """A type that is one of some texts."""
    return "\n".join((f"export type {name} =", *(f"  | {quoted(value)}" for value in values))) + ";"


def record(name: str, types: str, entries: Mapping[str, str]) -> str:
    """A constant with an entry a line."""
    lines = (f"  {key if key.isidentifier() else quoted(key)}: {quoted(value)}," for key, value in entries.items())
    return "\n".join((f"export const {name}: Readonly<Record<{types}>> = {{", *lines, "};"))


def quoted(text: str) -> str:
    """A text as JavaScript writes it."""
    return json.dumps(text, ensure_ascii=False)


FILES: Mapping[str, Callable[[], str]] = {
    "shared/keytable.ts": key_table,
    "shared/messages.ts": messages,
    "seat/messages.ts": messages_of_seats,
    "seat/roommessages.ts": messages_of_room,
}
"""What is written, and what makes its contents."""


def stale(folder: Path = SOURCES) -> list[str]:
    """The names of files that don't say what the Python code does."""
    return [name for name, make in FILES.items() if (folder / name).read_text("utf-8") != make()]


if __name__ == "__main__":
    for name, make in FILES.items():
        (SOURCES / name).write_text(make(), "utf-8")
    sys.stdout.write(f"wrote {', '.join(FILES)}\n")
