"""The Markdown of decks: CommonMark and GFM by markdown-it, with fenced divs, spans and attributes as in Pandoc.

One parser is made and shared: making one takes longer than parsing a slide.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.dollarmath.index import math_block_dollar, math_inline_dollar
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin
from msgspec import Struct, field

from quarterdeck.source.markdown.attributes import parse_attributes
from quarterdeck.source.markdown.fences import closes, opening_of

MAX_NESTING = 40
"""Levels of blocks or of inline markup within each other; what is deeper is a fault."""

_DIV = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*:*\Z")
_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:[ \t]*\S")
_PROSE = re.compile(r"(?=[\s\S]*[^\W\d_]{2})[\s,.;:?!)][^\\^_={}<>+*/|&]*")
"""What may be between two shell variables ``$$``: words."""
_WORDS = re.compile(r"\A\d.* [A-Za-z]{2,} |[A-Za-z]{2,} [A-Za-z]{2,}\b", re.DOTALL)
"""Words, as between two prices."""
_OPERAND_END = re.compile(r"[\w)\]}'!|*]\Z")
_VARIABLE = re.compile(r"[A-Za-z_]\w+|\{\w+\}|\w+\[\w+\]")
"""The name of a shell variable of two letters or more."""
_SUFFIX = re.compile(r"[a-z]+(?!\$)")
_TAKES_ATTRIBUTES = frozenset({"image", "code_inline", "link_close", "math_inline", "math_inline_double"})


class Node(Struct):
    """A token, with the nodes between its opening and closing."""

    token: Token
    children: list[Node] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The token's type without ``_open``."""
        return self.token.type.removesuffix("_open")

    @property
    def first(self) -> int:
        """Its first line, 0-based, in the text that was parsed."""
        return self.token.map[0] if self.token.map else 0

    @property
    def end(self) -> int:
        """The line after its last one."""
        return self.token.map[1] if self.token.map else self.first + 1


def parse(text: str, references: Mapping[str, Any]) -> list[Node]:
    """The blocks of a text; ``references`` are the link targets defined anywhere in the deck."""
    env: dict[str, Any] = {"references": dict(references)}
    nodes = nested(_parser().parse(text, env))
    footnotes: Mapping[str, int] = env.get("footnotes", {}).get("refs", {})
    unused = [label.removeprefix(":") for label, uses in footnotes.items() if uses < 0]
    return nodes + [Node(Token("footnote_unused", "", 0, content=label)) for label in unused]


def parse_inline(text: str) -> Token:
    """The inline token of a text that is one line of Markdown."""
    return _parser().parseInline(text, {})[0]


def link_references(lines: Sequence[str]) -> Mapping[str, Any]:
    """The link targets that a text defines (``[name]: url``), so that all slides can use them."""
    definitions = [line for line in lines if "]:" in line and _DEFINITION.match(line)]
    env: dict[str, Any] = {}
    if definitions:
        _parser().parse("\n\n".join(definitions), env)
    references: Mapping[str, Any] = env.get("references", {})
    return references


def nested(tokens: Sequence[Token]) -> list[Node]:
    """Tokens in their nesting."""
    top: list[Node] = []
    open_lists = [top]
    for token in tokens:
        if token.nesting < 0:
            if len(open_lists) > 1:
                open_lists.pop()
            continue
        node = Node(token)
        open_lists[-1].append(node)
        if token.nesting > 0:
            open_lists.append(node.children)
    return top


