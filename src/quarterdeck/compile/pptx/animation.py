"""Fragments as PowerPoint has them: the timeline of a slide (``p:timing``, ECMA-376 part 1, 19.5).

Each click of the main sequence holds the effects of one fragment: the first is started by the
click, the others go with it.  There is one effect a paragraph, because LibreOffice animates only
the first of a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.compile.pptx.package.ooxml import COMPATIBILITY
from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.deck import MORPH, Slide


class Build(StrEnum):
    """The kind of shape that an effect is for, as the build list needs it."""

    TEXT = "text"
    """A shape that holds only text."""
    SHAPE = "shape"
    """A shape with a fill."""
    OBJECT = "object"
    """A picture, table, chart or group: not in the build list."""


class Change(StrEnum):
    """What an effect does to a shape."""

    APPEARS = "appears"
    LEAVES = "leaves"
    FILLS = "fills"
    """It is filled with a colour; so a shape without a fill is seen in a show, and neither on the static slide nor in
    print nor in thumbnails."""


class Effect(Struct, frozen=True):
    """One shape or paragraph changes."""

    fragment: int | None
    """None: as soon as the slide is there."""
    shape: int
    """The shape's id on its slide."""
    build: Build
    paragraph: int | None = None
    """The place of the paragraph in the shape, from 0; None for the whole shape."""
    change: Change = Change.APPEARS
    color: str = ""
    """The colour that it is filled with, as an element of DrawingML."""
    group: int = 0
    """Which of the shape's effects it belongs to (``grpId``): the first kind of change is 0."""


class Playback(Struct, frozen=True):
    """A video or sound of the slide."""

    shape: int
    sound: bool
    autoplay: bool
    loop: bool


class Timeline(Struct):
    """Collects what happens on a slide."""

    effects: list[Effect] = field(default_factory=list)
    playbacks: list[Playback] = field(default_factory=list)

    def appear(self, fragment: int | None, shape: int, build: Build, paragraph: int | None = None) -> None:
        """Let a shape, or one of its paragraphs, appear with a fragment; None: it is there from the start."""
        if fragment is not None:
            self.effects.append(Effect(fragment, shape, build, paragraph))

    def leave(self, fragment: int, shape: int, build: Build) -> None:
        """Let a shape disappear with a fragment."""
        self.effects.append(Effect(fragment, shape, build, change=Change.LEAVES))

    def fill(self, fragment: int | None, shape: int, color: str) -> None:
        """Fill a shape with a fragment; None: as soon as the slide is there.  ``color`` is an element of DrawingML."""
        self.effects.append(Effect(fragment, shape, Build.SHAPE, change=Change.FILLS, color=color))

    def xml(self) -> str:
        """The ``p:timing`` element; "" where nothing happens."""
        if not self.effects and not self.playbacks:
            return ""
        ids = _Ids()
        root = ids.next()
        ordered = _grouped(sorted(self.effects, key=_order))
        main = self._main_sequence(ordered, ids)
        media = "".join(_media_node(playback, ids) for playback in self.playbacks)
        builds = "".join(_builds(ordered))
        return (
            f'<p:timing><p:tnLst><p:par><p:cTn id="{root}" dur="indefinite" restart="never" nodeType="tmRoot">'
            f"<p:childTnLst>{main}{media}</p:childTnLst></p:cTn></p:par></p:tnLst>"
            f"{f'<p:bldLst>{builds}</p:bldLst>' if builds else ''}</p:timing>"
        )

    def _main_sequence(self, ordered: Sequence[Effect], ids: _Ids) -> str:
        started = [p for p in self.playbacks if p.autoplay]
        if not ordered and not started:
            return ""
        sequence = ids.next()
        clicks = "".join(_autoplay(playback, ids) for playback in started)
        clicks += "".join(_click(list(group), ids) for _, group in groupby(ordered, key=_order))
        return (
            f'<p:seq concurrent="1" nextAc="seek"><p:cTn id="{sequence}" dur="indefinite" nodeType="mainSeq">'
            f"<p:childTnLst>{clicks}</p:childTnLst></p:cTn>"
            '<p:prevCondLst><p:cond evt="onPrev" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:prevCondLst>'
            '<p:nextCondLst><p:cond evt="onNext" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:nextCondLst>'
            "</p:seq>"
        )


