"""The lock: what pyproject.toml asks for is in it, with hashes, and it can be used with any package registry."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.guards.sources import ROOT

_PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
_GROUPS = ("dev", "bundle")


def _asked_for() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups: dict[str, list[Any]] = project["dependency-groups"]

    def members(group: str) -> list[str]:
        names: list[str] = []
        for entry in groups[group]:
            names += members(entry["include-group"]) if isinstance(entry, dict) else [entry]
        return names

    wanted = [*project["project"]["dependencies"], *(name for group in _GROUPS for name in members(group))]
    return [Requirement(one) for one in wanted]


def _locked() -> dict[str, set[Version]]:
    locked: dict[str, set[Version]] = {}
    for name, version in _PINNED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8")):
        locked.setdefault(canonicalize_name(name), set()).add(Version(version))
    return locked


def test_the_lock_holds_what_the_project_asks_for() -> None:
    locked = _locked()
    unmet = [
        str(wanted)
        for wanted in _asked_for()
        if not any(wanted.specifier.contains(v) for v in locked.get(canonicalize_name(wanted.name), ()))
    ]
    assert not unmet, "run ./run.sh lock"


def test_every_locked_package_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock
