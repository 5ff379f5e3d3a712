"""One deck with everything that belongs to it, and what is done with it: check, build, rehearse, prepare a show.

In come the path of a deck and the user's choices; out come a :class:`project.Project` (deck, theme, recordings, placed
slides), output files, findings and results of rehearsals.  Commands, shows and workshops stand on this room; it knows
none of them, and prints nothing.

Begin with :mod:`project`, then :mod:`outputs.formats`, the table of outputs.  The rules:

- Faults of a deck are collected and raised together as one ``QuarterdeckError``.
- Nothing is written but what :mod:`outputs`' callers, rehearsals (recordings, updated scripts) and consent write.
- Nothing runs on the speaker's machine without consent (:mod:`consent`); callers ask, this room remembers.
"""
