"""A deck as it is given: what an audience sees of it, slide by slide."""

from pathlib import Path

from quarterdeck.project.project import load_project
from quarterdeck.show.machine.plan import plan_show

DECK = """---
duration: 2m
---
# First

---
layout: quote
duration: 1m
---
# Words

> Then deeds.

```console
$ true
```

---
fit: split
---
# Much

"""
ITEM = "- One of many things that have to be said, in a sentence that is long enough to take a whole line of a slide\n"


def test_a_show_has_every_slide_that_the_outputs_have(tmp_path: Path) -> None:
    """Those of a slide that was split too, and the one with the demo of an exhibit."""
    (tmp_path / "deck.md").write_text(DECK + ITEM * 12)
    project = load_project(tmp_path)
    assert len(project.deck.slides) == 3
    plan = plan_show(project.shown, ())
    assert [slide.id for slide in plan.slides] == ["first", "words", "words-demo", "much", "much-2", "much-3"]
    assert [slide.demo for slide in plan.slides] == [None, None, "words", None, None, None]
    assert [slide.seconds for slide in plan.slides[1:3]] == [30.0, 30.0]
