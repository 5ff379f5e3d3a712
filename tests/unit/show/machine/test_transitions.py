"""One key goes through the whole talk, and back undoes it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.show.machine.commands import (
    Command,
    Effect,
    Ended,
    EngineChecked,
    Enter,
    Fact,
    FinishTyping,
    GoOn,
    Hold,
    Interrupt,
    Jump,
    Key,
    Leave,
    Open,
    Prepared,
    RunStep,
    Source,
    Unprepared,
)
from quarterdeck.show.machine.plan import PlannedSlide, Renamed, ShowPlan, renamed
from quarterdeck.show.machine.state import Activity, Cover, Intent, Move, ShowState, intent_of, terminal_in_front
from quarterdeck.show.machine.transitions import advance, begin, replan
from quarterdeck.stage.events import Outcome
from support.scripted_stage import step


def planned(name: str, fragments: int, steps: int, *, recorded: bool = True) -> PlannedSlide:
    """A slide; with steps it has a demo of its own."""
    made = tuple(step(f"{name}-{n}", f"echo {n}") for n in range(steps))
    return PlannedSlide(
        name, name.title(), fragments, f"demo-{name}" if steps else None, made, recorded, script=f"{name} {steps}"
    )


PLAN = ShowPlan("Talk", (planned("a", 0, 0), planned("b", 2, 2), planned("c", 1, 0), planned("d", 0, 3)))
UNRECORDED = ShowPlan("Talk", tuple(replace(slide, recorded=False) for slide in PLAN.slides))

plans = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=6).map(
    lambda slides: ShowPlan("Talk", tuple(planned(f"s{n}", f, s) for n, (f, s) in enumerate(slides)))
)


class Stage:
    """Answers every effect at once, as a stage would in the end."""

    def __init__(self, plan: ShowPlan, start: int = 0) -> None:
        self.plan = plan
        self.effects: list[Effect] = []
        self.outcomes: dict[str, Outcome] = {}
        self.engine_down = False
        self.holding = False
        """Whether effects are left unanswered."""
        change = begin(plan, start)
        self.state = change.state
        self._carry_out(change.effects)

    def do(self, event: Command | Fact) -> ShowState:
        """Give a command or fact, and answer what follows from it."""
        change = advance(self.plan, self.state, event)
        self.state = change.state
        self._carry_out(change.effects)
        return self.state

    def position(self) -> tuple[int, int, int]:
        """Slide, fragment, steps."""
        return self.state.slide, self.state.fragment, self.state.steps

    def _carry_out(self, effects: tuple[Effect, ...]) -> None:
        self.effects += effects
        for effect in effects:
            if self.holding:
                continue
            match effect:
                case Enter(turn, _, _, Source.LIVE) if self.engine_down:
                    self.do(Unprepared(turn, "the engine is down"))
                case Enter(turn):
                    self.do(Prepared(turn))
                case RunStep(turn, demo, index):
                    self.do(Ended(turn, self.outcomes.pop(f"{demo}/{index}", Outcome.PASSED)))
                case Interrupt() | Hold() | GoOn() | Leave():
                    pass


def walk(stage: Stage) -> list[tuple[int, int, int]]:
    """Press next until the end; the positions passed."""
    passed = [stage.position()]
    while intent_of(stage.plan, stage.state).move is not Move.END:
        stage.do(Key.NEXT)
        passed.append(stage.position())
        assert len(passed) < 1000
    return passed


@given(plans)
def test_next_visits_every_slide_item_and_step_once_in_order(plan: ShowPlan) -> None:
    """Nothing is skipped or shown twice between the first press and the last."""
    expected = []
    for index, slide in enumerate(plan.slides):
        expected += [(index, fragment, 0) for fragment in range(slide.fragments + 1)]
        expected += [(index, slide.fragments, done + 1) for done in range(len(slide.steps))]
    assert walk(Stage(plan)) == expected


@given(plans)
def test_back_is_the_inverse_of_next(plan: ShowPlan) -> None:
    """Going back from the end passes the same positions in the other order."""
    stage = Stage(plan)
    forward = walk(stage)
    backward = [stage.position()]
    while stage.position() != (0, 0, 0):
        stage.do(Key.BACK)
        backward.append(stage.position())
        assert len(backward) <= len(forward)
    assert backward == forward[::-1]


@given(plans, st.data())
def test_one_back_undoes_one_next_anywhere(plan: ShowPlan, data: st.DataObject) -> None:
    """Wherever the talk is, next and back come out where they began."""
    stage = Stage(plan)
    length = len(walk(Stage(plan)))
    for _ in range(data.draw(st.integers(0, length - 1))):
        stage.do(Key.NEXT)
    before = stage.position()
    if intent_of(plan, stage.state).move is not Move.END:
        stage.do(Key.NEXT)
        stage.do(Key.BACK)
    assert stage.position() == before


events = st.one_of(
    st.sampled_from(Key),
    st.builds(Jump, st.sampled_from(["a", "b", "c", "d", "nowhere"])),
    st.builds(Open, st.sampled_from(["demo-b", "demo-d", "none"])),
    st.builds(Prepared, st.integers(0, 12)),
    st.builds(Unprepared, st.integers(0, 12), st.just("down")),
    st.builds(Ended, st.integers(0, 12), st.sampled_from(Outcome)),
    st.builds(EngineChecked, st.sampled_from(["", "gone"])),
)


@given(st.lists(events, max_size=40))
def test_nothing_that_is_pressed_or_heard_leads_out_of_the_deck(sequence: list[Command | Fact]) -> None:
    """After any sequence of commands and facts the position exists, and only this slide's steps are asked for."""
    state = begin(PLAN, 0).state
    for event in sequence:
        change = advance(PLAN, state, event)
        state = change.state
        slide = PLAN.slides[state.slide]
        assert 0 <= state.fragment <= slide.fragments
        assert all(len(o) <= len(s.steps) for o, s in zip(state.outcomes, PLAN.slides, strict=True))
        for effect in change.effects:
            if isinstance(effect, RunStep):
                assert effect.step < len(slide.steps)
            if isinstance(effect, Enter | RunStep):
                assert effect.demo == slide.demo
                assert effect.turn == state.turn


