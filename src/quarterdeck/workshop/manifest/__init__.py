"""``workshop.yaml``: decks, forms, events and a matrix, and the variants that follow from them.

In comes the path of a manifest; out come variants, each with everything that its build needs: deck, choices, event,
outputs, and the paths of its files.  Nothing is built here, and no deck is read.

Begin with :mod:`manifest`, the data; :mod:`read` reads it from YAML, :mod:`variants` derives the variants.  The rules:

- All errors of a manifest are reported together, with their places.
- The keys of :mod:`read` and :mod:`manifest` are those of ``schema.json``, which editors use; a test compares them.
"""
