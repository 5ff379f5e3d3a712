"""Where Jinja's expressions, statements and comments begin."""

from __future__ import annotations

import re

DELIMITER = re.compile(r"\{(?=\{|%|# )")
"""What begins an expression, a statement or a comment of Jinja2."""
