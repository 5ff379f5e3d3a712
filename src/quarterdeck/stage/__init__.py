"""Where demos run: live against a Docker engine, or played from their recordings.

In comes a demo (:mod:`quarterdeck.model.demo`) and a listener; out go the events of ``events``, the same ones from
both engines, ``live`` and ``replay``.  That module also says what can be done with a demo on the stage; ``recorder``
makes a recording of its events.

Begin with ``live_run``: the steps of a demo in their order.  It sets up its ``terminals`` (a folder, a clean room,
shells) and hands each step to ``steps``, which types into ``shell``.  The engine's side is apart from that: ``docker``
reaches an engine, ``cleanroom`` is the Docker API that a demo sees, ``cleanup`` removes what it made, whatever
happens.

Rules: everything but the clean-up process and plain requests runs in one event loop, and listeners return at once.
One demo is on the stage at a time.  What is set up is taken down in the opposite order: shells, clean room, folder.
Whatever must not outlive the show is given to the watchdog before it can do anything.
"""
