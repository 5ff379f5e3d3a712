"""What demos have to themselves, so that others don't run at the same time."""

from dataclasses import replace

import pytest

from quarterdeck.model.demo import Ready
from quarterdeck.project.claims import claims
from scripted_stage import demo, step


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("docker run --publish 8080:80 web", "8080"),
        ("docker run -p 127.0.0.1:8081:80/tcp web", "8081"),
        ("docker run -p8082:80 web", "8082"),
        ("docker run --publish=[::1]:8083:80 web", "8083"),
        ("curl --silent http://localhost:8084/page", "8084"),
        ("docker run --publish 80 web", ""),
        ("echo '8080:80'", ""),
    ],
)
def test_ports_in_commands(command: str, port: str) -> None:
    """Published and asked for; a port that Docker chooses is nobody's."""
    assert claims(demo("d", step("s", command)), ()) == {"d", port} - {""}


def test_ports_in_front_matter_and_attributes() -> None:
    """``ports:``, ``ready=`` and ``open=``."""
    opens = step("opens", "docker compose up", open_url="http://localhost:9001/")
    ready = replace(step("ready", "docker compose up"), ready=Ready("port", "localhost:9002"))
    assert claims(replace(demo("d", opens, ready), ports=(9003,)), ()) == {"d", "9001", "9002", "9003"}


def test_a_demo_claims_what_it_continues() -> None:
    """Its ports too, however long the chain; one that continues itself is told elsewhere."""
    first = replace(demo("first"), ports=(1000,))
    second = replace(demo("second"), continues="first")
    third = replace(demo("third"), continues="second")
    assert claims(third, [third, second, first]) == {"third", "second", "first", "1000"}
    ring = replace(demo("ring"), continues="ring")
    assert claims(ring, [ring]) == {"ring"}
