"""A deck with everything that belongs to it, and the cache of its builds."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from quarterdeck.compile.pptx import slide as pptx_slide
from quarterdeck.compile.reveal import page
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast, CastEvent, encode
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.project import project
from quarterdeck.project.outputs.formats import build, live_html
from quarterdeck.project.project import BuildCache, load_project
from quarterdeck.project.watch import watched
from quarterdeck.show.machine.plan import plan_show
from quarterdeck.source.slides import slide as rereading
from quarterdeck.theme.placement import place
from quarterdeck.theme.placement.furniture import draft_mark
from support import example_deck

CROWDED_DECK = """---
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
    (tmp_path / "deck.md").write_text(CROWDED_DECK + ITEM * 12)
    project = load_project(tmp_path)
    assert len(project.deck.slides) == 3
    plan = plan_show(project.shown, ())
    assert [slide.id for slide in plan.slides] == ["first", "words", "words-demo", "much", "much-2", "much-3"]
    assert [slide.demo for slide in plan.slides] == [None, None, "words", None, None, None]
    assert [slide.seconds for slide in plan.slides[1:3]] == [30.0, 30.0]


DECK = """---
title: A voyage
author: Ann
vars: {ship: Argo}
---

# A voyage

---

# The ship {{ ship }}

See [the port](#port).

![the ship](ship.svg)

---

# The port {#port}

- quays
- cranes

<!-- Tell of [the harbour](https://example.org). -->

---

# Numbers

```chart {alt="ships"}
| year | ships |
|------|-------|
| 1900 | 3     |
```

---

# Demo {#demo}

```console
$ echo ahoy
ahoy
```
"""
SHIP = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'
Made = Counter[str]


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A deck with a picture, a link, a chart, notes and a demo."""
    (tmp_path / "deck.md").write_text(DECK)
    (tmp_path / "ship.svg").write_text(SHIP)
    return tmp_path


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """How many slides are really read, placed, drawn and written."""
    count: Made = Counter()

    def counted(module: object, function: str, name: str) -> None:
        real: Callable[..., object] = getattr(module, function)

        def counting(*arguments: object, **named: object) -> object:
            count[name] += 1
            return real(*arguments, **named)

        monkeypatch.setattr(module, function, counting)

    counted(rereading, "read_slide", "read")
    counted(place, "_placed", "placed")
    counted(page, "draw_slide", "drawn")
    counted(pptx_slide, "slide_xml", "written")
    return count


def outputs(deck: Path, cache: BuildCache | None, choices: Choices = PLAIN) -> Sequence[object]:
    """Everything that is built, in memory, and the files to be watched."""
    project = load_project(deck, choices, cache)
    return *build(project, ("pptx", "html"), deck), live_html(project), project.warnings, set(project.deck.sources)


def saved(deck: Path, old: str, new: str) -> None:
    """Replace a text in the deck."""
    file = deck / "deck.md"
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new, 1))


def test_nothing_is_made_twice(deck: Path, made: Made) -> None:
    """An unchanged deck is only looked at; a slide with a chart, whose parts are numbered, is written again."""
    cache = BuildCache()
    first = outputs(deck, cache)
    made.clear()
    assert outputs(deck, cache) == first
    assert made == {"written": 1}


def test_only_the_changed_slide_is_made(deck: Path, made: Made) -> None:
    """A word in one slide, the others where they were."""
    cache = BuildCache()
    outputs(deck, cache)
    made.clear()
    saved(deck, "quays", "docks")
    again = outputs(deck, cache)
    assert made == {"read": 1, "placed": 1, "drawn": 2, "written": 2}  # drawn as a file and for a show
    assert again == outputs(deck, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- quays", "- quays\n- docks"),
        ("# The port {#port}", "# Before it\n\n---\n\n# The port {#port}"),
        ("# The ship", "---\n\n# The ship"),
        ("author: Ann", "author: Bo"),
        ("author: Ann", "author: Ann\ndate: today\nfooter: At sea"),
        ("author: Ann", "author: Ann\ntheme: night"),
        ("author: Ann", "author: Ann\nlang: de"),
        ("ship: Argo", "ship: Beagle"),
        ("$ echo ahoy\nahoy", "$ echo avast\navast"),
        ("| 1900 | 3     |", "| 1900 | 4     |"),
        ("# Numbers", "# Numbers\n\n![again](ship.svg)"),
        ("[the port](#port)", "the port"),
        ("<!-- Tell", "<!-- Always tell"),
        ("# A voyage\n\n---\n", "# A voyage\n\n[far]\n\n---\n\n[far]: https://example.org/far\n"),
    ],
)
def test_no_output_can_tell_what_was_kept(deck: Path, old: str, new: str) -> None:
    """After a change, and after it is taken back, every byte is as if the deck had been built for the first time."""
    cache = BuildCache()
    first = outputs(deck, cache)
    saved(deck, old, new)
    assert outputs(deck, cache) == outputs(deck, None) != first
    saved(deck, new, old)
    assert outputs(deck, cache) == first


def test_another_picture_in_the_same_file_is_seen(deck: Path) -> None:
    """The text of the slide is the same; what it shows isn't."""
    cache = BuildCache()
    first = outputs(deck, cache)
    (deck / "ship.svg").write_text(SHIP.replace("40", "50"))
    assert outputs(deck, cache) == outputs(deck, None) != first


