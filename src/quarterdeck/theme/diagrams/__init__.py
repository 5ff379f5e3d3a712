"""Diagrams that other programs draw from text: Graphviz (``dot``) and Mermaid (``mmdc``).

``diagram.py`` turns a ``Diagram`` into an SVG picture, or into a diagnostic with the program's complaint at its line.
``tools.py`` runs the programs, in the theme's colours and font.

Diagrams are drawn while slides are placed, because only then are colours and font known.  A drawing takes up to two
seconds, so it is cached in the user's cache folder (``theme/drawing_cache.py``).
"""
