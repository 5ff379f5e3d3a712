"""The data that all other packages pass to each other: frozen structs and closed unions.

Begin at ``deck.Deck`` (slides and demos, as written), then ``content`` (blocks and runs of text), ``demo`` (steps),
``theme`` (sizes and colours), ``placed`` (elements in their boxes, which the writers write) and ``cast`` (a recording).

Rules: no input or output, and no knowledge of a file format but the recording's own.  Nothing changes after it was
made; a changed copy comes from ``msgspec.structs.replace``.  Unions are closed: a ``match`` over one ends in
``assert_never``, and the type checker finds each place that a new member is missing from.

Decisions: text is a flat sequence of runs, not a tree, since DrawingML is flat and text is measured run by run.
Structs are msgspec's, here and in all that a build imports: ``dataclasses`` compiles up to seven methods of each class
while it is imported, a fifth of a build; comparing and hashing, which the build cache does all the time, is faster too.
"""
