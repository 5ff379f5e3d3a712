"""``quarterdeck rehearse``: runs demos without an audience, compares their output with the scripts, records them.

In come demos and engines; out come results of demos, recordings next to the scripts, updated scripts, and reports.

Begin with :func:`rehearse.rehearse`; :mod:`selection` finds the demos before it, :mod:`casts`, :mod:`update` and
:mod:`reports` use its results after it.  The rules:

- Finding no step is a failure.  Steps that did not run are reported as such, never as passed.
- After a failed step the rest of its demo is left out, since it would run on a wrong state; different output alone is
  a fault, but the demo continues.
- Demos that claim the same port, image tag or predecessor never run at the same time (:mod:`selection`).
"""
