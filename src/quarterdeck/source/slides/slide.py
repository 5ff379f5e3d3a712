"""One slide: its front matter, title, content in slots, notes and own steps; read again only when something changed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.model.content import Block, Group, Inline
from quarterdeck.model.deck import MORPH, Background, Layout, Slide
from quarterdeck.model.demo import Step
from quarterdeck.model.options import Role
from quarterdeck.source.assets import Assets, Known, KnownTexts
from quarterdeck.source.demos.exercises import refuse_solutions
from quarterdeck.source.demos.steps import StepReader
from quarterdeck.source.markdown.attributes import Attributes, parse_info
from quarterdeck.source.markdown.blocks import BlockReader
from quarterdeck.source.markdown.boxes import SLOT_NAMES, closed, report_unknown
from quarterdeck.source.markdown.context import Fragments, SlideLinks, Surroundings
from quarterdeck.source.markdown.habits import CLASSES, HABIT, KEYS, LAYOUTS, STYLE, report_directives, report_habits
from quarterdeck.source.markdown.inlines import FRAGMENT
from quarterdeck.source.markdown.parser import Node, parse
from quarterdeck.source.markdown.separators import SLIDE_KEYS, SlideText, without_comments
from quarterdeck.source.slides.slots import Entry, default_layout, fill_slots
from quarterdeck.text.fields import Fields, parse_fields
from quarterdeck.text.passage import Passage

TRANSITIONS = (
    "none",
    "fade",
    "slide",
    "push",
    "wipe",
    "cover",
    "uncover",
    "split",
    "zoom",
    "dissolve",
    "convex",
    "concave",
    MORPH,
)
FITS = ("shrink", "split", "error")
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z|[a-z][a-z0-9-]*\Z")


class DraftSlide(Struct, frozen=True):
    """A slide whose id, section and demo aren't settled yet."""

    slide: Slide
    """Its ``id`` is empty unless the author gave one."""
    steps: tuple[Step, ...] = ()
    """Those of its own ``console`` blocks."""
    demo_at: SourceSpan | None = None
    """Where it names its demo."""
    id_at: SourceSpan | None = None
    links: SlideLinks = field(default_factory=SlideLinks)
    """Those in what it shows."""
    note_links: SlideLinks = field(default_factory=SlideLinks)
    """Those in its notes."""
    front: Fields | None = None
    written_in: str = ""
    """The file, as it is shown, that its first line is in."""


def slide_front_matter(text: SlideText, found: Diagnostics) -> Fields:
    """The keys of a slide, none where it has no front matter."""
    hint = "if this is text, not front matter, leave a blank line after '---'"
    return parse_fields(text.front_matter, SLIDE_KEYS, "the slide's front matter", found, elsewhere=KEYS, hint=hint)


def read_slide(
    text: SlideText, front: Fields, number: int, surroundings: Surroundings, original: DraftSlide | None = None
) -> DraftSlide:
    """Read one slide; ``number`` counts from 0.

    ``original`` is the slide that it translates, whose layout and steps it has where it doesn't say its own.
    """
    found = surroundings.found
    surroundings = replace(surroundings, links=SlideLinks())
    noted = replace(surroundings, links=SlideLinks())
    start = text.front_matter or _from_first_text(text.body)
    uncommented = without_comments(text.body, found)
    report_habits(uncommented.text, found)
    for comment in uncommented.comments:
        report_directives(comment, found)
    own_incremental = front.flag("incremental")
    fragments = Fragments()
    fences: list[Node] = []
    reader = BlockReader(
        uncommented.text,
        surroundings,
        fragments,
        incremental=surroundings.incremental if own_incremental is None else own_incremental,
        steps=fences,
    )
    nodes = parse(uncommented.text.text, surroundings.references)
    layout = front.choice("layout", tuple(Layout), elsewhere=LAYOUTS)
    content = _Content(reader, keeps_headings=layout == Layout.BLANK)
    content.read(nodes)
    steps = StepReader(uncommented.text, (), found)
    for fence in fences:
        steps.read(fence)
    refuse_solutions(steps.steps, found)
    demo = front.text("demo")
    if demo and fences:
        found.error(
            "a slide has one demo: this one names a demo and holds steps of its own",
            reader.span(fences[0]),
            hint="remove 'demo:', or the console block",
            code="two-demos",
        )
    has_demo = bool(demo or fences or (original and original.steps))
    if layout is None and original is not None:
        chosen = original.slide.layout
    else:
        level = content.title_level
        chosen = Layout(layout) if layout else default_layout(number, level, content.entries, has_demo=has_demo)
    _check_demo(chosen, front, has_demo=has_demo)
    slide = Slide(
        id=front.text("id") or content.id or "",
        layout=chosen,
        title=content.title,
        slots=fill_slots(chosen, content.entries, found),
        notes=tuple(block for comment in uncommented.comments for block in _note(comment, noted)),
        demo=demo,
        fragments=fragments.count,
        duration=front.seconds("duration"),
        audience=front.names("audience"),
        role=_role(front),
        classes=_classes(front),
        background=_background(front, surroundings),
        transition=front.choice("transition", TRANSITIONS),
        hidden=bool(front.flag("hide")),
        fit=front.choice("fit", FITS) or "shrink",
        span=start.line_span(0),
        title_span=content.title_span,
    )
    return DraftSlide(
        slide,
        steps.finished(),
        front.span("demo"),
        front.span("id") or content.title_span,
        surroundings.links,
        noted.links,
        front,
        start.origins[0][0].file,
    )


