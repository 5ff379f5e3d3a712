"""The terminals of a demo: a shell on each, what is typed into it, and what it prints.

A step types lines (``typist``) into a terminal (``session``); the shell there (``pty``, running a ``program``) prints
output with marks where commands begin and end (``marks``).  The marks drive the shell's ``state``; the output goes to
the audience with secrets masked (``output``, ``secrets``).  Out come the events of :mod:`quarterdeck.stage.events`.

Begin with ``session``: a terminal outlives its shells, and everything else is a part of it.

Rules: everything happens in the event loop's thread, and callbacks return at once.  Nothing that a demo prints can
pass for a mark, and no mark reaches the audience.  A shell leads a process session, which is given to the watchdog
before anything is typed and is killed as a whole.  Nothing of the speaker's environment but the ``PATH`` gets in.
"""