def test_facts_about_a_run_left_behind_change_nothing() -> None:
    """A step that ends after the speaker has moved on doesn't count for the slide shown now."""
    stage = Stage(PLAN)
    stage.do(Jump("b"))
    stage.do(Key.NEXT)
    stage.do(Key.NEXT)
    stage.holding = True
    running = stage.do(Key.NEXT)
    assert running.stage and running.stage.activity is Activity.RUNNING
    moved = stage.do(Jump("d"))
    assert stage.do(Ended(running.turn, Outcome.FAILED)) == moved


def test_next_waits_while_a_step_is_running() -> None:
    """A second press of the clicker neither runs the next step nor leaves the slide."""
    stage = Stage(PLAN, 3)
    stage.holding = True
    running = stage.do(Key.NEXT)
    assert stage.do(Key.NEXT) == running
    assert stage.effects[-1] == FinishTyping()


def test_a_press_while_the_stage_is_being_prepared_is_kept() -> None:
    """The step runs as soon as the stage is ready, without another press; back takes the press away."""
    stage = Stage(PLAN)
    stage.holding = True
    stage.do(Jump("d"))
    queued = stage.do(Key.NEXT)
    assert queued.stage and queued.stage.queued
    taken_back = stage.do(Key.BACK)
    assert taken_back.stage and not taken_back.stage.queued
    stage.do(Key.NEXT)
    running = stage.do(Prepared(stage.state.turn))
    assert running.stage and running.stage.activity is Activity.RUNNING
    assert stage.effects[-1] == RunStep(running.turn, "demo-d", 0)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT, Outcome.DIED])
def test_after_a_bad_step_next_plays_its_recording(outcome: Outcome) -> None:
    """The clicker alone gets over a failed step: the recording takes its place, and goes on from there."""
    stage = Stage(PLAN, 3)
    stage.outcomes["demo-d/0"] = outcome
    stage.do(Key.NEXT)
    assert intent_of(PLAN, stage.state).move is Move.RECORDING
    stage.outcomes["demo-d/0"] = Outcome.RECORDED
    stage.do(Key.NEXT)
    assert stage.state.outcomes[3] == (Outcome.RECORDED,)
    assert stage.state.stage and stage.state.stage.source is Source.RECORDING
    assert Enter(stage.state.turn - 1, "demo-d", 0, Source.RECORDING) in stage.effects