def test_a_picture_that_is_gone_is_a_fault(deck: Path) -> None:
    """As in a deck that is built for the first time, and its return mends the deck."""
    cache = BuildCache()
    first = outputs(deck, cache)
    (deck / "ship.svg").rename(deck / "boat.svg")
    with pytest.raises(QuarterdeckError) as known:
        outputs(deck, cache)
    with pytest.raises(QuarterdeckError) as anew:
        outputs(deck, None)
    assert known.value.diagnostics == anew.value.diagnostics
    (deck / "boat.svg").rename(deck / "ship.svg")
    assert outputs(deck, cache) == first


def test_faults_and_warnings_are_told_each_time(deck: Path) -> None:
    """With the place they have now."""
    saved(deck, "- cranes", "- cranes {.unknown-key=1}\n\n[nowhere](#nowhere)")
    cache = BuildCache()
    for _ in range(2):
        with pytest.raises(QuarterdeckError) as known:
            outputs(deck, cache)
        with pytest.raises(QuarterdeckError) as anew:
            outputs(deck, None)
        assert known.value.diagnostics == anew.value.diagnostics
        saved(deck, "# A voyage\n", "# A voyage\n\nWords.\n")


def test_forms_of_a_deck_share_what_they_have_in_common(deck: Path, made: Made) -> None:
    """Of two forms that differ in a variable one slide is made anew, and both are found again."""
    cache = BuildCache()
    forms = (PLAIN, Choices(variables={"ship": "Beagle"}))
    first = [outputs(deck, cache, form) for form in forms]
    assert (made["read"], made["placed"]) == (6, 6)
    made.clear()
    assert [outputs(deck, cache, form) for form in forms] == first == [outputs(deck, None, form) for form in forms]
    assert (made["read"], made["placed"]) == (10, 10)  # those without anything kept


def test_two_decks_are_never_mixed_up(deck: Path, tmp_path: Path) -> None:
    """A copy in another folder has the same texts, and pictures of its own."""
    copy = tmp_path / "copy"
    shutil.copytree(deck, copy, ignore=shutil.ignore_patterns("copy"))
    (copy / "ship.svg").write_text(SHIP.replace("40", "50"))
    cache = BuildCache()
    assert outputs(deck, cache) == outputs(deck, None)
    assert outputs(copy, cache) == outputs(copy, None)


