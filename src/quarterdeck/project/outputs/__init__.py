"""The output files of a deck that take more than one writer: the table of formats, PDF, kit, and the user's last word.

In comes a :class:`quarterdeck.project.project.Project`; out come bytes by format.  PPTX, HTML and handout are written
by :mod:`quarterdeck.compile`, which is called here.

Begin with :mod:`formats`.  The rules:

- The same source gives the same bytes, so that an unchanged file is left alone.
- An attendee's files hold no notes and no solutions; :mod:`attendee` searches the finished kit for any that leaked.
- Code of the user's own runs only from the command line (:mod:`finish`), never because a deck asks for it.
"""