def test_without_a_recording_a_bad_step_does_not_stop_the_talk() -> None:
    """Next goes on with the next step."""
    stage = Stage(UNRECORDED, 3)
    stage.outcomes["demo-d/0"] = Outcome.FAILED
    stage.do(Key.NEXT)
    assert intent_of(UNRECORDED, stage.state).move is Move.STEP
    stage.do(Key.RECORDING)
    assert stage.state.outcomes[3] == (Outcome.FAILED,)


def test_an_interrupted_step_counts_as_done() -> None:
    """A speaker who stops 'logs --follow' goes on with the next step, not with a recording."""
    stage = Stage(PLAN, 3)
    stage.outcomes["demo-d/0"] = Outcome.INTERRUPTED
    stage.do(Key.NEXT)
    assert intent_of(PLAN, stage.state).move is Move.STEP


def test_the_recording_takes_over_a_step_that_hangs() -> None:
    """One key, in the middle of a step: the same step is played from the recording."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    stage.holding = True
    stage.do(Key.NEXT)
    stage.do(Key.RECORDING)
    assert stage.effects[-1:] == [Enter(stage.state.turn, "demo-d", 1, Source.RECORDING)]
    assert stage.do(Prepared(stage.state.turn)).steps == 1
    assert stage.effects[-1:] == [RunStep(stage.state.turn, "demo-d", 1)]


def running_step(plan: ShowPlan = PLAN) -> Stage:
    """A show in the middle of the second step of a demo."""
    stage = Stage(plan, 3)
    stage.do(Key.NEXT)
    stage.holding = True
    stage.do(Key.NEXT)
    return stage


def test_an_engine_that_goes_away_in_a_step_leaves_it_to_the_recording() -> None:
    """Nobody presses a key: the same step plays, the speaker reads why, and the other demos play theirs."""
    stage = running_step()
    stage.do(EngineChecked("gone"))
    assert stage.effects[-1:] == [Enter(stage.state.turn, "demo-d", 1, Source.RECORDING)]
    assert stage.state.stage and stage.state.stage.fault == "gone"
    stage.do(Prepared(stage.state.turn))
    assert stage.effects[-1:] == [RunStep(stage.state.turn, "demo-d", 1)]
    stage.holding = False
    stage.do(Jump("b"))
    assert stage.effects[-1:] == [Enter(stage.state.turn, "demo-b", 0, Source.RECORDING)]
    stage.do(EngineChecked(""))
    stage.do(Key.RESET)
    assert stage.effects[-1:] == [Enter(stage.state.turn, "demo-b", 0, Source.LIVE)]


def test_an_engine_that_freezes_while_a_demo_is_prepared_is_not_waited_for() -> None:
    """The press that came meanwhile plays the first step's recording."""
    stage = Stage(PLAN)
    stage.holding = True
    stage.do(Jump("d"))
    stage.do(Key.NEXT)
    stage.do(EngineChecked("gone"))
    assert stage.effects[-1:] == [Enter(stage.state.turn, "demo-d", 0, Source.RECORDING)]
    stage.do(Prepared(stage.state.turn))
    assert stage.effects[-1:] == [RunStep(stage.state.turn, "demo-d", 0)]


def test_a_held_step_waits_in_its_recording() -> None:
    """The speaker is talking: the recording begins at the next press."""
    stage = running_step()
    stage.do(Key.HOLD)
    stage.holding = False
    stage.do(EngineChecked("gone"))
    assert stage.state.stage and stage.state.stage.activity is Activity.READY
    assert stage.do(Key.NEXT).steps == 2


