"""``quarterdeck check``: warnings about decks that can be built but would disappoint an audience.

In comes a deck; out come diagnostics, each with its place and a hint.  Errors that prevent a build are found while the
deck is read and placed; these rules come on top: alt text, titles and words against time (:mod:`rules`), contrast and
type size (:mod:`legibility`), text within drawings (:mod:`drawings`).

Begin with :func:`rules.check`.  A new rule is a generator of ``Diagnostic`` with its own ``code``, in kebab case.
"""
