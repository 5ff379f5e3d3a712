"""The language server: faults, completion and explanations while an author types, and a preview of the slide.

In come the messages of an editor (Language Server Protocol 3.17), with text that isn't saved yet; out go diagnostics,
completions, hovers, places, edits, and a local address that shows the slide at the cursor.  Nothing is written: edits
are the editor's to make.

Begin with :mod:`server`, which wires the messages; :mod:`workspace` knows the open files, and checks them;
:mod:`cursor` says what stands at a place, for :mod:`completions`; :mod:`names` follows and renames
ids and demos; :mod:`preview` serves the slide.  The rules:

- Decks are read by the same code as everywhere, through ``unsaved`` of :mod:`quarterdeck.text.source_file`.
- A check runs in a thread, one at a time.  What an editor asks for is answered from the last check, at once; only
  outlines and lenses wait until the text is checked, since an editor doesn't ask for them again.
- Positions are the protocol's, 0-based and in UTF-16 units, only in what is sent; everywhere else they are spans.
"""
