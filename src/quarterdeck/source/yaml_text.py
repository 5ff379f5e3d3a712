"""Text that stands in YAML and is read further, as Markdown is: every line of it knows its place."""

from __future__ import annotations

import yaml

from quarterdeck.source.passages import Passage, dropped
from quarterdeck.source.reading import presentable


def scalar_passage(node: yaml.ScalarNode, around: Passage) -> Passage:
    """The value of a scalar; ``around`` is the document that it stands in.

    Lines of a literal block (``|``) stand where they were written.  Those of other scalars were put
    together from parts (YAML 1.1, 5.4.2 and 9.1.3): all of them stand at the value's beginning.
    """
    lines = tuple(presentable(str(node.value)).rstrip("\n").split("\n"))
    first = node.start_mark.line
    if node.style == "|":
        written = around.part(first + 1, first + 1 + len(lines))
        indents = [old.find(new) if new else 0 for old, new in zip(written.lines, lines, strict=False)]
        if len(written.lines) == len(lines) and min(indents) >= 0:
            return written.dedented(indents).with_lines(lines)
    quoted = node.style in ("'", '"')
    origin = dropped(around.origins[first], node.start_mark.column + quoted)
    return Passage(lines, (origin,) * len(lines))
