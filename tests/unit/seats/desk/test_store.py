"""What a desk finds again after it was killed."""

import stat
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.desk.records import Records
from quarterdeck.seats.desk.state import Limits, Seating
from quarterdeck.seats.desk.store import Store, desk_file, is_open
from quarterdeck.seats.messages import Progress


def test_a_desk_finds_what_the_one_before_has_stored(tmp_path: Path) -> None:
    """Names, seats, progress and the organiser's link are those of before."""
    file = tmp_path / "state" / "desk.json"
    store = Store(file)
    assert store.load() is None
    seating = Seating(Records("TIDE-42", "token"), Limits(2, 1, 100, 100))
    ada = seating.join("Ada", "cookie", 1)
    ada.progress = {"try-first": Progress(1, 2, done=True)}
    store.save(seating.records)
    store.close()
    again = Store(file)
    assert again.load() == seating.records
    assert b"cookie" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again.forget()
    assert again.load() is None
    again.close()


def test_one_desk_for_a_workshop(tmp_path: Path) -> None:
    """A second `seats serve` says that one runs already, instead of stopping its seats."""
    file = tmp_path / "desk.json"
    store = Store(file)
    assert is_open(file)
    with pytest.raises(QuarterdeckError, match="running already"):
        Store(file)
    store.close()
    assert not is_open(file)
    Store(file).close()


def test_a_file_is_written_when_something_has_changed(tmp_path: Path) -> None:
    """An idle desk leaves its disk alone."""
    store = Store(tmp_path / "desk.json")
    records = Records("TIDE-42", "token")
    store.save(records)
    written = store.file.stat().st_ino
    store.save(records)
    assert store.file.stat().st_ino == written
    records.notice = "Lunch"
    store.save(records)
    assert store.file.stat().st_ino != written
    store.close()


def test_a_full_disk_keeps_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored stays readable; the desk hears of it."""
    store = Store(tmp_path / "desk.json")
    store.save(Records("TIDE-42", "token"))

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        store.save(Records("GULL-17", "token"))
    loaded = store.load()
    assert loaded is not None
    assert loaded.code == "TIDE-42"
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    store.close()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    """A damaged file names itself, and what removing it means."""
    store = Store(tmp_path / "desk.json")
    store.file.write_text("{")
    with pytest.raises(QuarterdeckError, match="can't be read") as raised:
        store.load()
    assert str(store.file) in str(raised.value.first.hint)
    store.close()


def test_workshops_have_their_own_files(tmp_path: Path) -> None:
    """Two workshops on one machine don't share a desk, one opened from two folders does."""
    manifest = tmp_path / "a" / "workshop.yaml"
    assert desk_file(manifest) != desk_file(tmp_path / "b" / "workshop.yaml")
    assert desk_file(manifest) == desk_file(tmp_path / "b" / ".." / "a" / "workshop.yaml")
