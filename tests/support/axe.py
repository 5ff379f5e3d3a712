"""What axe-core finds in a page for people who don't see it, or not well."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from conftest import ROOT, missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUN = """() => axe.run(document, {iframes: false}).then(found => JSON.stringify({
  passed: found.passes.length,
  faults: found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => [v.id, v.help, v.nodes.map(n => n.html + ' ' + n.failureSummary)])}))"""
LEAST = 8
"""Rules that apply to any page: fewer mean that axe-core didn't see it."""


@cache
def script() -> str:
    """axe-core's script, from the packages that the pages are built with."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "src" / "web" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("hatch_build", hook)
    spec.loader.exec_module(hook)
    path = hook.packages_folder(hook.WEB, tools=True) / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        missing("browser", "axe-core is not installed; 'python src/web/hatch_build.py --check' does it")
    return str(path.read_text("utf-8"))


def faults(page: Page) -> list[Any]:
    """What it finds to be serious or critical; scripts must be allowed in the page."""
    page.evaluate(f"{script()}; undefined")
    found = json.loads(page.evaluate(RUN))
    assert found["passed"] >= LEAST
    return list(found["faults"])
