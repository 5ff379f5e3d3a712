"""The PPTX writer (ECMA-376, Transitional).

``writer.py`` is the entry; ``slide.py`` writes one slide, ``elements/`` its elements, ``notes.py`` its notes page,
``layouts.py`` the master and the layouts.  ``package/`` knows parts, relationships and the archive.  Imports go from
``writer`` down to ``package``; import-linter holds the order.

Parts are written as text, straight into the archive.  python-pptx is not used: adding slides with it takes quadratic
time, and its chart parts aren't valid.  It reads foreign decks for ``import``, and ours in tests.

Whatever a placeholder inherits is left to the layout and the master, so that decks can be restyled in PowerPoint.
"""
