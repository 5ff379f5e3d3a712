"""Diagrams drawn from text by tools of their own, Graphviz (``dot``) and Mermaid (``mmdc``), in the theme's look."""
