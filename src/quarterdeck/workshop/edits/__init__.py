"""Edits that were made in PowerPoint, taken back into the deck's sources, or replayed on a deck that was built again.

In: a PPTX that Quarterdeck built and someone changed since, and the deck as it is now.  Out: other texts of its
Markdown files, or another PPTX; and for each edit that can't be taken a diagnostic with its place.

Begin with ``sync.py``.  ``pages.py`` reads slides as paragraphs; ``comparison.py`` compares the file as it was built,
as it was edited, and what the deck gives now, slide by slide (``slide.py``), and finds ``changes.py``.  ``sources.py``
knows where the Markdown of a slide is, ``wordings.py`` how an edit may be written there, and ``markup.py`` writes new
words over old ones; ``additions.py`` has new slides.  ``trials.py`` tries all that with ``builder.py``.  ``replay.py``
makes the edits on a new PPTX instead.

Rules: nothing is guessed.  The deck is built with the edits before anything is written, and an edit that does not give
exactly the text of the file, or changes what nobody edited, is reported instead.
"""
