"""Reads decks: Markdown, front matter and demo scripts to the model.

In: the path of a deck and the choices of a form (``model.options``).  Out: a ``model.deck.Deck``, or one
QuarterdeckError with every fault, each at its line and column.

Begin at ``deck.load_deck``.  The order of reading: front matter (``text.fields``), templates (``template``), the cut
into slides (``markdown.separators``), each slide's Markdown (``markdown``, ``slides.slide``), ids and selection
(``slides.outline``), demos (``demos``), agenda.

Rules: text keeps its origins (``text.passage.Passage``) through every step, so that a fault is shown where the author
can fix it, in an include or inside a loop too.  No fault stops the reading of the rest.  Nothing here knows themes,
sizes or output formats.
"""
