"""Presenting: a talk with its demos, its pages in browsers, and the speaker's console.

In come a deck, engines that run its demos, and the speaker's keys; out go the pages' messages, what the console draws,
and in the end a summary.  Begin with ``show``: it holds the state, and has three neighbours.  ``machine`` computes the
next state from a key or a fact; ``director`` begins on the stage what follows from it; listeners show it: ``web``
(pages), ``console`` and ``alerts``.  ``present`` puts all of that together; ``run`` is one demo in a terminal, on the
same machine and director.

Rules: everything runs in one asyncio loop, and nothing makes the speaker wait.  ``machine`` does no input or output.
``web``, ``console`` and ``run`` don't know each other.  ``keys`` is the one table of keys.
"""