def test_an_engine_that_goes_away_between_steps_leaves_the_next_one_to_the_recording() -> None:
    """What next does is said before it is pressed."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    count = len(stage.effects)
    stage.do(EngineChecked("gone"))
    assert len(stage.effects) == count
    assert intent_of(PLAN, stage.state) == Intent(Move.RECORDING, 1)
    stage.do(Key.NEXT)
    assert stage.effects[count:] == [
        Enter(stage.state.turn - 1, "demo-d", 1, Source.RECORDING),
        RunStep(stage.state.turn, "demo-d", 1),
    ]


def test_without_a_recording_a_step_without_an_engine_is_ended_and_says_why() -> None:
    """It would wait for its time limit."""
    stage = running_step(UNRECORDED)
    stage.do(EngineChecked("gone"))
    assert stage.effects[-1:] == [Interrupt()]
    stage.do(Ended(stage.state.turn, Outcome.INTERRUPTED, "interrupted"))
    assert stage.state.stage and stage.state.stage.fault == "gone"


def test_a_stage_that_cannot_be_prepared_plays_the_recording_and_says_why() -> None:
    """An engine that is down costs the talk nothing but the badge."""
    stage = Stage(PLAN)
    stage.engine_down = True
    stage.do(Jump("d"))
    assert stage.state.stage and stage.state.stage.source is Source.RECORDING
    assert stage.state.stage.fault == "the engine is down"
    assert [position for position in walk(stage) if position[0] == 3][-1] == (3, 0, 3)


def test_a_stage_that_cannot_be_prepared_and_has_no_recording_is_passed_by() -> None:
    """Next leaves the slide; reset tries again."""
    stage = Stage(UNRECORDED)
    stage.engine_down = True
    stage.do(Jump("b"))
    assert stage.state.stage and stage.state.stage.activity is Activity.BROKEN
    stage.do(Key.NEXT)
    stage.do(Key.NEXT)
    assert intent_of(UNRECORDED, stage.state).move is Move.SLIDE
    stage.engine_down = False
    stage.do(Key.RESET)
    assert intent_of(UNRECORDED, stage.state).move is Move.STEP


def test_back_ends_a_step_that_is_running_and_undoes_it() -> None:
    """The clicker's other button gets out of a hanging step."""
    stage = Stage(PLAN, 3)
    stage.holding = True
    stage.do(Key.NEXT)
    stage.do(Key.BACK)
    assert stage.effects[-1] == Enter(stage.state.turn, "demo-d", 0, Source.LIVE)
    assert stage.position() == (3, 0, 0)


def test_back_one_step_resets_and_repeats_the_steps_before() -> None:
    """After two steps, back leaves the state that one step makes."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    stage.do(Key.NEXT)
    stage.do(Key.BACK)
    assert stage.effects[-1] == Enter(stage.state.turn, "demo-d", 1, Source.LIVE)


def test_rerun_repeats_the_last_step_on_a_fresh_stage() -> None:
    """The step is undone and run again."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    stage.do(Key.RERUN)
    assert stage.effects[-2:] == [
        Enter(stage.state.turn - 1, "demo-d", 0, Source.LIVE),
        RunStep(stage.state.turn, "demo-d", 0),
    ]
    assert stage.position() == (3, 0, 1)


def test_leaving_a_slide_ends_its_running_step_but_keeps_its_demo() -> None:
    """What runs in the foreground ends; a server started by the demo stays for the slides that talk about it."""
    stage = Stage(PLAN, 1)
    stage.do(Key.NEXT)
    stage.do(Key.NEXT)
    stage.holding = True
    stage.do(Key.NEXT)
    stage.do(Key.NEXT_SLIDE)
    assert stage.effects[-1] == Interrupt()
    assert stage.state.stage and stage.state.stage.slide == 1
    stage.do(Ended(stage.state.turn, Outcome.INTERRUPTED))
    assert stage.state.outcomes[1] == (Outcome.INTERRUPTED,)


def test_going_back_to_a_finished_demo_does_not_run_it_again() -> None:
    """Its terminal still shows what it printed; nothing happens on the stage."""
    stage = Stage(PLAN)
    while stage.position() != (3, 0, 0):
        stage.do(Key.NEXT)
    before = len(stage.effects)
    for _ in range(3):
        stage.do(Key.BACK)
    assert stage.position() == (1, 2, 2)
    assert len(stage.effects) == before


def test_a_blank_screen_comes_back_with_any_step() -> None:
    """As in PowerPoint: the first press only shows the slide again."""
    stage = Stage(PLAN, 1)
    assert stage.do(Key.BLANK).blank
    before = stage.position()
    assert not stage.do(Key.NEXT).blank
    assert stage.position() == before


def test_black_and_white() -> None:
    """As in PowerPoint: each key brings its colour, and the slide again where that is there already."""
    stage = Stage(PLAN)
    seen = [stage.do(key).blank for key in (Key.BLANK, Key.WHITE, Key.WHITE, Key.WHITE, Key.BLANK, Key.BLANK)]
    assert seen == [Cover.BLACK, Cover.WHITE, None, Cover.WHITE, Cover.BLACK, None]


