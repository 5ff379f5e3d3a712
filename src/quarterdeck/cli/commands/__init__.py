"""The commands: each reads its options, calls a room below, and prints what that returns.

A module holds one command, or two that are each other's reverse or share their subject (``pack`` and ``unpack``).  The
function behind ``quarterdeck NAME`` is ``NAME_command``; its docstring is what ``--help`` shows.  It returns the exit
status, None for 0.

To add one: write the function, add it to ``COMMANDS`` in :mod:`quarterdeck.cli`, and to the page
``reference/commands.md``, which a test compares with ``--help``.  Import what it needs within the function.
"""
