"""Makes a million customers, always the same ones for a seed, in an encrypted store or as CSV for the import.

Calls, notes and complaints of three years come with them. A finished store is kept in the cache folder and used again.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._people import people
from benchmarks._store import CUSTOMERS, INTERACTIONS, SEED, store

COLUMNS = (
    *("name", "kind", "latin_name", "phone", "phone_2", "email", "address", "city", "since", "care", "tier"),
    *("language", "product", "preferences"),
)


def write_csv(path: Path, customers: int, seed: int = SEED) -> int:
    """Write customers as ``crmdesk import customers`` reads them; return how many."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for person in people(customers, seed):
            phones = [f"{e164} x{extension}" if extension else e164 for e164, extension, _, _ in person.phones]
            first, second = (*phones[:2], "", "")[:2]
            writer.writerow(
                (
                    *(person.name, person.kind, person.latin_name, first, second, person.email, person.address),
                    *(person.city, person.since.isoformat(), person.care, person.tier, person.language),
                    *(person.product, person.preferences),
                )
            )
    return customers


def main(argv: Sequence[str] | None = None) -> int:
    """Make a store or a CSV file and say where it is."""
    parser = argparse.ArgumentParser(prog="generator", description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0, help=f"the large benchmarks use {INTERACTIONS}")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write CSV for the import instead of a store")
    parser.add_argument("--json", action="store_true", help="print one JSON line")
    arguments = parser.parse_args(argv)
    began = perf_counter()
    said: dict[str, Any] = {"bench": "generator", "seed": arguments.seed}
    if arguments.csv is not None:
        said |= {"path": str(arguments.csv), "customers": write_csv(arguments.csv, arguments.customers, arguments.seed)}
    else:
        path, took = store(arguments.customers, arguments.interactions, arguments.seed)
        said |= {"path": str(path), "cached": not took, "size_mb": round(path.stat().st_size / 1e6, 1)}
        said |= {key: round(value, 2) for key, value in took.items()}
    said["took_s"] = round(perf_counter() - began, 2)
    print(json.dumps(said) if arguments.json else "\n".join(f"{key}: {value}" for key, value in said.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
