"""``quarterdeck run``: one demo, or one exercise, in the terminal that the command was given in.

In come a demo, an engine and keys as a terminal sends them; out goes what is drawn on that terminal.  Begin with
``demo``: the state machine and director of a whole show, on a plan of one slide, drawn by ``screen``; its keys are
the show's, where they make sense.  ``exercise`` is different: there the attendee types into the shell, and asks by
words.

Rules: a demo's output never reaches the real terminal as it is, but is drawn from emulated ones: its ``clear``, ``vi``
or scroll region would take the lines around it away.  The speaker's own screen is afterwards as it was before.
"""
