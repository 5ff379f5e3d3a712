"""From a deck and a theme to slides on which every element has its place.

What comes in: a ``Deck`` (``model/deck.py``) and the name of a theme.  What goes out: a ``Theme`` (``model/theme.py``),
and a ``PlacedSlide`` (``model/placed.py``) for each slide, with the faults found on the way: text that doesn't fit,
colours that don't exist.

Begin with ``placement/place.py``: it calls everything else.  ``file.py`` reads a theme, ``template/`` a PowerPoint
template.  The order of imports is ``measure`` ← ``charts``, ``diagrams`` ← ``elements`` ← ``placement``; import-linter
holds it.

Sizes, boxes and line breaks are decided here and nowhere else: the PPTX and the HTML draw the same boxes, so they
can't disagree.  Lengths are px on a slide of 1280 × 720; only theme files give type in points.
"""
