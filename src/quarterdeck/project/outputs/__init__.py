"""The output files of a deck that take more than one writer: the table of formats, PDF and kit.

In comes a :class:`quarterdeck.project.project.Project`; out come bytes by format.  PPTX, HTML and handout are written
by :mod:`quarterdeck.compile`, which is called here.

Begin with :mod:`formats`.  The rules:

- The same source gives the same bytes, so that an unchanged file is left alone.
- An attendee's files hold no notes and no solutions; :mod:`attendee` searches the finished kit for any that leaked.
- The user's own code (:mod:`quarterdeck.project.finish`) runs only if the command line says so, never for a deck.
"""
