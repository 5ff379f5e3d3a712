"""One module for each kind of placed element, as in ``theme/elements``: each draws on a ``Canvas``.

``text.py`` writes text boxes and placeholders, and the runs that tables share; ``formulas.py`` and ``omml.py``
formulas, ``charts.py`` and ``workbook.py`` charts with their data.  An ``add_*`` function appends shapes to the canvas,
and fragments to its timeline; it returns nothing.
"""
