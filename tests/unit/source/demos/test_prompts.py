"""Which commands open a program that reads what is typed."""

from __future__ import annotations

import pytest

from quarterdeck.source.demos.prompts import Opening, opening_of


@pytest.mark.parametrize(
    "command",
    [
        "docker run -it alpine sh",
        "docker run --rm --interactive --tty alpine /bin/ash",
        "docker exec -ti web bash",
        "docker compose exec db psql -U postgres shop",
        "docker exec -it cache redis-cli -h other -p 6380",
        "docker run -it python:3.11-slim python",
        "python3",
        "psql --username me",
        "sqlite3 shop.db",
        "bash",
        "sudo docker exec -it web sh",
    ],
)
def test_sessions(command: str) -> None:
    """After these even a bare '#' or '>' is a prompt."""
    assert opening_of(command) is Opening.SESSION


@pytest.mark.parametrize(
    "command",
    ["docker run -it alpine", "docker run -it alpine top", "docker attach web", "docker start -ai web", "ssh host"],
)
def test_perhaps(command: str) -> None:
    """After these only a prompt that can't be mistaken counts."""
    assert opening_of(command) is Opening.PERHAPS


@pytest.mark.parametrize(
    "command",
    [
        "docker ps",
        "docker run alpine sh",
        "docker run -dit alpine sh --detach",
        "docker exec -it web sh -c 'ls'",
        "docker exec -it db psql -c 'SELECT 1'",
        "docker exec -it cache redis-cli ping",
        "docker compose exec -T db psql",
        "python3 app.py",
        "python3 -c 'print(1)'",
        "python3 --version",
        "python3 <<EOF",
        "echo 1 | python3",
        "bash script.sh",
        "",
        "echo 'open",
    ],
)
def test_nothing(command: str) -> None:
    """After these all lines are output."""
    assert opening_of(command) is Opening.NOTHING
