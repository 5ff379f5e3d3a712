"""Many variants of decks, packs for venues without a network, decks of other tools, and edits made in PowerPoint.

Four rooms.  :mod:`build` builds what :mod:`manifest` describes, and :mod:`edits` reads new slides with :mod:`imports`;
apart from that they don't know each other:

- ``workshop.yaml`` → :mod:`manifest` → variants → :mod:`build` → their files, records and an index;
- a deck → :mod:`pack` → one file → its files and images on another machine;
- a deck of Marp, Slidev, pandoc or PowerPoint → :mod:`imports` → a deck of ours;
- a PPTX of ours that was edited → :mod:`edits` → the deck's sources, or another PPTX.

All of them stand on :mod:`quarterdeck.project`, which loads and builds one deck.  Begin with :mod:`manifest.variants`
for workshops, with :mod:`imports.deck` for imports, with :mod:`edits.sync` for edits.
"""