def _classes(front: Fields) -> tuple[str, ...]:
    classes = tuple(word for name in front.names("class") for word in name.split())
    for name in classes:
        if name in CLASSES:
            hint = "where text stands, and its colours, are the layout's and the theme's: 'quarterdeck help themes'"
            front.found.warning(f"'{name}' has no effect", front.span("class"), hint=hint, code=HABIT)
    return classes


def _role(front: Fields) -> Role | None:
    word = front.choice("role", tuple(Role))
    return Role(word) if word else None


class _Content(Struct):
    """The title of a slide and its blocks, in the order of the source."""

    reader: BlockReader
    keeps_headings: bool
    """Whether no heading is the title: a blank slide shows none."""
    title: tuple[Inline, ...] = ()
    title_level: int | None = None
    title_span: SourceSpan | None = None
    id: str | None = None
    entries: list[Entry] = field(default_factory=list)

    def read(self, nodes: Sequence[Node]) -> None:
        loose: list[Node] = []
        for node in nodes:
            if node.kind == "heading" and self.title_level is None and not self.keeps_headings:
                self._flush(loose)
                self._title(node)
            elif node.kind == "div" and parse_info(node.token.info).word in SLOT_NAMES and node.token.info[0] != "{":
                self._flush(loose)
                self._slot(node)
            else:
                loose.append(node)
        self._flush(loose)

    def _flush(self, nodes: list[Node]) -> None:
        if nodes:
            self.entries += [Entry(block) for block in self.reader.blocks(nodes)]
            nodes.clear()

    def _title(self, node: Node) -> None:
        line = self.reader.inlines.read(node.children[0].token, node.first, node.end)
        report_unknown(line.attributes, (), node, self.reader.passage, self.reader.found)
        self.reader.inlines.refuse_pictures(line, "a title")
        if line.attributes.has(FRAGMENT):
            self.reader.found.error(
                "a title can't be a fragment: it is there from the start",
                self.reader.passage.find(FRAGMENT, node.first, node.end),
                hint="put '. . .' after it, to make the rest of the slide wait",
                code="title-fragment",
            )
        for name in line.attributes.classes:
            if name != FRAGMENT:
                at = self.reader.passage.find(f".{name}", node.first, node.end)
                self.reader.found.warning("a title's class has no effect", at, hint=STYLE, code=HABIT)
        self.title, self.title_level = line.inlines, int(node.token.tag[1:])
        self.title_span, self.id = self.reader.span(node), line.attributes.id

    def _slot(self, node: Node) -> None:
        at = self.reader.span(node)
        if not closed(node, at, self.reader.found):
            return
        info = parse_info(node.token.info)
        blocks = self._slot_blocks(node, info.attributes)
        self.entries += [Entry(block, info.word, at) for block in blocks]

    def _slot_blocks(self, node: Node, attributes: Attributes) -> tuple[Block, ...]:
        reader = self.reader
        report_unknown(attributes, (FRAGMENT, "incremental", "nonincremental"), node, reader.passage, reader.found)
        said = attributes.has("incremental") or attributes.has("nonincremental")
        fragment = reader.fragments.place(None, own=True) if attributes.has(FRAGMENT) else None
        blocks = reader.blocks(node.children, fragment, attributes.has("incremental") if said else None)
        if fragment is None:
            return blocks
        return (Group(blocks, fragment=fragment, span=reader.span(node)),)


def _note(comment: Passage, surroundings: Surroundings) -> tuple[Block, ...]:
    reader = BlockReader(comment, surroundings, Fragments(enabled=False))
    return reader.blocks(parse(comment.text, surroundings.references))


def _from_first_text(body: Passage) -> Passage:
    first = next((n for n, line in enumerate(body.lines) if line.strip()), 0)
    return body.part(first, len(body.lines))


def _check_demo(layout: Layout, front: Fields, *, has_demo: bool) -> None:
    if layout is Layout.DEMO and not has_demo:
        front.found.error(
            "a slide of the layout 'demo' needs a demo",
            front.span("layout"),
            hint="name one with 'demo: NAME', or hold a console block",
            code="no-demo",
        )


def _background(front: Fields, surroundings: Surroundings) -> Background | None:
    text, at = front.text("background"), front.span("background")
    if text is None or at is None:
        return None
    if _COLOR.match(text):
        return Background(color=text)
    if text.startswith("#"):
        front.found.error(
            f"'{text}' is not a colour", at, hint="write it as '#rrggbb', in quotes", code="unknown-color"
        )
        return None
    asset = surroundings.assets.load(text, at)
    if asset is not None and not asset.media_type.startswith("image/"):
        front.found.error(f"'{text}' is not a picture", at, code="bad-picture")
        return None
    return Background(image=asset) if asset else None


class SlideReader:
    """Reads the slides of one deck; one that is known, with the same text in the same place, isn't read again."""

    def __init__(self, surroundings: Surroundings, memo: Memo[Known[DraftSlide]]) -> None:
        self._surroundings = surroundings
        self._known = KnownTexts(memo, surroundings.assets)

    def read(self, text: SlideText, front: Fields, number: int) -> DraftSlide:
        """A slide; ``number`` counts from 0."""
        around = self._surroundings

        def read(assets: Assets) -> DraftSlide:
            found = assets.found
            return read_slide(text, replace(front, found=found), number, replace(around, found=found, assets=assets))

        draft = self._known.read(text.body.lines, (text, number, around.incremental, around.references), read)
        return replace(draft, front=front)
