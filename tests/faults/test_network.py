"""A network that cuts, swallows, drips, delays and repeats: everything arrives, and nothing takes effect twice."""

from __future__ import annotations

from contextlib import closing, suppress

import pytest

from crmdesk.domain.errors import Unavailable
from tests.faults.desk import Desk
from tests.faults.proxy import Kind, Proxy, Trouble, Way
from tests.faults.site import Site

EVERY = 3
"""Of the places worth a cut every third is tried here; the next run of ``./run.sh soak`` cuts anywhere."""


def _one_turn(site: Site, desk: Desk, network: Proxy, trouble: Trouble | None) -> int:
    """Let a desk work and do a whole turn in trouble; return how often the trouble came."""
    site.work(desk, 5)
    desk.cycle.greet_again()
    network.set(trouble)
    with suppress(Unavailable):
        desk.turn()
    return network.happened


def _healed(site: Site, desk: Desk, network: Proxy) -> None:
    network.set(None)
    desk.come_to_rest()
    site.check(desk)


@pytest.mark.parametrize("way", Way)
def test_a_connection_that_is_cut_after_any_byte_of_interest_costs_nothing(
    way: Way, site: Site, desk: Desk, network: Proxy
) -> None:
    _one_turn(site, desk, network, None)
    places = network.traffic.places(way)
    _healed(site, desk, network)
    cuts = 0
    for place in places[::EVERY]:
        cuts += _one_turn(site, desk, network, Trouble(Kind.CUT, way, place))
        _healed(site, desk, network)
    assert len(places) > 20
    assert cuts >= len(places) // EVERY - 1, "a cut behind the last byte meets nobody"


def test_a_connection_that_is_half_open_is_given_up_and_nothing_is_sent_twice(
    site: Site, desk: Desk, network: Proxy
) -> None:
    """The server took everything; its answer never comes, and nobody says so: the desk gives up after ten seconds."""
    way = Way.DOWN
    _one_turn(site, desk, network, None)
    place = network.traffic.places(way)[-4]
    _healed(site, desk, network)
    assert _one_turn(site, desk, network, Trouble(Kind.SWALLOW, way, place)) == 1
    _healed(site, desk, network)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("kind", [Kind.DRIP, Kind.DELAY])
def test_a_slow_network_only_takes_longer(kind: Kind, way: Way, site: Site, desk: Desk, network: Proxy) -> None:
    site.work(desk, 5)
    network.set(Trouble(kind, way))
    desk.turn()
    assert network.happened > 1
    _healed(site, desk, network)


@pytest.mark.parametrize("way", Way)
def test_a_request_that_arrives_twice_takes_effect_once(way: Way, site: Site, desk: Desk, network: Proxy) -> None:
    repeated = 0
    for _ in range(4):
        repeated += _one_turn(site, desk, network, Trouble(Kind.REPEAT, way))
        _healed(site, desk, network)
    assert repeated >= 8


def test_new_tokens_that_get_lost_on_the_way_sign_nobody_out(site: Site, desk: Desk, network: Proxy) -> None:
    desk.close()
    for kind in (Kind.CUT, Kind.REPEAT):
        with closing(Desk(desk.folder, network.url)) as again:
            assert _one_turn(site, again, network, Trouble(kind, Way.DOWN)) >= 1
            _healed(site, again, network)
