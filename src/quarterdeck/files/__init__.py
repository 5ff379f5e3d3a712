"""Files on disk: writing them safely, locking them, and where the program's own files are.

In come paths and bytes; out come files that are either the old or the new version, never half of one.  This room knows
nothing of decks or shows, so every other room may use it, the watchdog included.

Begin with :mod:`atomic`.  The rules:

- No other module renames a file into its place (:func:`atomic.replace_file`, :func:`atomic.put_in_place`), calls
  ``flock`` (:mod:`locks`) or asks for the user's folders (:mod:`folders`).
- Functions here raise ``OSError``; only :func:`atomic.write`, which writes what a user asked for, makes it a
  ``Diagnostic``.
"""
