"""A Docker API of the demo's own, on a unix socket, in front of a real engine.

In: HTTP requests of a demo's docker commands.  Out: requests to the engine about the demo's own objects,
and answers without anybody else's.  Begin with ``server.CleanRoom``, then ``routes.ENDPOINTS``.

One request: ``http`` parses its head, ``request`` decodes its target once, ``routes`` finds the handler, a
handler in ``endpoints`` applies ``policy`` and ``names``, and ``relay`` sends it on and returns the answer.

Rules, in this order: nothing that could be read in two ways goes on; what isn't known (endpoint, parameter,
field, option) is refused; the policy is applied before a connection is upgraded or a byte is sent; tags are
locked (``images``), then the engine's images are listed and the journal is written under its lock
(``image_request``), then the request is sent; the answer completes the journal before the demo sees its end.
A room lives in the event loop of its own thread, and only that thread writes its ``Room`` and its journal.
"""
