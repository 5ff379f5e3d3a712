"""Who gets a seat, keeps it, waits for it and loses it."""

import pytest

from quarterdeck.seats.desk.records import Attendee, Condition, Records, Seat
from quarterdeck.seats.desk.state import (
    AVOID_SECONDS,
    DEVICES,
    PASS_SECONDS,
    RETRY_SECONDS,
    FullError,
    Limits,
    Seating,
    merged,
)
from quarterdeck.seats.messages import Exercise, Progress, Status

HOUR = 3600.0
EXERCISES = (Exercise("try-first", "First"), Exercise("try-second", "Second"))


def seating(count: int = 3, warm: int = 0, expires: float = 4 * HOUR, idle: float = HOUR) -> Seating:
    """A desk that has just been opened, at 0."""
    return Seating(Records("TIDE-42", "token"), Limits(count, warm, expires, idle))


def status(exercise: str = "try-first", up: float = 1.0, progress: Progress | None = None) -> Status:
    """What a seat answers; the progress is that with the first exercise."""
    return Status(up, exercise, EXERCISES, {"try-first": progress} if progress else {}, ports=(8080,))


def ready(desk: Seating, now: float = 0.0, progress: Progress | None = None) -> None:
    """Have every seat start and answer."""
    for seat in list(desk.records.seats.values()):
        if seat.condition is Condition.ORDERED:
            desk.started(seat.id, "one", now)
        desk.resumed(seat.id)
        desk.answered(seat.id, status(progress=progress), now)


def seat_of(desk: Seating, attendee: Attendee) -> Seat:
    """The attendee's seat."""
    return desk.records.seats[attendee.seat or ""]


def test_a_warm_seat_is_taken_and_replaced() -> None:
    """Whoever types the code gets a terminal at once, and so does the next one."""
    desk = seating(warm=1)
    desk.tick(0)
    ready(desk)
    (warm,) = desk.records.seats.values()
    ada = desk.join("Ada", "a", 1)
    assert ada.seat == warm.id
    assert desk.view(ada).seat is warm
    (other,) = (seat for seat in desk.records.seats.values() if seat is not warm)
    assert (other.attendee, other.condition) == (None, Condition.ORDERED)


def test_a_full_room_has_a_queue() -> None:
    """Those who come late see how many are before them, and sit down in their turn when somebody goes."""
    desk = seating(count=1)
    ada, ben, cleo = (desk.join(name, name, n) for n, name in enumerate(("Ada", "Ben", "Cleo")))
    ready(desk)
    assert [desk.view(each).position for each in (ada, ben, cleo)] == [0, 1, 2]
    desk.end(ada, 5)
    assert desk.view(ada).ended == "closed"
    assert desk.view(ben).position == 0
    assert seat_of(desk, ben).condition is Condition.ORDERED
    assert desk.view(cleo).position == 1


def test_the_door_is_shut_at_last() -> None:
    """Somebody who joins a thousand times can't fill the desk's memory."""
    desk = seating(count=1)
    for n in range(desk.limits.attendees):
        desk.join("x", str(n), 0)
    with pytest.raises(FullError):
        desk.join("x", "one more", 0)


def test_a_lost_seat_comes_back_before_all_who_wait() -> None:
    """Whose host has died sits again at the same exercise, with what was done, and not behind latecomers."""
    desk = seating(count=1)
    ada, ben = desk.join("Ada", "a", 0), desk.join("Ben", "b", 0)
    ready(desk, 1, Progress(2, 2, 1, done=True))
    old = seat_of(desk, ada)
    old.host = "one"
    desk.lost(old.id, 5, host=True)
    seat = seat_of(desk, ada)
    assert seat.id != old.id
    assert desk.view(ben).position == 1
    assert desk.records.leaving == {old.id: "one"}
    assert desk.avoided(5) == {"one"}
    assert desk.avoided(6 + AVOID_SECONDS) == frozenset()
    assert (seat.exercise, seat.resume, ada.moved) == ("try-first", True, 1)
    desk.started(seat.id, "two", 6)
    desk.answered(seat.id, status("try-second"), 7)
    assert desk.view(ada).seat is None, "it doesn't know what was done yet"
    desk.resumed(seat.id)
    assert desk.view(ada).seat is seat
    desk.answered(seat.id, status("try-first"), 8)
    assert ada.done == 1


def test_a_server_that_was_started_again_is_told_what_was_done() -> None:
    """A seat whose server has crashed goes on at its exercise."""
    desk = seating()
    ada = desk.join("Ada", "a", 0)
    ready(desk, 1)
    desk.answered(seat_of(desk, ada).id, status("try-second", up=50), 50)
    desk.answered(seat_of(desk, ada).id, status("try-first", up=1), 51)
    seat = seat_of(desk, ada)
    assert (ada.exercise, seat.resume) == ("try-second", True)


def test_full_hosts_are_asked_again_after_a_while() -> None:
    """An attendee waits while all hosts are full, and the organiser reads why."""
    desk = seating()
    ada = desk.join("Ada", "a", 0)
    desk.refused(seat_of(desk, ada).id, "", "all hosts are full", 1)
    assert desk.view(ada).position == 1
    assert not desk.records.seats
    assert [fault[1:] for fault in desk.faults] == [("", "all hosts are full")]
    desk.tick(1 + RETRY_SECONDS)
    assert desk.view(ada).position == 0


def test_a_host_without_the_image_is_avoided_at_once() -> None:
    """One host that can't start seats costs nobody a seat on the others."""
    desk = seating()
    ada = desk.join("Ada", "a", 0)
    first = seat_of(desk, ada)
    desk.refused(first.id, "two", "no such image", 1)
    assert seat_of(desk, ada).id != first.id
    assert desk.avoided(1) == {"two"}


