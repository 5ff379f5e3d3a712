"""Seats: a stage for each attendee of a workshop, in a browser, on Docker hosts.

Words, and what runs where:

- A *seat* is one container on a *host*: an engine of its own inside, the attendee's kit, and a small server that gives
  its terminal to pages (:mod:`room`).  All seats of a workshop are containers of one image (:mod:`image`).
- The *spawner* starts, finds, lists and stops seats on the hosts (:mod:`spawner`).  It keeps no state: what it knows
  it reads from labels on the hosts' containers, so that it can be killed and started again.
- The *desk* is the one server that attendees and the organiser reach: it lets attendees in by a code, gives each a
  seat, and passes pages and terminals through (:mod:`desk`).

In comes a manifest with ``seats:``; out go containers on hosts, and pages.  Begin with :mod:`spawner`, the protocol.

Rules that hold here:

- A seat is never ``--privileged``, gets no device, no socket and no folder of its host.  It has ``SYS_ADMIN``,
  ``NET_ADMIN`` and ``SYS_PTRACE`` for its own engine, Docker's default seccomp filter, and limits.  With
  ``userns-remap`` on the host its root is nobody there; where a host lacks that, it is said plainly.
- Everything made on a host has the labels of its workshop, and is removed by them.
- A host may be slow, full or gone at any time: each call is bounded in time, and names the host in its error.
- ``docker`` is imported in ``stage/docker`` alone, ``click`` in ``cli`` alone.
"""