def test_a_step_is_held_until_the_speaker_goes_on() -> None:
    """H, then next or H again; nothing is held where nothing runs, or once the step has ended."""
    stage = Stage(PLAN, 3)
    stage.do(Key.HOLD)
    stage.holding = True
    stage.do(Key.NEXT)
    for key in (Key.NEXT, Key.HOLD):
        assert stage.do(Key.HOLD).stage == replace(stage.state.stage, held=True)  # type: ignore[type-var]
        assert intent_of(PLAN, stage.state).move is Move.GO_ON
        stage.do(key)
        assert intent_of(PLAN, stage.state).move is Move.WAIT
    assert stage.effects[-4:] == [Hold(), GoOn(), Hold(), GoOn()]
    assert stage.position() == (3, 0, 0)
    stage.do(Key.HOLD)
    ended = stage.do(Ended(stage.state.turn, Outcome.PASSED))
    assert ended.stage and not ended.stage.held
    assert stage.effects.count(Hold()) == 3


@pytest.mark.parametrize("key", [Key.INTERRUPT, Key.NEXT_SLIDE, Key.BACK, Key.RECORDING])
def test_a_held_step_can_be_ended_and_left(key: Key) -> None:
    """Without going on with it first."""
    stage = Stage(PLAN, 1)
    stage.do(Key.NEXT)
    stage.do(Key.NEXT)
    stage.holding = True
    stage.do(Key.NEXT)
    stage.do(Key.HOLD)
    after = stage.do(key)
    assert isinstance(stage.effects[-1], Interrupt | Enter)
    assert after.stage and not after.stage.held


def test_the_speaker_can_type_only_into_a_live_terminal() -> None:
    """A recording takes no keys; leaving the slide gives the terminal back."""
    stage = Stage(PLAN, 3)
    assert stage.do(Key.TYPE).typing
    assert not stage.do(Jump("a")).typing
    assert not stage.do(Key.TYPE).typing
    stage.do(Jump("d"))
    stage.do(Key.RECORDING)
    assert not stage.do(Key.TYPE).typing


def test_a_show_of_recordings_never_traps_the_speaker_in_a_terminal() -> None:
    """Its stages are ready, but nothing in them would take the keys."""
    stage = Stage(replace(PLAN, live=False), 3)
    assert stage.state.stage is not None and stage.state.stage.activity is Activity.READY
    assert not stage.do(Key.TYPE).typing


def test_powerpoints_link_opens_the_demo_once() -> None:
    """The page that PowerPoint opens goes to the demo, but reloading it doesn't begin it anew."""
    stage = Stage(PLAN)
    stage.do(Open("demo-d"))
    stage.do(Key.NEXT)
    assert stage.do(Open("demo-d")).steps == 1


def test_a_changed_deck_keeps_the_slide_and_a_demo_that_did_not_change() -> None:
    """After a save the show is on the same slide, with the same steps done, and the stage is left alone."""
    stage = Stage(PLAN, 1)
    for _ in range(3):
        stage.do(Key.NEXT)
    longer = ShowPlan("Talk", (planned("new", 0, 0), *PLAN.slides))
    change = replan(PLAN, longer, stage.state)
    assert change.effects == ()
    assert (change.state.slide, change.state.fragment, change.state.steps) == (2, 2, 1)
    assert change.state.stage and change.state.stage.slide == 2


