"""Skipping what was done before: migrations and static files are prepared again when their sources changed.

The stamp is a hash of every source file and every installed version, and for the database also its identity.
A step too many costs seconds; a migration not run costs a broken page. So any changed line counts.
"""

import hashlib
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import psycopg

_PACKAGE = Path(__file__).resolve().parents[1]
_HOST = Path(__file__).resolve().parent


class Stamp:
    """What a step was last done for, kept in a file."""

    def __init__(self, file: Path, wanted: str) -> None:
        self._file = file
        self._wanted = wanted

    def is_current(self) -> bool:
        return self._file.is_file() and self._file.read_text() == self._wanted

    def write(self) -> None:
        self._file.write_text(self._wanted)


def code_hash() -> str:
    """Of all Python in the package but this host layer, and of the versions it runs with."""
    return _hash(p for p in _PACKAGE.rglob("*.py") if _HOST not in p.parents)


def static_hash() -> str:
    return _hash(p for p in _PACKAGE.rglob("static/**/*") if p.is_file())


def database_identity(superuser_address: str, database: str) -> str:
    """Changes when the data directory or the database is made anew."""
    question = (
        "SELECT system_identifier::text || '/' || (SELECT oid FROM pg_database WHERE datname = %s)"
        " FROM pg_control_system()"
    )
    with psycopg.connect(superuser_address) as server:
        row = server.execute(question, [database]).fetchone()
    return str(row[0]) if row else ""


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(_versions().encode())
    for file in sorted(files):
        digest.update(f"\n{file.relative_to(_PACKAGE)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _versions() -> str:
    return " ".join(sorted(f"{d.name}={d.version}" for d in distributions()))
