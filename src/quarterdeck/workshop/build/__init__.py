"""``quarterdeck workshop build``: builds the variants that have changed, in parallel, and an index of all.

In come variants; out come their files, a record for each (in ``.quarterdeck/``), and ``index.html``.

Begin with :func:`build.build`.  The rules:

- What was built from what is known by content, not by time (:mod:`records`).
- Each variant's record is written after its files, so an interrupted build continues, and a killed one leaves no half
  file.
- A variant that fails stops no other, and keeps the files of its earlier build.
- Only files that a record says we wrote, and that nobody has changed since, are removed.
"""
