"""The state machine of a show: pure functions and data, without input or output, tested by properties.

In come a state and what happens (``commands``: a key of the speaker, a fact from the stage); out go the next state and
effects, which ``show/director.py`` carries out.  Begin with ``state`` (where a show is, and what *next* would do), then
``transitions`` (how it changes).  ``plan`` is the deck as the machine sees it, ``clock`` the talk's time against it,
``labels`` what the speaker reads.  ``terminals`` and ``state`` store output and drawings, within bounds, for pages that
join late.

Rule: each effect has a turn, and a fact about an earlier turn changes nothing; so a run that the speaker has left
can't disturb the one on the stage.
"""
