"""The handout: everything a deck says and runs, as one HTML document to read and to print.

``document.py`` is the entry, with the cover, agenda and contents; ``demos.py`` writes demos, exercises, hints and
solutions; ``paper.py`` has the theme's colours and sizes for white paper, and draws what isn't text.

It is written from the model, not from placed slides: a document has no slots.  It carries all it shows and runs no
script.  What an attendee must not see is dropped when the deck is read; nothing here has to remember that.
"""
