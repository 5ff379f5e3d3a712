"""A PowerPoint template (``.potx``, ``.pptx``) as a theme.

What comes in: the file.  What goes out: a ``Theme`` whose ``template`` carries the file's masters and layouts.  The
PPTX is written on those very parts; the HTML gets their colours, fonts, grounds, pictures and shapes.

Begin with ``template.py``.  ``package.py`` opens the file, ``placeholders.py`` reads what slides inherit, ``match.py``
finds which of its layouts each of ours uses, ``slots.py`` where our slots go on it, ``artwork.py`` what is drawn behind
them, ``amendments.py`` what our copy of its layouts gets besides.  Every way in which the HTML can't follow the
template becomes a warning.
"""
