"""A profile in which nobody was ever signed in, made once in a process: a copy is quicker than its tables."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.kept import FILE as SECOND_FILE
from crmdesk.models.upgrade import upgrade
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file

KEY = bytes(range(32))


@cache
def _made_once(key: bytes) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory(prefix="crmdesk-blank-")
    engines = open_store(Path(folder.name) / STORE, key)
    upgrade(engines.write)
    engines.dispose()
    return folder


def open_blank(path: Path, key: bytes = KEY) -> StoreEngines:
    """Open a profile's file as the program does; where neither it nor a second one is there yet, it is a blank one."""
    if not path.exists() and not path.with_name(SECOND_FILE).exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(_made_once(key).name) / STORE, path)
    return open_file(path, key)
