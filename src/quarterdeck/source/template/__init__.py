"""The source as a Jinja2 template: variables, conditions, loops and includes.

In: a ``text.passage.Passage``, variables, and the folder that includes may reach.  Out: the text with everything
resolved, each of its lines knowing where it was written.

Begin at ``render.Rendering``, which does without Jinja2 where nothing in the text asks for it; ``jinja`` compiles and
runs a template, ``includes`` finds files, ``limits`` refuses what would take all memory or time.

Rules: code in fences and between backquotes is never a template.  A template reaches no attribute that begins with an
underscore, and no file outside of the project.
"""

from __future__ import annotations

import re

DELIMITER = re.compile(r"\{(?=\{|%|# )")
"""The beginning of an expression, a statement or a comment."""
