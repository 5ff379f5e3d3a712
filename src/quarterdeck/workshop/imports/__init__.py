"""``quarterdeck import``: converts decks of Marp, Slidev, remark, pandoc and PowerPoint to decks of ours.

In comes a file of another tool; out come the files of a new deck, and a warning with its place for everything that did
not carry over.  The new deck always builds: what can't be shown goes into the notes of its slide.

Begin with :func:`deck.import_deck`.  A reader for each tool (:mod:`marp`, :mod:`slidev`, :mod:`remark`,
:mod:`pandoc`, :mod:`powerpoint`) fills a :class:`foreign.NewDeck`; :mod:`markdown` writes its source, and
:mod:`deck` changes what doesn't build.  The rules:

- Each line knows its place in the foreign deck (:class:`foreign.ForeignLine`), so that warnings can name it.
- Nothing is dropped silently: :class:`foreign.Losses` collects all that is left out or changed.
- PowerPoint files are read with python-pptx, and with nothing else.
"""
