"""Unpacks an Asterisk from Debian packages into the cache folder: nothing of it is installed on this system."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

SUITE = "forky"
"""The release of Debian that has Asterisk 22."""

_WANTED = ("asterisk", "base-files")
_DEVICES = {"null": 3, "urandom": 9}
"""Memory devices of Linux (major number 1) that Asterisk opens."""

_TOOLS = ("apt-get", "dpkg-deb", "chroot")


def why_not() -> str:
    """Return why no Asterisk can be had on this system, empty if one can."""
    if os.geteuid() != 0:
        return "a real Asterisk is started in a folder of its own, which only root may do"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"a real Asterisk is unpacked from Debian packages, and this system has no {missing[0]}"
    return "" if mirror() else "a real Asterisk comes from a Debian archive, and apt here knows none"


def mirror() -> str:
    """Return the archive that apt itself takes its packages from, empty if there is none."""
    words = ("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages")
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout.split()
    return next((site for site in sorted(set(told)) if urlsplit(site).path.rstrip("/").endswith("debian")), "")


@contextmanager
def unpacked() -> Iterator[Path]:
    """Lend the root of an unpacked Asterisk, made the first time; another run waits until it is free."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crmdesk-tests"
    base.mkdir(parents=True, exist_ok=True)
    root = base / f"asterisk-{SUITE}"
    with (base / f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _unpack(base / f"{root.name}.part", root)
        yield root


def _unpack(work: Path, root: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(work)
    for folder in ("lists/partial", "archives/partial", "root"):
        (work / folder).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb {mirror()} {SUITE} main\n")
    _apt(work, "update")
    _apt(work, "--yes", "--download-only", "install", *_WANTED)
    # The folders of old, /lib and the like, are links in base-files: they have to be there before anything else.
    archives = sorted((work / "archives").glob("*.deb"), key=lambda file: (not file.name.startswith("base-"), file))
    for archive in archives:
        _run(("dpkg-deb", "-x", str(archive), str(work / "root")))
    for name, minor in _DEVICES.items():
        os.mknod(work / "root/dev" / name, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
    (work / "root").rename(root)
    shutil.rmtree(work)


def _apt(work: Path, *words: str) -> None:
    """Run apt on lists and packages of its own; it keeps the keys and the settings of this system."""
    settings = {
        "Dir::Etc::SourceList": work / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State": work,
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": work / "status",
        "Dir::Cache": work,
        "Dir::Cache::Archives": work / "archives",
        "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "0",
        "Acquire::Languages": "none",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    _run(("apt-get", "-qq", *options, *words))


def _run(words: Sequence[str]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr.strip()[-600:]}")
