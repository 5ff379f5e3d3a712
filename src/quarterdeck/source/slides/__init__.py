"""The slides of a deck: from the text of each to the list that one form of the deck shows.

In: the text between two separators (``markdown.separators.SlideText``).  Out: ``model.deck.Slide``, with its blocks in
the slots of its layout, and the demos that belong to it.

Begin at ``slide.read_slide``; ``slots`` chooses the layout and puts blocks into its slots; ``outline`` gives ids and
sections, selects by audience and role, and attaches scripts.  ``slide.SlideReader`` reads again only what
changed.

Rules: a slide is read by itself, without knowing its neighbours, so that it can be cached; whatever needs the whole
deck (ids, sections, links) is done to the list afterwards.
"""
