"""Notes pages."""

from __future__ import annotations

from msgspec.structs import replace

from quarterdeck.model.content import (
    Align,
    Block,
    Column,
    Footnotes,
    InlineMath,
    LineBreak,
    List,
    ListItem,
    Row,
    Run,
    Table,
    WebLink,
)
from support.ooxml_lint import A, Pptx
from support.pptx_deck import opened, slide, texts, words

PART = "ppt/notesSlides/notesSlide1.xml"


def page(*notes: Block) -> Pptx:
    """A PPTX of one slide with notes."""
    return opened(replace(slide(), notes=notes))


def test_marks_of_runs() -> None:
    """Struck, raised and lowered text, code in its typeface, formulas as TeX, line breaks."""
    marked = words(
        Run("no", strike=True), Run("1", superscript=True), Run("2", subscript=True), InlineMath("a^2"), LineBreak()
    )
    root = page(marked).xml(PART)
    looks = {run.findtext(f"{A}t"): run.find(f"{A}rPr") for run in root.iter(f"{A}r")}
    assert looks["no"].get("strike") == "sngStrike"
    assert looks["1"].get("baseline") == "30000"
    assert looks["2"].get("baseline") == "-25000"
    assert looks["a^2"].find(f"{A}latin").get("typeface") == "Courier New"
    assert root.find(f".//{A}br") is not None


def test_links_lead_somewhere() -> None:
    """An address in the notes can be clicked."""
    pptx = page(words(Run("x", link=WebLink("https://e.org/"))))
    assert ("hyperlink", "https://e.org/", True) in [
        (kind.rpartition("/")[2], target, external) for kind, target, external in pptx.relationships(PART).values()
    ]


def test_items_hang_from_their_marks() -> None:
    """Boxes of tasks, and numbers from where the list begins; nested lists stand further right."""
    inner = List((ListItem((words("deep"),)),))
    tasks = List((ListItem((words("a"), inner), checked=True), ListItem((words("b"),), checked=False)))
    numbered = List((ListItem((words("c"),)),), ordered=True, start=3)
    root = page(tasks, numbered).xml(PART)
    assert [mark.get("char") for mark in root.iter(f"{A}buChar")] == ["☑", "•", "☐"]
    assert [mark.get("startAt") for mark in root.iter(f"{A}buAutoNum")] == ["3"]
    places = [(p.get("marL"), p.get("indent"), p.get("lvl")) for p in root.iter(f"{A}pPr")]
    assert places[:2] == [("228600", "-228600", "0"), ("457200", "-228600", "1")]


def test_footnotes_are_counted_by_themselves() -> None:
    """They don't go on from the numbers of a list right above them, nor does one list from another."""
    one = List((ListItem((words("a"),)),), ordered=True)
    root = page(one, replace(one, delimiter=")"), Footnotes(((Run("b"),),))).xml(PART)
    assert [mark.get("type") for mark in root.iter(f"{A}buAutoNum")] == ["arabicPeriod", "arabicParenR", "arabicPlain"]


def test_cells_stand_at_tabs() -> None:
    """The columns of a table are aligned as the author wrote."""
    row = Row(((Run("a"),), (Run("1"),)))
    root = page(Table((Column(), Column(Align.RIGHT)), row, (row,))).xml(PART)
    assert texts(root) == ["a\t1", "a\t1"]
    assert [tab.get("algn") for tab in root.iter(f"{A}tab")] == ["r", "r"]
    assert [p.get("indent") for p in root.iter(f"{A}pPr")] == [None, None], "LibreOffice would drop the tab stops"
    assert [run.get("b") for run in root.iter(f"{A}rPr")] == ["1", "1", "1", None, None, None]
