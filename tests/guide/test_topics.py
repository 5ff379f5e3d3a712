"""The guide as ``quarterdeck help`` shows it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from conftest import ROOT
from quarterdeck.cli.commands.start import TOPICS
from support.commands import quarterdeck

FOLDER = ROOT / "src" / "quarterdeck" / "reference"


def test_every_page_is_a_topic() -> None:
    """None is forgotten, and none leads nowhere."""
    assert sorted(TOPICS) == sorted(page.stem for page in FOLDER.glob("*.md"))


def test_topics_that_pages_name() -> None:
    """``quarterdeck help TOPIC`` in a page, or in the README, names one that there is."""
    for page in (*FOLDER.glob("*.md"), ROOT / "README.md"):
        named = set(re.findall(r"quarterdeck help ([a-z-]+)", page.read_text("utf-8")))
        assert named <= set(TOPICS), page.name


def test_faults_that_are_explained() -> None:
    """Each code on the page of troubleshooting is one that the program gives."""
    page = (FOLDER / "troubleshooting.md").read_text("utf-8")
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "quarterdeck").rglob("*.py"))
    named = re.findall(r"^\| .*? \| `([a-z-]+)` \|", page, re.MULTILINE)
    assert len(named) > 15
    assert [each for each in named if f'"{each}"' not in code] == []


def test_messages_that_are_quoted() -> None:
    """What the page of troubleshooting says that one sees is what the program says; dots stand for what changes."""
    page = (FOLDER / "troubleshooting.md").read_text("utf-8")
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "quarterdeck").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?"', "", code)  # strings that go on in the next line
    seen = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    quoted = [quote for cell in seen for quote in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", cell)]
    assert len(quoted) > 25
    pieces = [piece.strip(" ,") for quote in quoted for piece in quote.split("…")]
    assert [piece for piece in pieces if piece not in code] == []


def test_the_list_of_topics(tmp_path: Path) -> None:
    """In the order in which one needs them, each with its title."""
    lines = [line.split() for line in quarterdeck("help", cwd=tmp_path).out.split("\n") if line.startswith("  ")]
    assert [line[0] for line in lines] == list(TOPICS)
    assert all(len(line) > 2 for line in lines)


def test_what_agents_are_told_of_faults(tmp_path: Path) -> None:
    """The keys of a fault in JSON are those on their page, and its codes are ones that the program gives."""
    page = (FOLDER / "agents.md").read_text("utf-8")
    table = page.partition("| fault | is |")[2].partition("\n\n")[0]
    named = {key for line in table.splitlines() for key in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    (tmp_path / "deck.md").write_text("# A\n\n<b>text</b>\n")
    faults = json.loads(quarterdeck("check", "--format", "json", cwd=tmp_path).out)
    assert set(faults[0]) == named
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src" / "quarterdeck").rglob("*.py"))
    codes = re.findall(r"\(`([a-z-]+)`", page) + re.findall(r", `([a-z]+-[a-z]+)`", page)
    assert len(codes) > 5
    assert [each for each in codes if f'"{each}"' not in code] == []