def test_time_runs_out_and_can_be_extended() -> None:
    """A seat ends at its time; more time gives a seat again."""
    desk = seating(expires=100, idle=HOUR)
    ada = desk.join("Ada", "a", 0)
    ready(desk)
    desk.extend(ada, 50, 10)
    desk.tick(149)
    assert ada.ended is None
    desk.tick(150)
    assert ada.ended == "expired"
    assert not desk.records.seats
    assert len(desk.records.leaving) == 1
    desk.come_back(ada, 160)
    assert ada.ended == "expired", "nobody comes back by reloading"
    desk.extend(ada, 100, 160)
    assert ada.expires == 260
    assert seat_of(desk, ada).attendee == ada.id


def test_a_seat_that_nobody_uses_goes_to_others() -> None:
    """After a warning; whoever comes back gets another one, at the same exercise."""
    desk = seating(idle=100)
    ada = desk.join("Ada", "a", 0)
    ready(desk)
    desk.tick(90)
    assert desk.view(ada).warned
    desk.touched(ada, 95)
    assert not desk.view(ada).warned
    desk.tick(194)
    assert ada.ended is None
    desk.tick(195)
    assert ada.ended == "idle"
    assert not desk.records.seats
    desk.come_back(ada, 300)
    assert ada.ended is None
    assert seat_of(desk, ada).exercise == "try-first"


def test_another_device_finds_the_same_seat() -> None:
    """A code from the laptop opens the seat on the tablet, once, for some minutes."""
    desk = seating()
    ada = desk.join("Ada", "laptop", 0)
    code = desk.new_pass(ada, 0)
    newer = desk.new_pass(ada, 1)
    assert desk.use_pass(code, "tablet", 2) is None
    assert desk.use_pass(newer, "tablet", 2) is ada
    assert desk.use_pass(newer, "thief", 3) is None
    assert desk.whose("tablet") is desk.whose("laptop") is ada
    late = desk.new_pass(ada, 10)
    assert desk.use_pass(late, "phone", 10 + PASS_SECONDS) is None
    for n in range(DEVICES):
        desk.use_pass(desk.new_pass(ada, 20), f"device {n}", 20)
    assert desk.whose("laptop") is None
    assert desk.whose("no one's") is None


def test_names_are_told_apart() -> None:
    """Three attendees called Kim are three lines in the organiser's room."""
    desk = seating()
    assert [desk.join("Kim", str(n), 0).name for n in range(3)] == ["Kim", "Kim 2", "Kim 3"]


def test_a_reset_begins_the_exercise_again() -> None:
    """The organiser's reset gives an attendee a clean room, and takes away nothing that was done."""
    desk = seating()
    ada = desk.join("Ada", "a", 0)
    desk.reset(ada)
    assert not seat_of(desk, ada).resume, "there is nothing to reset yet"
    ready(desk, 1, Progress(done=True))
    desk.reset(ada)
    assert seat_of(desk, ada).resume
    assert ada.done == 1


def test_a_fault_that_lasts_is_told_now_and_then() -> None:
    """Two hosts that lack the image are two lines, not two more at each try; and those that fail aren't full."""
    desk = seating(warm=1)
    told: list[str] = []
    desk.reported = lambda host, reason: told.append(f"{host} {reason}")
    for now in range(0, 300, 30):
        for host in ("one", "two", ""):
            desk.tick(now)
            (seat,) = desk.records.seats
            desk.refused(seat, host, "lacks the image" if host else "all hosts are full", now)
        desk.tick(now + 20)
    assert told == ["one lacks the image", "two lacks the image"]
    (seat,) = desk.records.seats
    desk.refused(seat, "one", "lacks the image", 900)
    assert told[2:] == ["one lacks the image"]


def test_a_warm_seat_does_not_grow_old() -> None:
    """Somebody who joins in the fourth hour doesn't get a seat that is about to end."""
    desk = seating(warm=1, expires=100)
    desk.tick(0)
    ready(desk)
    (old,) = desk.records.seats
    desk.tick(100)
    assert old in desk.records.leaving
    assert len(desk.records.seats) == 1


def test_nothing_is_stored_where_nothing_happens() -> None:
    """An idle desk doesn't write to its disk every second."""
    desk = seating(warm=1)
    ada = desk.join("Ada", "a", 0)
    ready(desk)
    changes: list[int] = []
    desk.changed = lambda: changes.append(1)
    desk.tick(1)
    desk.answered(seat_of(desk, ada).id, status(up=2), 2)
    assert not changes
    desk.call(ada, 3, on=True)
    assert len(changes) == 1


def test_a_desk_that_was_away_ends_nobody() -> None:
    """After an hour without the desk, seats are still there, and those that were ordered are looked for."""
    desk = seating(idle=100)
    ada = desk.join("Ada", "a", 0)
    desk.wake(1000)
    desk.tick(1001)
    assert ada.ended is None
    assert seat_of(desk, ada).condition is Condition.STARTING


def test_the_end_of_the_workshop_leaves_no_seat() -> None:
    """All seats are to be stopped, warm ones too, and every page says so."""
    desk = seating(warm=1)
    ada = desk.join("Ada", "a", 0)
    desk.end_all()
    assert (ada.ended, len(desk.records.leaving), desk.records.seats) == ("closed", 2, {})


def test_solved_is_solved() -> None:
    """A reset or another seat takes away neither a solved exercise nor the hints that were used."""
    before = {"a": Progress(2, 2, 3, done=True), "b": Progress(1, 2)}
    now = {"a": Progress(0, 2, 1), "c": Progress(1, 1, done=True)}
    assert merged(before, now) == {
        "a": Progress(0, 2, 3, done=True),
        "b": Progress(1, 2),
        "c": Progress(1, 1, done=True),
    }
