"""The speaker's console: the whole show in a terminal, from 80 × 24 cells up, drawn by Textual.

In come a show and the keys that are pressed; out goes what the terminal shows.  Begin with ``app``.  ``panels`` makes
the text of each part from one ``Scene``, ``rows`` wraps and clips it and draws the demo's terminals, ``dialogs`` has
help, jump, addresses and the question before the end, ``keys`` the keys as Textual names them, ``theme`` the colours.

Rules: text of the deck or of a demo is drawn without control characters.  A fault in the console ends the console, is
logged, and leaves the show alone: ``present`` starts another.
"""
