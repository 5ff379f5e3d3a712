"""Writers: placed slides to files.

``pptx/`` writes PowerPoint files, ``reveal/`` the HTML deck, ``handout/`` the document for readers; ``html/`` is what
the last two share.  All take the deck, its theme, and (but for the handout) the placed slides of ``theme/placement``.
The file formats are listed in ``project/outputs/formats.py``.

A writer translates.  It never measures, chooses a size or breaks a line: whatever could make the outputs differ is
decided in ``theme/``.  The same input gives the same bytes.  ``pptx`` and ``html`` know nothing of each other;
import-linter holds that.
"""