def test_a_changed_demo_begins_anew() -> None:
    """A script that was edited during the show is put on the stage again."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    edited = ShowPlan("Talk", (*PLAN.slides[:3], planned("d", 0, 2)))
    change = replan(PLAN, edited, stage.state)
    assert change.state.steps == 0
    assert [type(effect) for effect in change.effects] == [Enter]


def test_a_slide_whose_title_was_edited_keeps_its_place_and_its_demo() -> None:
    """Its id comes from its title, and the name of a demo that it holds itself comes from that."""
    stage = Stage(PLAN, 1)
    for _ in range(3):
        stage.do(Key.NEXT)
    retitled = replace(PLAN.slides[1], id="better", demo="better")
    changed = ShowPlan("Talk", (planned("new", 0, 0), PLAN.slides[0], retitled, *PLAN.slides[2:]))
    assert renamed(PLAN, changed) == Renamed({"b": "better"}, {"demo-b": "better"})
    change = replan(PLAN, changed, stage.state)
    assert change.effects == ()
    assert (change.state.slide, change.state.fragment, change.state.steps) == (2, 2, 1)
    assert change.state.stage and change.state.stage.slide == 2


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (("a", "b", "x", "d"), {"c": "x"}),
        (("a", "b", "x", "y", "d"), {}),  # which of them it was can't be told
        (("a", "d", "b"), {}),  # it was deleted
        (("x", "y", "z", "w"), {"a": "x", "b": "y", "c": "z", "d": "w"}),
        (("x", "b", "c", "d", "y"), {"a": "x"}),
    ],
)
def test_slides_are_found_by_their_place_between_those_that_are_still_there(
    ids: tuple[str, ...], found: dict[str, str]
) -> None:
    """Only where it is plain which one it is; a slide that was moved keeps its id."""
    old = ShowPlan("Talk", tuple(planned(name, 0, 0) for name in "abcd"))
    assert renamed(old, ShowPlan("Talk", tuple(planned(name, 0, 0) for name in ids))).slides == found


def test_a_demo_is_found_again_wherever_its_slide_has_gone_between_the_others() -> None:
    """By what it runs: two slides were put before it, and its title was edited."""
    other = replace(PLAN.slides[1], id="better", demo="better")
    changed = ShowPlan("Talk", (PLAN.slides[0], planned("x", 0, 0), planned("y", 0, 1), other, *PLAN.slides[2:]))
    assert renamed(PLAN, changed) == Renamed({"b": "better"}, {"demo-b": "better"})


def test_lines_put_before_a_demo_change_nothing_about_it() -> None:
    """Where a step stands in its file is not what it runs."""
    stage = Stage(PLAN, 3)
    stage.do(Key.NEXT)
    lower = tuple(
        structs.replace(each, span=SourceSpan("deck.md", 90 + n)) for n, each in enumerate(PLAN.slides[3].steps)
    )
    change = replan(PLAN, ShowPlan("Talk", (*PLAN.slides[:3], replace(PLAN.slides[3], steps=lower))), stage.state)
    assert (change.state.steps, change.effects) == (1, ())


def test_a_slide_that_is_gone_leaves_the_show_within_the_deck() -> None:
    """Deleting the slide that is shown, the last one, goes to the new last one and clears the stage."""
    stage = Stage(PLAN, 3)
    change = replan(PLAN, ShowPlan("Talk", PLAN.slides[:1]), stage.state)
    assert change.state.slide == 0
    assert change.effects == (Leave(),)


def test_a_step_brings_its_terminal_to_the_front_and_back_the_former() -> None:
    """The terminal seen is that of the last step, whichever way the show came there."""
    steps = (step("first", "echo 1"), structs.replace(step("second", "echo 2"), terminal=2))
    slide = PlannedSlide("a", "A", 0, "demo", steps, recorded=True)
    stage = Stage(ShowPlan("Talk", (slide,)))
    seen = [terminal_in_front(stage.plan, stage.do(key)) for key in (Key.NEXT, Key.NEXT, Key.BACK, Key.NEXT)]
    assert seen == [1, 2, 1, 2]


def test_the_speaker_turns_to_a_terminal_of_ones_own_and_back() -> None:
    """Also while typing; where recordings play there is only what the demo has."""
    stage = Stage(PLAN, 3)
    stage.do(Key.TYPE)
    assert terminal_in_front(PLAN, stage.do(Key.TERMINAL)) == 2
    assert stage.state.typing
    assert terminal_in_front(PLAN, stage.do(Key.TERMINAL)) == 1
    recorded = Stage(replace(PLAN, live=False), 3)
    assert terminal_in_front(recorded.plan, recorded.do(Key.TERMINAL)) == 1


def test_the_terminals_type_grows_within_bounds_and_stays_so() -> None:
    """Also on the next slide; smaller than placed it never gets."""
    stage = Stage(PLAN)
    assert [stage.do(key).zoom for key in [Key.SMALLER, *[Key.LARGER] * 5]] == [0, 1, 2, 3, 3, 3]
    assert stage.do(Key.NEXT_SLIDE).zoom == 3
