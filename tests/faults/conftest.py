"""A gateway process on a real PostgreSQL, processes for desks, and a network between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.desk import Desk
from tests.faults.proxy import Proxy, a_network
from tests.faults.site import Children, Site, a_site, the_children
from tests.support.postgres import Databases


@pytest.fixture(scope="session")
def children() -> Iterator[Children]:
    """The process that starts desks."""
    with the_children() as made:
        yield made


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory, children: Children) -> Iterator[Site]:
    """A house with a gateway, one for all tests of a module."""
    url = databases.ready()
    with a_site(url, tmp_path_factory.mktemp("desks"), children) as made:
        yield made
    databases.drop(url)


@pytest.fixture
def network(site: Site) -> Iterator[Proxy]:
    """The network before the gateway."""
    with a_network(site.server) as made:
        yield made


@pytest.fixture
def desk(site: Site, network: Proxy, tmp_path: Path) -> Iterator[Desk]:
    """A desk of this process behind the network, which has everything and nothing to send."""
    with closing(Desk(tmp_path / "behind", network.url)) as made:
        site.seat(made)
        made.come_to_rest()
        yield made
