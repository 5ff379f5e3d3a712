"""A terminal emulator: bytes to a screen of styled cells (ECMA-48, as xterm does it).

In: a program's output, in pieces of any size.  Out: rows of cells, the cursor, and a screenshot as lines or runs.

Begin at ``emulator.Terminal``, which interprets control sequences; ``buffer`` is the screen it changes, ``cells`` are
characters with their styles, ``screenshot`` renders output for pages, panels and comparison.

Rules: no input or output, no clock.  A sequence that isn't known is swallowed whole and never shown.  Written by hand:
pyte is twenty times slower and crashes on ``CSI ?6n``.
"""
