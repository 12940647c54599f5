"""Makes the encrypted store of a benchmark with the raw driver, and keeps it in the cache folder for the next run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter

from sqlalchemy import column, insert, table
from sqlalchemy.dialects import sqlite

from benchmarks._history import Subject, complaints, interactions
from benchmarks._people import Person, people
from benchmarks._rows import Values, house, made_id
from crmdesk.models import search, search_schema, upgrade
from crmdesk.models.engine import connector, open_store
from crmdesk.models.registry import table_of

KEY = hashlib.sha256(b"crmdesk benchmarks: made-up customers only").digest()
"""The key of every generated store. Nothing in them is secret."""

SEED = 20261121
CUSTOMERS = 1_000_000
INTERACTIONS = 5_000_000
BORN = datetime(2023, 1, 1, tzinfo=UTC)
_BATCH = 20_000


class _Loader:
    """Writes rows with the raw driver into a new file that nobody else has open."""

    def __init__(self, path: Path) -> None:
        self._connection = connector(path, KEY)()
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA cache_size = -400000")
        self._connection.execute("PRAGMA wal_autocheckpoint = 100000")

    def load(self, entity: str, columns: Sequence[str], rows: Iterable[Values]) -> int:
        """Insert rows and return how many."""
        target = table(entity, *(column(name) for name in columns))
        statement = str(insert(target).compile(dialect=sqlite.dialect()))
        count, rows = 0, iter(rows)
        while batch := list(islice(rows, _BATCH)):
            self._connection.execute("BEGIN")
            self._connection.executemany(statement, batch)
            self._connection.execute("COMMIT")
            count += len(batch)
        return count

    def close(self) -> None:
        """Move everything into the main file and close it."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


CUSTOMER = (
    "id",
    "scope_id",
    "ver",
    *("kind", "name", "latin_name", "summary", "city", "since", "care", "tier", "language", "product", "preferences"),
)
POINT = ("id", "scope_id", "ver", "customer_id", "kind", "value", "e164", "extension", "label", "shared")
_DEFERRED = ("customer", "contact_point", "interaction", "note", "complaint")


def fill(path: Path, count: int, calls: int, seed: int = SEED) -> dict[str, float]:
    """Make the store at ``path`` and return counts of rows and seconds taken by each stage."""
    took: dict[str, float] = {}
    engines = open_store(path, KEY)
    upgrade.upgrade(engines.write)
    search.stop_following(engines.write)
    later = [index for entity in _DEFERRED for index in table_of(entity).indexes]
    for index in later:
        index.drop(engines.write)
    engines.dispose()
    loader = _Loader(path)
    began = perf_counter()
    for entity, columns, rows in house():
        loader.load(entity, columns, rows)
    subjects: list[Subject] = []
    points: list[Values] = []
    took["customers"] = loader.load("customer", CUSTOMER, customers(count, seed, subjects, points))
    took["contact_points"] = loader.load("contact_point", POINT, points)
    points.clear()
    took["customers_s"] = perf_counter() - began
    began = perf_counter()
    for entity, columns, rows in (*interactions(subjects, calls, seed), complaints(subjects, count // 250, seed)):
        took[f"{entity}s"] = loader.load(entity, columns, rows)
    loader.close()
    took["history_s"] = perf_counter() - began
    began = perf_counter()
    engines = open_store(path, KEY)
    for index in later:
        index.create(engines.write)
    took["indexes_s"] = perf_counter() - began
    began = perf_counter()
    search.rebuild(engines.write)
    engines.dispose()
    took["words_s"] = perf_counter() - began
    return took


def customers(count: int, seed: int, subjects: list[Subject], points: list[Values]) -> Iterator[Values]:
    """Yield customer rows; what belongs to them is put into ``subjects`` and ``points``."""
    rng = Random(seed + 1)
    step = timedelta(days=365) / max(count, 1)
    for number, person in enumerate(people(count, seed)):
        born = BORN + number * step
        row_id = made_id(rng, born)
        subjects.append(Subject(row_id, person.phones[0][0], person.product))
        points += _points(rng, born, row_id, person)
        yield (
            *(row_id, 1, 1, person.kind, person.name, person.latin_name, person.summary, person.city),
            *(person.since.isoformat(), person.care, person.tier, person.language, person.product, person.preferences),
        )


def _points(rng: Random, born: datetime, customer: bytes, person: Person) -> Iterator[Values]:
    for e164, extension, label, shared in person.phones:
        yield made_id(rng, born), 1, 1, customer, "phone", e164, e164, extension, label, int(shared)
    for kind, value in (("email", person.email), ("address", person.address)):
        if value:
            yield made_id(rng, born), 1, 1, customer, kind, value, None, None, "", 0


def cache_folder() -> Path:
    """Return where finished stores are kept (XDG Base Directory Specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "crmdesk-bench"


def _fingerprint() -> str:
    """Return a digest of everything that decides what is in a store."""
    migrations = Path(upgrade.__file__).parent / "migrations" / "versions"
    here = Path(__file__).parent
    sources = [*sorted(migrations.glob("*.py")), Path(search_schema.__file__)]
    sources += [here / name for name in ("_store.py", "_names.py", "_people.py", "_history.py", "_rows.py")]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:10]


def store(customers: int = CUSTOMERS, calls: int = 0, seed: int = SEED) -> tuple[Path, dict[str, float]]:
    """Return a store with these counts and how it was made (nothing if it was there already).

    The file is only to be read; whoever wants to write takes a copy.
    """
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shape = f"{seed}-{customers}-{calls}-"
    path = folder / f"{shape}{_fingerprint()}.db"
    if path.exists():
        return path, {}
    for stale in folder.glob(f"{shape}*"):
        stale.unlink()
    part = path.with_suffix(f".{os.getpid()}.part")
    took = fill(part, customers, calls, seed)
    part.rename(path)
    return path, took
