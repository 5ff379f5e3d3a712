"""Markdown to blocks: CommonMark with GFM tables, and Pandoc's attributes, fenced divs, footnotes and definitions.

In: a ``text.passage.Passage``.  Out: the blocks of ``model.content``, with fragments counted in reading order.

Begin at ``parser.parse``, which makes a tree of markdown-it's tokens, then ``blocks.BlockReader``, which has one method
for each kind of block and one reader for each of the larger ones (``boxes``, ``code``, ``tables``, ``pictures``).

Rules: blocks are read from top to bottom, since fragments get their numbers as they are met.  A reader never raises
for what an author wrote; it reports to ``found`` and leaves the block out.
"""
