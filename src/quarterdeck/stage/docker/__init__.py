"""One Docker engine: where it listens, how it is reached, and what we ask of it ourselves.

In comes the environment that the docker CLI reads (``DOCKER_HOST``, contexts, ``config.json``); out go an
:class:`~quarterdeck.stage.docker.address.EngineAddress`, raw connections for the clean room, and a client for
everything else: probing, listing, inspecting, removing, saving, loading and pulling.  Begin with ``address``, then
``client``.

Rules that hold here:

- The Docker SDK is imported in ``transport`` and ``registry``, and only when an engine is used: never by
  ``--help``, a build, or a show that plays recordings.
- There is one way to open a connection, ``connection.dial``; the SDK's requests take it too.
- The errors of docker, requests and urllib3 end in ``transport``: callers see OSError (the engine can't be reached) or
  ``connection.EngineError`` (it refuses, or can't be understood), and users see a Diagnostic.
- A demo's own calls don't come through here: the clean room forwards them byte by byte.
"""
