"""How large text and formulas are, in the fonts that both outputs use.

``fonts.py`` finds the font files and measures text with HarfBuzz, ``runs.py`` cuts a paragraph into tokens where lines
may break, ``lines.py`` breaks it, ``balance.py`` chooses the lines of titles, ``formulas.py`` measures TeX.

Widths are in em: multiply by the size of the type.  Each font that a theme names has a free twin with the same
metrics, which is measured here and embedded in the HTML; so lines break alike in PowerPoint, LibreOffice and browsers,
which differ by up to 1.2 %.  ``lines.py`` narrows boxes until that can't change a break.
"""