@functools.cache
def _parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"]).disable("lheading")
    )
    parser.use(footnote_plugin).use(deflist_plugin).use(gfm_autolink_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.at("math_inline", _inline_formula)
    ends_text: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("math_block", _formula, ends_text)  # the plugin's doesn't end text, but goes on in it
    parser.block.ruler.before("fence", "div", _div, ends_text)
    parser.block.ruler.before("paragraph", "attribute_line", _attribute_line)
    parser.inline.ruler.after("link", "span", _span)
    parser.inline.ruler.before("link", "attributes", _attributes)
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.disable("text_join")  # it hides which characters were escaped
    parser.validateLink = _any_link  # type: ignore[method-assign]
    return parser


def _any_link(url: str) -> bool:
    """Every target is taken: a wrong one is a fault with a position, not text."""
    return True


def _inline(state: StateCore) -> None:
    """As the parser's own rule, but text that no rule would look at is taken as it is, in a tenth of the time."""
    may_be_markup = state.md.inline.terminator_re.search
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = token.children or []
        if may_be_markup(token.content):
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        elif token.content:
            token.children.append(Token("text", "", 0, content=token.content))


_displayed_formula = math_block_dollar(allow_labels=False)


def _formula(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``$$`` … ``$$``; the plugin's rule adds a token even in silent mode."""
    tokens, line = len(state.tokens), state.line
    is_formula = _displayed_formula(state, start, end, silent)
    if silent:
        del state.tokens[tokens:]
        state.line = line
    return is_formula


_dollar_formula = math_inline_dollar(allow_space=False, allow_digits=False, allow_double=True)


def _inline_formula(state: StateInline, silent: bool) -> bool:
    """``$`` … ``$``, unless the dollars are those of shell variables or prices."""
    start, count = state.pos, len(state.tokens)
    if not _dollar_formula(state, True) or not _is_formula(state.src, start, state.pos):
        state.pos = start
        del state.tokens[count:]
        return False
    if silent:
        return True
    state.pos = start
    return _dollar_formula(state, False)


def _is_formula(text: str, start: int, end: int) -> bool:
    """Whether a text between dollars is more likely a formula than ``$USER/$GROUP``, ``$/hour`` or ``$$ and $$``.

    A formula ends with an operand, and a letter right after it belongs to a word made of it: ``$n$th``.
    """
    if text.startswith("$$", start):
        return not _PROSE.fullmatch(text, start + 2, end - 2)
    content, after = text[start + 1 : end - 1], text[end : end + 1]
    if (content.startswith("/") and len(content) > 1) or ("\\" not in content and _WORDS.search(content)):
        return False
    if not (after.isascii() and (after.isalpha() or after in tuple("{(@#"))):
        return True
    if not _OPERAND_END.search(content):
        return False
    if after in tuple("{(@#*?"):
        return after != "{" or text[end + 1 : end + 2] in (".", "#") or not _VARIABLE.fullmatch(content)
    return not _VARIABLE.fullmatch(content) and _SUFFIX.match(text, end) is not None


def _div(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``::: name {attributes}`` … ``:::``."""
    if state.is_code_block(start):
        return False
    info = _div_info(_line(state, start))
    if info is None:
        return False
    if silent:
        return True
    if not info:
        token = state.push("div_stray", "", 0)
        token.map = [start, start + 1]
        state.line = start + 1
        return True
    closing = _div_end(state, start, end)
    stop = end if closing is None else closing
    token = state.push("div_open", "div", 1)
    token.info, token.map, token.meta = info, [start, stop], {"closed": closing is not None}
    parent, line_max = state.parentType, state.lineMax
    state.parentType, state.lineMax = "div", stop
    state.md.block.tokenize(state, start + 1, stop)
    state.parentType, state.lineMax = parent, line_max
    state.push("div_close", "div", -1)
    state.line = stop if closing is None else stop + 1
    return True


def _div_end(state: StateBlock, start: int, end: int) -> int | None:
    depth, marks = 1, None
    for number in range(start + 1, end):
        line = _line(state, number)
        if line and state.sCount[number] < state.blkIndent:
            return None
        if marks is not None:
            marks = None if closes(line, marks) else marks
        elif opening := opening_of(line):
            marks = opening[0]
        elif (info := _div_info(line)) is not None:
            depth += 1 if info else -1
            if depth == 0:
                return number
    return None


def _div_info(line: str) -> str | None:
    match = _DIV.match(line) if line.startswith(":::") else None
    return match[2] if match else None


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _attribute_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line of attributes alone: they belong to the block after it."""
    line = _line(state, start)
    if not line.startswith("{") or state.is_code_block(start):
        return False
    parsed = parse_attributes(line)
    if parsed is None or parsed[1] != len(line):
        return False
    if not silent:
        token = state.push("attribute_line", "", 0)
        token.map, token.meta = [start, start + 1], {"attributes": parsed[0]}
        state.line = start + 1
    return True


def _span(state: StateInline, silent: bool) -> bool:
    """``[text]{attributes}``."""
    if silent or state.src[state.pos] != "[":
        return False  # while a link's text is skipped over, a span in it must not look like a link
    start = state.pos
    label_end = state.md.helpers.parseLinkLabel(state, start)
    if label_end < 0:
        return False
    parsed = parse_attributes(state.src, label_end + 1)
    if parsed is None:
        return False
    maximum = state.posMax
    token = state.push("span_open", "span", 1)
    token.meta = {"attributes": parsed[0]}
    state.pos, state.posMax = start + 1, label_end
    state.md.inline.tokenize(state)
    state.push("span_close", "span", -1)
    state.posMax = maximum
    state.pos = parsed[1]
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Attributes right after a picture, a link, code or a formula."""
    if state.src[state.pos] != "{" or silent or state.pending or not state.tokens:
        return False
    token = state.tokens[-1]
    parsed = parse_attributes(state.src, state.pos) if token.type in _TAKES_ATTRIBUTES else None
    if parsed is None:
        return False
    token.meta["attributes"] = parsed[0]
    state.pos = parsed[1]
    return True
