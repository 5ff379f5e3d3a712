"""Bounds for what a template computes, so that no deck takes all memory or never ends.

Jinja2's sandbox keeps a template away from Python, but ``{{ 'x' * 10**9 }}`` is allowed there.  The bounds are far
beyond any deck; what exceeds one is refused before it is computed, and an error at its line.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any, cast

import jinja2
import jinja2.nodes
from jinja2.sandbox import SandboxedEnvironment

MOST_TEXT = 20_000_000
"""Characters that a template may return, or one expression of it: as much as a file of source may have."""
MOST_ITEMS = 1_000_000
"""Turns of all loops together."""
MOST_BITS = 100_000
"""Of a whole number."""
MOST_WIDTH = 100_000
"""To which a text is padded or repeated by a filter or method."""
MOST_SECONDS = 4.0
"""Of processor time that one template may take."""
_TOO_LONG = f"a text of over {MOST_TEXT:,} characters"
OPERATORS = frozenset({"+", "*", "**", "%", "<<"})
"""Those that can make much of little."""
_WIDE = re.compile(r"[%:.][^a-zA-Z%{}]*\d{6}|%[^a-zA-Z%]*\*|:[^{}]*\{")
"""A width in a format that is out of bounds, or set by an argument (printf's ``*``, ``{:{}}``)."""


class OutOfBoundsError(Exception):
    """A template computes more than a deck can hold."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is more than a deck can hold")


class BoundedEnvironment(SandboxedEnvironment):
    """A sandbox with bounds; :meth:`start` resets the counts."""

    intercepted_binops = OPERATORS

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._turns = 0
        self._started = time.thread_time()
        self.globals.pop("lipsum", None)
        self.filters |= {
            name: _bounded(self.filters[name], check) for name, check in _CHECKS.items() if name in self.filters
        }
        self.filters = {name: self._timed(filter_) for name, filter_ in self.filters.items()}
        self.filters["_counted"] = self._counted
        self.filters["_concatenated"] = _concatenated

    def start(self) -> None:
        """A template is about to be rendered."""
        self._turns = 0
        self._started = time.thread_time()

    def _check_time(self) -> None:
        if time.thread_time() - self._started > MOST_SECONDS:
            raise OutOfBoundsError(f"a template that computes for over {MOST_SECONDS:.0f} seconds")

    def _timed(self, filter_: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(filter_)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._check_time()
            return filter_(*args, **kwargs)

        return timed

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Compute ``left operator right``, if it stays within bounds."""
        _check_operation(operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call(__self, __context: jinja2.runtime.Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Call a function, macro or method with arguments within bounds."""
        __self._check_time()
        owner, check = getattr(__obj, "__self__", None), _CHECKS.get(getattr(__obj, "__name__", ""))
        if isinstance(owner, str) and check is not None:
            check(owner, args)
        return super().call(__context, __obj, *args, **kwargs)

    def _parse(self, source: str, name: str | None, filename: str | None) -> jinja2.nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(jinja2.nodes.For):
            loop.iter = _filtered(loop.iter, "_counted")
        for parent in tree.find_all(jinja2.nodes.Node):
            for field, value in parent.iter_fields():
                if isinstance(value, jinja2.nodes.Concat):
                    setattr(parent, field, _pieced(value))
                elif isinstance(value, list):
                    value[:] = [_pieced(v) if isinstance(v, jinja2.nodes.Concat) else v for v in value]
        return tree

    def _counted(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._turns += 1
            if self._turns % 1000 == 0:
                self._check_time()
            if self._turns > MOST_ITEMS:
                raise OutOfBoundsError(f"loops of over {MOST_ITEMS:,} turns in all")
            yield item


def bounded_text(pieces: Generator[str, None, None]) -> str:
    """Joins the pieces a template yields; an error is raised while the template is at the place that caused it."""
    parts: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > MOST_TEXT:
            pieces.throw(OutOfBoundsError(_TOO_LONG))
        parts.append(piece)
    return "".join(parts)


def _filtered(node: jinja2.nodes.Node, name: str) -> jinja2.nodes.Filter:
    made = jinja2.nodes.Filter(cast(jinja2.nodes.Expr, node), name, [], [], None, None, lineno=node.lineno)
    made.environment = node.environment
    return made


def _pieced(node: jinja2.nodes.Concat) -> jinja2.nodes.Filter:
    pieces = jinja2.nodes.List(node.nodes, lineno=node.lineno)
    pieces.environment = node.environment
    return _filtered(pieces, "_concatenated")


def _concatenated(pieces: list[Any]) -> str:
    texts = [str(piece) for piece in pieces]
    _check_length(sum(map(len, texts)))
    return "".join(texts)


def _check_length(length: int) -> None:
    if length > MOST_TEXT:
        raise OutOfBoundsError(_TOO_LONG)


def _check_operation(operator: str, left: Any, right: Any) -> None:
    sized = (str, bytes, list, tuple)
    match operator:
        case "+" if isinstance(left, sized) and isinstance(right, sized):
            _check_length(len(left) + len(right))
        case "*" if isinstance(left, sized) and isinstance(right, int):
            _check_length(len(left) * right)
        case "*" if isinstance(right, sized) and isinstance(left, int):
            _check_length(len(right) * left)
        case "*" if isinstance(left, int) and isinstance(right, int):
            _check_bits(left.bit_length() + right.bit_length())
        case "**" if isinstance(left, int) and isinstance(right, int):
            _check_bits(left.bit_length() * abs(right))
        case "<<" if isinstance(left, int) and isinstance(right, int):
            _check_bits(left.bit_length() + right)
        case "%" if isinstance(left, str):
            _check_format(left, ())


def _check_bits(bits: int) -> None:
    if bits > MOST_BITS:
        raise OutOfBoundsError(f"a number of over {MOST_BITS:,} bits")


def _check_padding(text: Any, args: tuple[Any, ...]) -> None:
    """Widths that a text is padded to."""
    for width in args:
        if isinstance(width, int) and width > MOST_WIDTH:
            raise OutOfBoundsError(f"a width of over {MOST_WIDTH:,}")


def _check_format(text: Any, args: tuple[Any, ...]) -> None:
    """Widths in a format."""
    if isinstance(text, str) and _WIDE.search(text):
        raise OutOfBoundsError(f"a width of over {MOST_WIDTH:,}")


def _check_replacement(text: Any, args: tuple[Any, ...]) -> None:
    """What a replacement makes of a text: ``old, new``."""
    if isinstance(text, str) and len(args) > 1 and isinstance(args[0], str) and isinstance(args[1], str):
        _check_length(len(text) + text.count(args[0]) * len(args[1]))


def _check_join(one: Any, args: tuple[Any, ...]) -> None:
    """A separator and items, in either order: ``', '.join(items)`` or ``items|join(', ')``."""
    other = args[0] if args else ""
    separator, items = (one, other) if isinstance(one, str) else (other, one)
    if isinstance(separator, str) and isinstance(items, list | tuple):
        _check_length(len(separator) * len(items) + sum(len(item) for item in items if isinstance(item, str)))


def _check_tabs(text: Any, args: tuple[Any, ...]) -> None:
    """The spaces in place of a text's tabs."""
    if isinstance(text, str) and args and isinstance(args[0], int):
        _check_length(len(text) + text.count("\t") * args[0])


def _check_translation(text: Any, args: tuple[Any, ...]) -> None:
    """The longest text that a character is replaced by, for each character."""
    if isinstance(text, str) and args and isinstance(args[0], Mapping):
        _check_length(len(text) * max((len(v) for v in args[0].values() if isinstance(v, str)), default=1))


def _check_sum(items: Any, args: tuple[Any, ...]) -> None:
    """Numbers alone: lists are copied for each that is added."""
    if any(isinstance(start, list | tuple) for start in args):
        raise OutOfBoundsError("a sum of lists")


_CHECKS: Mapping[str, Callable[[Any, tuple[Any, ...]], None]] = {
    **dict.fromkeys(("ljust", "rjust", "center", "zfill", "indent", "batch", "slice", "round"), _check_padding),
    **dict.fromkeys(("format", "format_map"), _check_format),
    "expandtabs": _check_tabs,
    "translate": _check_translation,
    "sum": _check_sum,
    "replace": _check_replacement,
    "join": _check_join,
}
"""What is looked at before a filter, or a method of a text, of that name makes a long text."""


def _bounded(filter_: Callable[..., Any], check: Callable[[Any, tuple[Any, ...]], None]) -> Callable[..., Any]:
    @functools.wraps(filter_)  # with the marks by which Jinja2 knows what else to pass
    def bounded(*args: Any, **kwargs: Any) -> Any:
        passed = jinja2.nodes.EvalContext | jinja2.Environment | jinja2.runtime.Context
        value, *rest = args[1:] if args and isinstance(args[0], passed) else args
        check(value, (*rest, *kwargs.values()))
        return filter_(*args, **kwargs)

    return bounded
