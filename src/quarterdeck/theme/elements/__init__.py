"""One module for each kind of element, as in ``source/markdown``: a block of the model becomes a measured block.

A ``MeasuredBlock`` (``context.py``) knows the height it wants, the least it can do with, and how to make its placed
elements once it is given a box.  ``blocks.py`` is the entry: ``stack_blocks`` measures any blocks in a ``Context``,
the theme as it applies in one slot of one slide.  Neighbouring paragraphs and lists share a text box (``text.py``,
``lists.py``); everything else gets a box to itself.

A new kind of block begins in ``blocks.py``; mypy names every other place that must know it.
"""
