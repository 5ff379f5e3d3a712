"""``seats:`` of a manifest is read whole, or each fault is shown at its place."""

from __future__ import annotations

import importlib.resources
import textwrap

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.seats import Settings
from support.workshop_folder import Workshop

WHOLE = """
seats:
  count: 40
  warm: 5
  hosts: [one, "ssh://lab@two.example.org", "unix:///run/three.sock"]
  memory: 1.5g
  cpus: 1
  pids: 800
  disk: 10g
  expires: 3h30m
  idle: 20m
  code: TIDE-42
  runtime: sysbox-runc
  images: [redis:8]
"""


def read(workshop: Workshop, text: str) -> Settings:
    """The settings in a manifest."""
    (workshop.path / "workshop.yaml").write_text(text)
    return read_manifest(workshop.path).seats


def test_every_key(workshop: Workshop) -> None:
    """What the organiser wrote is what seats get."""
    assert read(workshop, WHOLE) == Settings(
        40,
        5,
        ("one", "ssh://lab@two.example.org", "unix:///run/three.sock"),
        1_610_612_736,
        1.0,
        800,
        10 << 30,
        12_600.0,
        1_200.0,
        "TIDE-42",
        "sysbox-runc",
        ("redis:8",),
    )


def test_the_guides_example(workshop: Workshop) -> None:
    """The settings on the guide's page can be read."""
    page = (importlib.resources.files("quarterdeck") / "reference/seats.md").read_text("utf-8")
    example = textwrap.dedent("    seats:" + page.partition("    seats:")[2].partition("\n\n")[0])
    assert read(workshop, example) == Settings(warm=5, hosts=("one", "two"))


def test_nothing_said(workshop: Workshop) -> None:
    """A manifest without seats has the defaults, and a Swarm may be the only host."""
    assert read(workshop, "title: Ports\n") == Settings()
    assert read(workshop, "seats: {hosts: 'swarm:lab'}\n").hosts == ("swarm:lab",)


def test_few_seats_have_few_warm_ones(workshop: Workshop) -> None:
    """A workshop of one seat doesn't have to say that fewer are kept warm."""
    assert read(workshop, "seats: {count: 1}\n").warm == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("memory: 512", "'memory' must be a size"),
        ("memory: 16m", "'memory' must be at least 256m"),
        ("count: 0", "'count' must be a whole number from 1 to 1000"),
        ("warm: 31", "'warm' must be at most 'count', 30"),
        ("hosts: 'ftp://x'", "'ftp://x' is not the address of a Docker engine"),
        ("hosts: 'a b'", "'a b' is not a host"),
        ("hosts: [one, one]", "'one' is given twice"),
        ("hosts: [one, 'swarm:two']", "'swarm:two' is a whole Swarm"),
        ("expires: soon", "'expires' must be a length of time"),
        ("code: x", "'code' must be 4 to 24 letters"),
        ("code: 'TIDE 42'", "'code' must be 4 to 24 letters"),
        ("runtime: ../runc", "'runtime' must be the name of a runtime"),
        ("cpu: 2", "unknown key 'cpu' in seats"),
    ],
)
def test_each_fault_at_its_place(workshop: Workshop, line: str, said: str) -> None:
    """A wrong value is named, in its line, with what to write instead."""
    with pytest.raises(QuarterdeckError) as caught:
        read(workshop, f"title: Ports\nseats:\n  {line}\n")
    (fault,) = caught.value.diagnostics
    assert said in fault.message
    assert fault.span is not None
    assert fault.span.line == 3
