"""A soak of the show: ``pytest -s tests/benchmarks/bench_soak.py``.

``QUARTERDECK_SOAK_CHANGES`` slide and step changes (1,000) after as many to warm up, with a page coming every three.
"""

import os
import time

from support.soaking import soak

CHANGES = int(os.environ.get("QUARTERDECK_SOAK_CHANGES", "1000"))
OBJECTS_PER_CHANGE = 0.2
"""What may stay of a change: less than one object in five of them, which is measurement, not a leak."""
MEMORY_GROWTH = 1.1


async def test_soak() -> None:
    """Memory is flat after the warm-up, and no change was lost."""
    began, used = time.monotonic(), time.process_time()
    soaked = await soak(CHANGES)
    print(  # noqa: T201  # the figures are the point
        f"\n{2 * CHANGES} changes, {soaked.states} states told, {soaked.visits} pages came and went in "
        f"{time.monotonic() - began:.1f} s ({time.process_time() - used:.1f} s of processor time); "
        f"objects {soaked.objects[0]} → {soaked.objects[1]}, tasks {soaked.tasks[0]} → {soaked.tasks[1]}, "
        f"memory {soaked.memory[0] / 1024:.1f} → {soaked.memory[1] / 1024:.1f} MB"
    )
    assert soaked.objects[1] - soaked.objects[0] <= OBJECTS_PER_CHANGE * CHANGES
    assert soaked.memory[1] <= MEMORY_GROWTH * soaked.memory[0]
