"""Runs one step of a demo: types its commands, waits for each, and compares the output with the transcript.

In comes a step and the session of its terminal; out comes a ``StepResult`` with an outcome, faults at lines of the
script, and the real output.  Which steps run when is said in ``course``.  Begin with ``step``: it uses ``interaction``
for a command or key, ``expectation`` to compare, ``readiness`` for ``ready=``.

Rules: a step always ends, within its time limit or soon after an interruption, and leaves its terminal at a prompt.
``course.StepControl`` is the only way to interrupt or hold it; recordings obey the same.  A line meant for a nested
program is never typed into the shell around it.  A rehearsal stops a demo at its first failed step: what follows would
run on a wrong state, so the report says that it did not run.
"""
