"""Many variants of decks, packs for venues without a network, and decks of other tools.

Three rooms that don't know each other but for :mod:`build`, which builds what :mod:`manifest` describes:

- ``workshop.yaml`` → :mod:`manifest` → variants → :mod:`build` → their files, records and an index;
- a deck → :mod:`pack` → one file → its files and images on another machine;
- a deck of Marp, Slidev, pandoc or PowerPoint → :mod:`imports` → a deck of ours.

All of them stand on :mod:`quarterdeck.project`, which loads and builds one deck.  Begin with :mod:`manifest.variants`
for workshops, with :mod:`imports.deck` for imports.
"""
