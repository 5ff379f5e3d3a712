"""Removing what demos made on an engine and on this machine, however the show ended.

In comes a scope (one demo, one show, everything that is left over), an engine's address and the folder of journals;
out goes a report of what was removed and what couldn't be.  Begin with ``sweep``, then ``watchdog``, the process that
sweeps after a show.  ``labels`` marks containers, networks and volumes; images can't carry labels, so an
``image_journal`` on disk says what to put right about them, and ``image_restore`` does it.

Rules that hold here:

- Only objects that carry our label with the name of a show are removed, and images that a journal names.
- Order: containers, networks, volumes, images; within images tags first, then children before parents.
- Only the clean room of a demo writes that demo's journal.  A restore deletes it, once nothing is left to put right.
- A clean room that is about to make an image, and a restore, hold ``locked_folder(journals)``, so that neither sees
  the other's work half done.  An engine that hangs is waited for before the lock is taken.
- Each sweep can be repeated: what is gone already counts as removed, and errors leave the rest for the next one.
- The watchdog is started before the first object is made, and imports nothing heavy before it has said so.
"""