def _grouped(effects: Iterable[Effect]) -> list[Effect]:
    """The effects with their groups: a shape's comings are one, its goings another."""
    kinds: dict[int, list[Change]] = {}
    grouped = []
    for effect in effects:
        known = kinds.setdefault(effect.shape, [])
        if effect.change not in known:
            known.append(effect.change)
        grouped.append(replace(effect, group=known.index(effect.change)))
    return grouped


def _order(effect: Effect) -> int:
    """Effects at the start of a slide come before all clicks."""
    return -1 if effect.fragment is None else effect.fragment


class _Ids:
    """Time nodes are numbered from 1 in the order of the document."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


_AT_ONCE = '<p:stCondLst><p:cond delay="0"/></p:stCondLst>'
_AT_START = (
    '<p:stCondLst><p:cond delay="indefinite"/><p:cond evt="onBegin" delay="0"><p:tn val="2"/></p:cond></p:stCondLst>'
)
_AT_CLICK = '<p:stCondLst><p:cond delay="indefinite"/></p:stCondLst>'


def _click(effects: list[Effect], ids: _Ids) -> str:
    outer, inner = ids.next(), ids.next()
    start, first = (_AT_START, "withEffect") if effects[0].fragment is None else (_AT_CLICK, "clickEffect")
    nodes = "".join(_effect(effect, first if place == 0 else "withEffect", ids) for place, effect in enumerate(effects))
    return (
        f'<p:par><p:cTn id="{outer}" fill="hold">{start}<p:childTnLst>'
        f'<p:par><p:cTn id="{inner}" fill="hold">{_AT_ONCE}<p:childTnLst>{nodes}</p:childTnLst></p:cTn></p:par>'
        "</p:childTnLst></p:cTn></p:par>"
    )


def _effect(effect: Effect, node: str, ids: _Ids) -> str:
    """Preset 1 is "Appear" as an entrance, "Disappear" as an exit, and "Fill Color" as an emphasis."""
    if effect.change is Change.FILLS:
        return _fill(effect, node, ids)
    outer, inner = ids.next(), ids.next()
    kind, visibility = ("exit", "hidden") if effect.change is Change.LEAVES else ("entr", "visible")
    group = "" if effect.build is Build.OBJECT else f' grpId="{effect.group}"'
    return (
        f'<p:par><p:cTn id="{outer}" presetID="1" presetClass="{kind}" presetSubtype="0" fill="hold"{group} '
        f'nodeType="{node}">{_AT_ONCE}<p:childTnLst><p:set><p:cBhvr>'
        f'<p:cTn id="{inner}" dur="1" fill="hold">{_AT_ONCE}</p:cTn>'
        f"<p:tgtEl>{_target(effect)}</p:tgtEl>"
        "<p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr>"
        f'<p:to><p:strVal val="{visibility}"/></p:to></p:set></p:childTnLst></p:cTn></p:par>'
    )


def _fill(effect: Effect, node: str, ids: _Ids) -> str:
    """As PowerPoint writes it: the colour, the kind of fill, and that there is one."""
    outer = ids.next()
    target = f"<p:tgtEl>{_target(effect)}</p:tgtEl>"

    def behaviour(attribute: str) -> str:
        return (
            f'<p:cBhvr><p:cTn id="{ids.next()}" dur="1" fill="hold"/>{target}'
            f"<p:attrNameLst><p:attrName>{attribute}</p:attrName></p:attrNameLst></p:cBhvr>"
        )

    color = f'<p:animClr clrSpc="rgb" dir="cw">{behaviour("fillcolor")}<p:to>{effect.color}</p:to></p:animClr>'
    kind = f'<p:set>{behaviour("fill.type")}<p:to><p:strVal val="solid"/></p:to></p:set>'
    there = f'<p:set>{behaviour("fill.on")}<p:to><p:strVal val="true"/></p:to></p:set>'
    return (
        f'<p:par><p:cTn id="{outer}" presetID="1" presetClass="emph" presetSubtype="2" fill="hold" '
        f'grpId="{effect.group}" nodeType="{node}">{_AT_ONCE}<p:childTnLst>{color}{kind}{there}</p:childTnLst></p:cTn>'
        "</p:par>"
    )


def _target(effect: Effect) -> str:
    if effect.paragraph is None:
        return f'<p:spTgt spid="{effect.shape}"/>'
    return (
        f'<p:spTgt spid="{effect.shape}"><p:txEl><p:pRg st="{effect.paragraph}" end="{effect.paragraph}"/>'
        "</p:txEl></p:spTgt>"
    )


def _builds(effects: Iterable[Effect]) -> dict[str, None]:
    """The entries of the build list, each once."""
    entries: dict[str, None] = {}
    for effect in effects:
        start = f'<p:bldP spid="{effect.shape}" grpId="{effect.group}"'
        match effect:
            case Effect(build=Build.OBJECT):
                continue
            case Effect(paragraph=int()):
                entries[f'{start} build="p"/>'] = None
            case Effect(build=Build.SHAPE):
                entries[f'{start} animBg="1"/>'] = None
            case _:
                entries[f"{start}/>"] = None
    return entries


def _autoplay(playback: Playback, ids: _Ids) -> str:
    """Start a video or sound as soon as the slide is there (a media call, 19.5.17)."""
    outer, inner, call, command = ids.next(), ids.next(), ids.next(), ids.next()
    return (
        f'<p:par><p:cTn id="{outer}" fill="hold">{_AT_START}<p:childTnLst>'
        f'<p:par><p:cTn id="{inner}" fill="hold">{_AT_ONCE}<p:childTnLst>'
        f'<p:par><p:cTn id="{call}" presetID="1" presetClass="mediacall" presetSubtype="0" fill="hold" '
        f'nodeType="afterEffect">{_AT_ONCE}<p:childTnLst><p:cmd type="call" cmd="playFrom(0.0)"><p:cBhvr>'
        f'<p:cTn id="{command}" dur="1" fill="hold"/><p:tgtEl><p:spTgt spid="{playback.shape}"/></p:tgtEl>'
        "</p:cBhvr></p:cmd></p:childTnLst></p:cTn></p:par>"
        "</p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par>"
    )


def _media_node(playback: Playback, ids: _Ids) -> str:
    element = "p:audio" if playback.sound else "p:video"
    repeat = ' repeatCount="indefinite"' if playback.loop else ""
    return (
        f'<{element}><p:cMediaNode vol="80000"><p:cTn id="{ids.next()}"{repeat} fill="hold" display="0">{_AT_CLICK}'
        f'</p:cTn><p:tgtEl><p:spTgt spid="{playback.shape}"/></p:tgtEl></p:cMediaNode></{element}>'
    )


TRANSITIONS: Mapping[str, str] = {
    "none": "",
    "fade": "<p:fade/>",
    "slide": '<p:push dir="l"/>',
    "push": '<p:push dir="l"/>',
    "wipe": '<p:wipe dir="l"/>',
    "cover": '<p:cover dir="l"/>',
    "uncover": '<p:pull dir="l"/>',
    "split": '<p:split orient="vert" dir="out"/>',
    "zoom": '<p:zoom dir="in"/>',
    "dissolve": "<p:dissolve/>",
    "convex": '<p:push dir="l"/>',
    "concave": '<p:push dir="l"/>',
}
"""By the name in the deck.  ``convex`` and ``concave`` are reveal.js's own; PowerPoint's nearest is a push."""

_MORPH = (
    f'<mc:AlternateContent xmlns:mc="{COMPATIBILITY}">'
    '<mc:Choice xmlns:p159="http://schemas.microsoft.com/office/powerpoint/2015/09/main" Requires="p159">'
    '<p:transition spd="med"><p159:morph option="byObject"/></p:transition></mc:Choice>'
    '<mc:Fallback><p:transition spd="med"><p:fade/></p:transition></mc:Fallback></mc:AlternateContent>'
)
"""Morph (MS-PPTX, 2.8), and a fade in programs that don't know it."""


def transition_xml(slide: Slide) -> str:
    """The transition into a slide; raises :class:`QuarterdeckError` for one that isn't known."""
    if slide.transition is None:
        return ""
    if slide.transition == MORPH:
        return _MORPH
    effect = TRANSITIONS.get(slide.transition)
    if effect is None:
        raise QuarterdeckError.of(
            f"unknown transition '{slide.transition}'",
            slide.span,
            hint=suggestion(slide.transition, (*TRANSITIONS, MORPH)),
            code="unknown-transition",
        )
    return f'<p:transition spd="med">{effect}</p:transition>' if effect else ""