def test_a_draft_goes_on_where_something_does_not_fit(tmp_path: Path) -> None:
    """The slide is marked in every output, and the fault is told; other faults stop it as always."""
    text = CROWDED_DECK.replace("fit: split", "id: full") + ITEM * 15
    deck = tmp_path / "deck.md"
    deck.write_text(text)
    with pytest.raises(QuarterdeckError, match="overflows"):
        load_project(tmp_path)
    draft = load_project(tmp_path, Choices(draft=True))
    assert [fault.code for fault in draft.misfits] == ["text-overflow"]
    marked = [each.slide.id for each in draft.slides if draft_mark(draft.theme, each.colors)[1] in each.elements]
    assert marked == ["full"]
    assert live_html(draft).count("DRAFT") == 1
    deck.write_text(text.replace("# First", "# First\n\n![gone](gone.png)"))
    with pytest.raises(QuarterdeckError, match=r"no file 'gone\.png'"):
        load_project(tmp_path, Choices(draft=True))
    deck.write_text(text.replace(ITEM * 12, "little\n"))
    assert load_project(tmp_path, Choices(draft=True)).misfits == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "bound", "says"),
    [
        ("word " * 200_000, ("MOST_SECONDS", 0.5), "of processor time"),
        ("$$" + r"\frac{1}{" * 9 + "x" + "}" * 9 + "$$\n\n", ("MOST_SECONDS", 0.5), "of processor time"),
        ("word " * 200_000, ("MOST_MEMORY", 1 << 20), "of memory"),
    ],
    ids=["text", "formulas", "memory"],
)
def test_deck_that_takes_too_much(
    body: str, bound: tuple[str, float], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever takes the time, the build ends with an error at the slide or the part of it that was worked on."""
    monkeypatch.setattr(project, *bound)
    monkeypatch.setattr(project, "TICK_SECONDS", 0.05)
    several = "".join(body.replace("x}", f"x_{{{number}}}}}") for number in range(20)) if "$" in body else body
    (tmp_path / "deck.md").write_text(f"# One\n\n---\n\n# Two\n\n{several}\n")
    with pytest.raises(QuarterdeckError) as raised:
        load_project(tmp_path / "deck.md")
    fault = raised.value.diagnostics[-1]
    assert says in fault.message
    assert fault.span is not None
    assert fault.span.line >= 5
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


OPENING = """# A page

```console {open="http://localhost:8080"}
$ true
```
"""


def recorded_page(folder: Path, picture: bytes | None) -> Path:
    """A deck whose demo opens a page, recorded, and the picture of the page if there is one."""
    (folder / "casts").mkdir()
    path = folder / "deck.md"
    path.write_text(OPENING)
    (demo,) = load_project(path).deck.demos.values()
    demo.cast_path.write_text(encode(Cast(demo.name, demo.script_hash, (CastEvent(0.0, "m", "step:step-1"),))))
    if picture is not None:
        (folder / "casts" / "a-page.step-1.jpg").write_bytes(picture)
    return path


def test_the_picture_of_a_page_is_a_part_of_the_recording(tmp_path: Path) -> None:
    """It is beside it; a new one counts although the recording is the same, in a build that reuses others."""
    before, after = example_deck.picture("#112233").data, example_deck.picture("#445566").data
    path = recorded_page(tmp_path, before)
    cache = BuildCache()
    project = load_project(path, PLAIN, cache)
    assert project.warnings == ()
    assert project.casts["a-page"].pictures["step-1"].data == before
    place = tmp_path / "casts" / "a-page.step-1.jpg"
    assert place.resolve() in watched([project])
    place.write_bytes(after)
    assert load_project(path, PLAIN, cache).casts["a-page"].pictures["step-1"].data == after


def test_a_missing_picture_is_told(tmp_path: Path) -> None:
    """With the step, and what takes it; once the recording is stale, that is what is told."""
    path = recorded_page(tmp_path, None)
    (warning,) = load_project(path).warnings
    assert (warning.code, warning.span and warning.span.line) == ("missing-picture", 3)
    assert "the page that 'step-1' opens" in warning.message
    path.write_text(OPENING.replace("true", "false"))
    assert [warning.code for warning in load_project(path).warnings] == ["stale-cast"]


def test_a_broken_picture_is_an_error(tmp_path: Path) -> None:
    """It names the file."""
    with pytest.raises(QuarterdeckError, match=r"a-page\.step-1\.jpg is not a readable picture"):
        load_project(recorded_page(tmp_path, b"no picture"))
