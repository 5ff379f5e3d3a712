"""What is done for each endpoint of the Docker API: one module for each noun, one handler for each endpoint.

A handler is given a :class:`~quarterdeck.stage.cleanroom.call.Call` and answers it, most by ``pass_on``:
its docstring says method, path and what changes on the way.  ``routes.ENDPOINTS`` is the table.

Rules: read the whole body and apply the policy before anything is sent to the engine; name every
object by ``room.names``, so that others' become names that the engine doesn't know; forward only the
fields that ``policy.known_fields`` returns; create within ``room.creating()``, label by ``room.stamp``,
and make or tag images within ``image_request``, which locks tags and writes the journal first.
"""
