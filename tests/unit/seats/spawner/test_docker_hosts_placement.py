"""A seat goes where there is most room, and gets a network that nobody has."""

from __future__ import annotations

import ipaddress

from quarterdeck.seats.spawner.docker_hosts import hosts_in_turn, networks, seats_of

GIGABYTE = 1 << 30


def test_the_emptiest_host_first() -> None:
    """Seats spread over the hosts; full ones and dead ones get none."""
    assert hosts_in_turn({"one": 3, "two": 9, "full": 0, "dead": 20}, avoid={"dead"}) == ["two", "one"]
    assert hosts_in_turn({"full": 0}) == []


def test_how_many_fit() -> None:
    """A machine of 24 GB holds the seventy-six seats of a gigabyte that are never busy together; a tiny one none."""
    assert seats_of(24 * GIGABYTE, GIGABYTE) == 76
    assert seats_of(24 * GIGABYTE, 256 << 20) == 153, "each is counted with what an idle one takes"
    assert seats_of(100 << 20, GIGABYTE) == 0


def test_networks_of_seats() -> None:
    """Each seat tries other networks first, all of them small, private and its own."""
    of_one, of_two = list(networks("aaaa")), list(networks("bbbb"))
    assert of_one != of_two
    assert of_one == list(networks("aaaa"))
    assert len(set(of_one)) == len(of_one) == 32
    for each in of_one:
        network = ipaddress.ip_network(each)
        assert network.subnet_of(ipaddress.ip_network("10.213.0.0/16"))  # type: ignore[arg-type]
        assert network.num_addresses == 8
