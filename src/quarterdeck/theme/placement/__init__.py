"""Placing: the slots of a layout are filled, and everything gets its box.

``place.py`` is the entry: ``place(deck, theme, casts)`` returns the placed slides and all faults.  ``split.py`` decides
how many slides one slide of the source becomes, ``fit.py`` finds the largest type in which a slot's content fits,
``furniture.py`` places footer, date, number and the lights of sections, ``notes.py`` the speaker notes on their page.

A slide depends on its source and on its ``SlideContext``, on nothing else: that is what makes it safe to reuse one
that was placed before.
"""
