"""A show's pages: served over HTTP, kept up to date over WebSockets.

In come requests and the messages of pages; out go documents, files and the show's messages.  Begin with ``protocol``
(the messages), then ``broadcast`` (what is sent when) and ``hub`` (to all pages, so that none holds up another).
``websocket`` is one page's connection, ``access`` who may connect, ``server`` the routes and uvicorn;
``recording`` is one more page, which keeps what it is sent.

Rules: only pages with the speaker's token may command, and only they get notes and clock.  A message never waits for a
page: a slow one loses its queue and gets a snapshot.  The pages' TypeScript is in ``src/web``; what both sides share,
``src/web/generate.py`` writes there.
"""
