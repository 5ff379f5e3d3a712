"""A deck's folder to the model, with every fault in it found together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, QuarterdeckError, SourceSpan, in_order
from quarterdeck.memo import Memo
from quarterdeck.model.deck import DEFAULT_LANG, DEFAULT_THEME, Deck, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import PLAIN, Agenda, Choices, Role, Schedule
from quarterdeck.model.phrases import words
from quarterdeck.source.agenda import has_agenda, plan, with_agenda
from quarterdeck.source.assets import Assets, Known
from quarterdeck.source.demos.catalog import Catalog, demos_folder
from quarterdeck.source.demos.script import ScriptPlace, read_grid
from quarterdeck.source.markdown.context import Surroundings
from quarterdeck.source.markdown.habits import KEYS
from quarterdeck.source.markdown.parser import link_references
from quarterdeck.source.markdown.separators import SLIDE_KEYS, split_front_matter, split_slides
from quarterdeck.source.slides.outline import Attached, attach, planned, select, with_ids
from quarterdeck.source.slides.slide import DraftSlide, SlideReader, slide_front_matter
from quarterdeck.source.template.render import Rendering, project_root
from quarterdeck.source.translation import Translation
from quarterdeck.text.fields import Fields, parse_fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import is_file, is_folder, read_source, shown_path

if TYPE_CHECKING:
    from quarterdeck.source.template.jinja import Compiled

DECK_FILE = "deck.md"
DECK_KEYS = (
    "title",
    "subtitle",
    "author",
    "date",
    "lang",
    "theme",
    "duration",
    "vars",
    "demos",
    "terminal",
    "images",
    "incremental",
    "footer",
)
_OTHER_KEYS = dict(KEYS) | {
    key: "it is a key of a slide: the first slide's front matter comes after the deck's"
    for key in SLIDE_KEYS
    if key not in DECK_KEYS
}


class SourceMemo(Struct, frozen=True):
    """What was read of decks before."""

    slides: Memo[Known[DraftSlide]] = field(default_factory=Memo)
    demos: Memo[Known[Demo]] = field(default_factory=Memo)
    templates: Memo[Compiled] = field(default_factory=Memo)


class LoadedDeck(Struct, frozen=True):
    """A deck, and what is worth a warning about it."""

    deck: Deck
    diagnostics: tuple[Diagnostic, ...] = ()


def load_deck(path: Path, choices: Choices = PLAIN, memo: SourceMemo | None = None) -> LoadedDeck:
    """Read one form of a deck: a folder with a ``deck.md``, or a Markdown file.

    Slides and demos that ``memo`` knows aren't read again.

    Raises:
        QuarterdeckError: with every fault found.

    """
    loaded = read_deck(path, choices, memo)
    Diagnostics(list(loaded.diagnostics)).raise_errors()
    return loaded


def read_deck(path: Path, choices: Choices = PLAIN, memo: SourceMemo | None = None) -> LoadedDeck:
    """As :func:`load_deck`, but a deck with errors is returned, as far as it could be read, with them.

    So can its theme and its layout be checked in the same round.

    Raises:
        QuarterdeckError: with every fault found, where there is no deck to return.

    """
    found = Diagnostics()
    file = path / DECK_FILE if is_folder(path) else path
    if not is_file(file):
        hint = "a deck is a folder with a deck.md, or a Markdown file; 'quarterdeck new' makes one"
        raise QuarterdeckError.of(f"there is no deck {shown_path(file)}", hint=hint, code="missing-deck")
    text = read_source(file, found)
    if text is None:
        found.raise_errors()
        raise AssertionError("a file that can't be read is a fault")
    try:
        deck = _Loading(file.resolve(), found, choices, SourceMemo() if memo is None else memo).load(text)
    except RecursionError:
        found.error("this deck is nested too deeply", SourceSpan(shown_path(file)), code="deep-nesting")
        deck = None
    if deck is None:
        found.raise_errors()
        raise AssertionError("a deck that can't be read has a fault")
    return LoadedDeck(deck, in_order(found))


def load_demo(path: Path) -> Demo:
    """Read one demo script: ``NAME.md``, ``NAME/demo.md``, or that folder.

    Raises:
        QuarterdeckError: with every fault found in it and in the demos that it continues.

    """
    return load_demo_chain(path)[-1]


def load_demo_chain(path: Path, language: str | None = None) -> tuple[Demo, ...]:
    """One demo, after those that it continues, the first of them first.

    Raises:
        QuarterdeckError: with every fault found.

    """
    found = Diagnostics()
    place = ScriptPlace.of(path)
    if not is_file(place.path):
        raise QuarterdeckError.of(f"there is no demo {shown_path(place.path)}", code="unknown-demo")
    catalog = Catalog(place.siblings, found, language)
    demo = catalog.attach_place(place)
    found.raise_errors()
    if demo is None:
        raise AssertionError("a demo that can't be read has a fault")
    return catalog.chain(demo)


class _Loading:
    """The reading of one deck."""

    def __init__(self, file: Path, found: Diagnostics, choices: Choices, memo: SourceMemo) -> None:
        self._file = file
        self._name = shown_path(file)
        self._found = found
        self._choices = choices
        self._memo = memo
        self._root = project_root(file.parent)
        self._language = choices.language

    def load(self, text: str) -> Deck | None:
        found = self._found
        whole = Passage.of_file(text, self._name)
        matter, body = split_front_matter(whole, found, "the deck's front matter")
        front = parse_fields(matter, DECK_KEYS, "the deck's front matter", found, elsewhere=_OTHER_KEYS)
        translation = self._translation(front)
        front, own = (translation.front.over(front), front) if translation else (front, front)
        rendering = Rendering(
            self._variables(front, own), self._file.parent, self._root, found, memo=self._memo.templates
        )
        rendered = rendering.render(body)
        if rendered is None:
            return None
        assets = Assets(self._file.parent, found, self._root)
        surroundings = Surroundings(
            found, assets, link_references(rendered.lines), incremental=bool(front.flag("incremental"))
        )
        texts = list(split_slides(rendered, found, begins_after_separator=matter is not None))
        if not texts and any(fault.code == "unclosed-front-matter" for fault in found):
            return None
        if not texts:
            found.error(
                "this deck has no slide",
                SourceSpan(self._name),
                hint="a slide begins with a heading: # Title",
                code="empty-deck",
            )
            return None
        reader = SlideReader(surroundings, self._memo.slides)
        drafts = [reader.read(text, slide_front_matter(text, found), n) for n, text in enumerate(texts)]
        drafts = with_ids(drafts, found)
        sources = (self._file, *rendering.included)
        if translation:
            drafts = translation.apply(drafts, sources, rendering, surroundings)
        shown = select(drafts, self._choices, found)
        if translation:
            translation.report_missing(shown, sources, self._choices.role)
            sources += tuple(translation.read)
        if not shown:
            found.error("this form of the deck has no slide", SourceSpan(self._name), code="empty-deck")
        self._check_links(shown, {draft.slide.id for draft in drafts})
        catalog = Catalog(self._demos_folder(front), found, self._language, self._memo.demos)
        attached = attach(shown, catalog, self._file, self._choices, words(self._lang(front)))
        attached.set_grid(read_grid(front))
        schedule = planned(self._choices.schedule, shown, drafts)
        return self._deck(front, rendering, attached, schedule, (*sources, *assets.read))

    def _lang(self, front: Fields) -> str:
        return self._language or front.text("lang") or DEFAULT_LANG

    def _translation(self, front: Fields) -> Translation | None:
        """The translation to take slides from; None where the deck is shown as it is written."""
        if self._choices.language in (None, front.text("lang") or DEFAULT_LANG):
            return None
        return Translation.of(self._file, self._choices.language, DECK_KEYS, self._found)

    def _check_links(self, shown: Sequence[DraftSlide], known: Collection[str]) -> None:
        """Report dead links: those of slides and notes that this form of the deck has."""
        ids = {draft.slide.id for draft in shown}
        left_out = set(known) - ids
        for draft in shown:
            draft.links.check(ids, left_out, self._found)
            if self._choices.role is not Role.ATTENDEE:
                draft.note_links.check(ids, left_out, self._found)

    def _deck(
        self,
        front: Fields,
        rendering: Rendering,
        attached: Attached,
        schedule: Schedule,
        sources: Sequence[Path],
    ) -> Deck:
        def text(key: str) -> str | None:
            value = front.text(key)
            return rendering.expand(value, front.span(key)) if value else None

        title = text("title") or next((slide.title_text for slide in attached.slides if slide.title), None)
        is_folder = self._file.name == DECK_FILE
        title = title or self._file.parent.name
        own = words(self._lang(front))
        total = self._choices.duration or front.seconds("duration")
        agenda = plan(attached.slides, title, schedule, own, total)
        self._report_unplanned(attached.slides, agenda)
        slides = [
            replace(s, slots={k: with_agenda(v, agenda, own) for k, v in s.slots.items()}) for s in attached.slides
        ]
        return Deck(
            name=self._file.parent.name if is_folder else self._file.stem,
            folder=self._file.parent,
            title=title,
            slides=tuple(slides),
            demos=attached.demos,
            exercises=attached.exercises,
            subtitle=text("subtitle"),
            author=text("author"),
            date=text("date"),
            lang=self._lang(front),
            role=self._choices.role,
            theme=self._choices.theme or text("theme") or DEFAULT_THEME,
            theme_span=None if self._choices.theme else front.span("theme"),
            duration=total,
            images=front.names("images"),
            footer=text("footer"),
            foot_spans={key: span for key in ("footer", "date") if (span := front.span(key)) is not None},
            agenda=agenda,
            sources=tuple(dict.fromkeys(sources)),
        )

    def _variables(self, front: Fields, original: Fields) -> dict[str, object]:
        """What templates know: the deck's own keys, its ``vars``, and what the command says.

        ``original``: that of the untranslated deck, whose ``vars`` stay where the translation has no others.
        """
        keys = {key: front.text(key) for key in ("title", "subtitle", "author", "date", "lang")}
        deck = {key: value for key, value in keys.items() if value}
        own = {**original.values("vars"), **front.values("vars")}
        planned = own.get("event")
        chosen = self._choices
        about = {
            "deck": deck,
            "audience": chosen.audience,
            "role": chosen.role,
            "form": chosen.form,
            "lang": self._lang(front),
        }
        event = {**(planned if isinstance(planned, dict) else {}), **chosen.event}
        return {**about, **own, "event": event, **chosen.variables}

    def _demos_folder(self, front: Fields) -> Path:
        named = front.text("demos")
        if named is None:
            return demos_folder(self._file.parent)
        folder = self._file.parent / named
        if not is_folder(folder):
            self._found.error(f"there is no folder '{named}'", front.span("demos"), code="missing-file")
        return folder

    def _report_unplanned(self, slides: Sequence[Slide], agenda: Agenda) -> None:
        """Warn where a slide shows an agenda that leaves out the time of others, or has to guess it."""
        showing = next((s for s in slides if any(has_agenda(blocks) for blocks in s.slots.values())), None)
        if showing is not None and agenda.unplanned:
            counts = "the same" if agenda.share else "no"
            self._found.warning(
                f"the agenda counts {counts} time for slides without a duration: {', '.join(agenda.unplanned)}",
                showing.span,
                hint="give each slide a 'duration:'",
                code="unplanned-slide",
            )
