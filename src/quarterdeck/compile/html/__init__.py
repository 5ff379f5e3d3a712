"""HTML that the deck, its show and the handout share.

``blocks.py`` writes blocks of the model for speaker notes, narration and handouts.  ``pictures.py`` and ``charts.py``
draw placed elements; ``markup.py`` has the smallest pieces, makes the theme's CSS and embeds the fonts.

Text of authors is escaped here (``markup.escape``); pictures are embedded as ``data:`` URIs, SVG always as a picture,
so that no script in it can run.
"""
