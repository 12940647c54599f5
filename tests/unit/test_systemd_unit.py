"""The systemd unit that ships: its gateway has a place for the journal of erasures, and serve takes its options."""

from __future__ import annotations

import argparse
import shlex
from configparser import ConfigParser
from pathlib import Path

import pytest

from crmdesk.cli import serve

UNIT = Path(__file__).parents[2] / "packaging" / "crmdesk-gateway.service"


@pytest.fixture
def service() -> dict[str, str]:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names have capitals
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    return dict(unit["Service"])


def test_a_system_that_is_closed_to_the_gateway_leaves_it_a_folder_of_its_own(service: dict[str, str]) -> None:
    assert (service["ProtectSystem"], service["ProtectHome"]) == ("strict", "yes")
    assert (service["StateDirectory"], service["StateDirectoryMode"]) == ("crmdesk", "0700")


def test_the_gateway_takes_the_options_that_the_unit_and_its_example_give(service: dict[str, str]) -> None:
    example = next(line for line in UNIT.read_text(encoding="utf-8").splitlines() if "CRMDESK_SERVE=" in line)
    words = service["ExecStart"].replace("$CRMDESK_SERVE", example.partition("=")[2])
    parser = argparse.ArgumentParser()
    serve.add(parser.add_subparsers())
    options = parser.parse_args(shlex.split(words.partition("-m crmdesk ")[2]))
    assert (options.listen, options.ami, options.region) == ("0.0.0.0:8710", "127.0.0.1:5038", "US")
    assert options.tls_cert
    assert options.tls_key
