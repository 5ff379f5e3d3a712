"""What an output shows, read back from the file: the same for a PPTX and for an HTML page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import html

from support.ooxml_lint import MC, PRESENTATION, A, Element, P, Pptx, R

FEET = ("dt", "ftr", "sldNum")
FEET_OF_PAGE = ("qd-footer", "qd-date", "qd-number")


@dataclass(slots=True)
class ShownSlide:
    """One slide."""

    title: str = ""
    texts: list[str] = field(default_factory=list)
    """Each paragraph and line of code that isn't empty, formulas left out, in reading order."""
    feet: list[str] = field(default_factory=list)
    """Footer, date and number."""
    pictures: list[str] = field(default_factory=list)
    """The descriptions of pictures, charts, videos and formulas."""
    fragments: list[list[str]] = field(default_factory=list)
    """What appears at each press: texts and descriptions, sorted; bands behind code are empty texts."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """Text or description, and the number of the slide (``#3``) or the address."""
    notes: str = ""
    """The letters of the notes, without blanks."""
    demo: str = ""
    screen: str = ""
    """What stands in the demo's terminal."""
    hidden: bool = False


def words(text: str) -> str:
    """A text with single blanks."""
    return re.sub(r"[\s\u00a0\x0b]+", " ", text).strip()


def letters(text: str) -> str:
    """A text without blanks."""
    return words(text).replace(" ", "")


def shown_in_pptx(data: bytes) -> list[ShownSlide]:
    """The slides of a PPTX in their order."""
    pptx = Pptx(data)
    targets = pptx.relationships(PRESENTATION)
    parts = [targets[item.get(f"{R}id", "")][1] for item in pptx.xml(PRESENTATION).iter(f"{P}sldId")]
    return [_PptxSlide(pptx, part, parts).read() for part in parts]


class _PptxSlide:
    def __init__(self, pptx: Pptx, part: str, parts: list[str]) -> None:
        self._pptx = pptx
        self._part = part
        self._parts = parts
        self._root = pptx.xml(part)
        for fallback in list(self._root.iter(f"{MC}Fallback")):
            fallback.getparent().remove(fallback)
        self._relationships = pptx.relationships(part)
        self._shown = ShownSlide(hidden=self._root.get("show") == "0")

    def read(self) -> ShownSlide:
        shown = self._shown
        tree = next(self._root.iter(f"{P}spTree"))
        for shape in self._shapes(tree):
            self._shape(shape)
        shown.fragments = [self._press(click) for click in self._clicks()]
        for target in self._pptx.related(self._part, "notesSlide"):
            notes = self._pptx.xml(target)
            body = next(s for s in notes.iter(f"{P}sp") if s.find(f".//{P}ph[@type='body']") is not None)
            shown.notes = letters("".join(map(_text, body.iter(f"{A}p"))))
        return shown

    def _shapes(self, parent: Element) -> Iterator[Element]:
        for child in parent:
            if child.tag in (f"{MC}AlternateContent", f"{MC}Choice"):
                yield from self._shapes(child)
            elif child.find(f"*/{P}cNvPr") is not None:
                yield child

    def _shape(self, shape: Element) -> None:
        shown = self._shown
        own = shape.find(f"*/{P}cNvPr")
        assert own is not None
        name, description = own.get("name", ""), own.get("descr")
        if name.startswith("Demo "):
            shown.demo = name.removeprefix("Demo ")
            screen = next(s for s in shape.iter(f"{P}sp") if s.find(f".//{P}cNvPr").get("name") == "Screen")
            shown.screen = _screen("\n".join(_text(p) for p in screen.iter(f"{A}p")))
            return
        place = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        kind = place.get("type", "") if place is not None else ""
        if kind in FEET:
            shown.feet.append(words(_text(shape)))
            return
        if kind in ("title", "ctrTitle"):
            shown.title = words(_text(shape))
        elif shape.tag == f"{P}grpSp" and description is None:
            for member in self._shapes(shape):
                self._shape(member)
            return
        else:
            shown.texts += _texts(shape)
            if description and not name.startswith("Table"):
                shown.pictures.append(description)
        for link in shape.iter(f"{A}hlinkClick"):
            if not link.get(f"{R}id"):
                continue  # plays a video or sound
            run = link.getparent().getparent()
            label = description if link.getparent() is own else words(_text(run))
            shown.links.append((label or "", self._target(link.get(f"{R}id", ""))))

    def _target(self, relationship: str) -> str:
        _, target, external = self._relationships[relationship]
        return target if external else f"#{self._parts.index(target) + 1}"

    def _clicks(self) -> Iterator[Element]:
        main = next((n for n in self._root.iter(f"{P}cTn") if n.get("nodeType") == "mainSeq"), None)
        for click in main.findall(f"{P}childTnLst/{P}par") if main is not None else ():
            if click.find(f"{P}cTn/{P}stCondLst/{P}cond[@evt='onBegin']") is None:  # that starts with the slide
                yield click

    def _press(self, click: Element) -> list[str]:
        appearing: list[str] = []
        for node in click.iter(f"{P}cTn"):
            if node.get("presetClass") != "entr":
                continue
            target = next(node.iter(f"{P}spTgt"))
            shape = self._with_id(target.get("spid", ""))
            span = target.find(f".//{P}pRg")
            if span is not None:
                paragraph = list(shape.iter(f"{A}p"))[int(span.get("st", ""))]
                appearing.append(words(_text(paragraph)))
            else:
                appearing += _texts(shape) or [shape.find(f"*/{P}cNvPr").get("descr", "")]
        return sorted(filter(None, appearing))

    def _with_id(self, number: str) -> Element:
        own = next(item for item in self._root.iter(f"{P}cNvPr") if item.get("id") == number)
        return own.getparent().getparent()


def _text(element: Element) -> str:
    """The text of an element, with a blank for each line break."""
    parts = []
    for item in element.iter(f"{A}t", f"{A}br", f"{A}p"):
        parts.append((item.text or "") if item.tag == f"{A}t" else " ")
    return "".join(parts)


def _texts(shape: Element) -> list[str]:
    """The paragraphs of a shape; line numbers are none."""
    if (shape.find(f"*/{P}cNvPr").get("name") or "").startswith("Line numbers"):
        return []
    return [text for paragraph in shape.iter(f"{A}p") if (text := words(_text(paragraph)))]


def _screen(text: str) -> str:
    return "\n".join(words(line) for line in text.split("\n")).strip()


def shown_in_html(page: str) -> list[ShownSlide]:
    """The slides of a page in their order."""
    root: Element = html.document_fromstring(page)
    sections = root.xpath("//section")
    numbers = {section.get("id"): number for number, section in enumerate(sections, start=1)}
    return [_html_slide(section, numbers) for section in sections]


def ids_in_html(page: str) -> list[str]:
    """The ids of the slides."""
    root: Element = html.document_fromstring(page)
    return [section.get("id") for section in root.xpath("//section")]


def _html_slide(section: Element, numbers: dict[str, int]) -> ShownSlide:
    shown = ShownSlide(hidden=section.get("data-visibility") == "hidden", demo=section.get("data-demo", ""))
    for notes in section.xpath("./aside"):
        shown.notes = letters("".join(notes.itertext()))
        section.remove(notes)
    for line_break in section.iter("br"):
        line_break.tail = " " + (line_break.tail or "")
    for hidden in section.xpath(".//*[contains(@class,'qd-bullet') or contains(@class,'qd-numbers')]"):
        hidden.drop_tree()
    for child in section:
        names = child.get("class", "").split()
        if "qd-title" in names:
            shown.title = words(child.text_content())
        elif set(FEET_OF_PAGE) & set(names):
            shown.feet.append(words(child.text_content()))
        elif "qd-terminal" in names:
            shown.screen = _screen("\n".join(pre.text_content() for pre in child.iter("pre")))
            continue
        else:
            shown.texts += _page_texts(child)
            shown.pictures += _descriptions(child)
        for link in child.iter("a"):
            label = words(link.text_content()) or "".join(_descriptions(link))
            shown.links.append((label, _page_target(link.get("href", ""), numbers)))
    shown.fragments = list(_page_fragments(section))
    return shown


def _page_target(href: str, numbers: dict[str, int]) -> str:
    return f"#{numbers[href.removeprefix('#/')]}" if href.startswith("#/") else href


def _page_texts(element: Element) -> list[str]:
    found: list[str] = []
    for item in element.iter("p", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "pre", "div"):
        if item.tag == "pre":
            found += map(words, item.text_content().split("\n"))
        elif "qd-p" in item.get("class", "").split() or "qd-code-title" in item.get("class", ""):
            found.append(words(item.text_content()))
    return [text for text in found if text]


def _descriptions(element: Element) -> list[str]:
    pictures = element.xpath("descendant-or-self::*[self::img or @role='img' or self::video or self::audio]")
    described = [p.get("alt") or p.get("aria-label") or "" for p in pictures if p.get("class") != "qd-formula"]
    return [text for text in described if text]


def _page_fragments(section: Element) -> Iterable[list[str]]:
    presses: dict[int, list[str]] = {}
    for item in section.xpath(".//*[contains(concat(' ', @class, ' '), ' fragment ')]"):
        if "qd-step" in item.get("class", ""):
            continue
        press = presses.setdefault(int(item.get("data-fragment-index")), [])
        press += _page_texts(item) or _descriptions(item)
    assert sorted(presses) == list(range(len(presses)))
    return [sorted(presses[index]) for index in sorted(presses)]
