"""Reads demo scripts: Markdown whose ``console`` and ``{run}`` fences are the steps.

In: the path of a script, or the fences of a slide.  Out: ``model.demo.Demo``.

Begin at ``catalog.Catalog``, which finds the scripts of a deck and those they continue; ``script.read_demo`` reads one,
``steps`` its fences, ``transcript`` what is typed and expected in them, ``prompts`` whose prompt a line begins with.
``exercises`` reads tasks and hints.

Rules: reading runs nothing, and asks no engine.  A recording holds as long as ``script.script_hash`` is the same: all
that decides what runs or is expected goes into it, and nothing else.
"""
