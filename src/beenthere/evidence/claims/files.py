"""The files of a claims folder: found, named, and where they are text, turned into columns once."""

import csv
import gzip
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from beenthere.evidence.claims.columns import LAYOUTS, Layout
from beenthere.evidence.errors import Unfit

#: What the engine may hold before it spills to disk; Python and its libraries come on top.
MEMORY = "1200MB"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file as given, and the Parquet file its rows are read from: the same one, or a copy when it was
    CSV."""

    given: Path
    read: Path

    @property
    def header_rows(self) -> int:
        return 0 if self.given == self.read else 1


@dataclass(frozen=True, kw_only=True)
class Source:
    """The rows of one table as they are in the files, no type or value judged yet."""

    layout: Layout
    parts: tuple[Part, ...]
    rows: ir.Table


@contextmanager
def engine(memory: str = MEMORY) -> Iterator[tuple[BaseBackend, Path]]:
    """DuckDB on all cores in this process, and a folder for what spills. Both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="beenthere-evidence-") as scratch:
        backend = ibis.duckdb.connect(temp_directory=scratch, memory_limit=memory)
        backend.raw_sql("set enable_progress_bar = false; set preserve_insertion_order = false")
        try:
            yield backend, Path(scratch)
        finally:
            backend.disconnect()


def find(folder: Path, backend: BaseBackend, scratch: Path) -> dict[str, Source]:
    """Every table of the folder. Raises Unfit when a required one is missing or a file cannot be read at
    all."""
    if not folder.is_dir():
        raise Unfit("there is no such folder", where=str(folder))
    found: dict[str, Source] = {}
    for layout in LAYOUTS:
        files = _files(folder, layout)
        if files:
            found[layout.name] = _source(layout, files, backend, scratch)
    return found


def _files(folder: Path, layout: Layout) -> list[Path]:
    """`NAME.parquet`, `NAME.csv`, `NAME.csv.gz`, or a folder `NAME` of such files."""
    kinds = (".parquet", ".csv", ".csv.gz")
    alone = [folder / f"{layout.name}{kind}" for kind in kinds]
    inside = [file for kind in kinds for file in sorted((folder / layout.name).glob(f"*{kind}"))]
    files = [file for file in alone if file.is_file()] + inside
    if not files and layout.required:
        raise Unfit(
            (
                f"there is no {layout.name}.parquet or {layout.name}.csv, and no folder "
                f"{layout.name} of such files"
            ),
            where=str(folder),
        )
    if len({file.suffix == ".parquet" for file in files}) > 1 or (inside and len(files) > len(inside)):
        names = ", ".join(str(file.relative_to(folder)) for file in files[:4])
        raise Unfit(f"{layout.name} is there in more than one form ({names}); keep one", where=str(folder))
    return files


def _source(layout: Layout, files: list[Path], backend: BaseBackend, scratch: Path) -> Source:
    parts = tuple(_part(layout, number, file, backend, scratch) for number, file in enumerate(files))
    try:
        rows = backend.read_parquet([str(part.read) for part in parts], union_by_name=True)
        _all_columns(layout, rows, files)
    except (duckdb.Error, OSError) as fault:
        raise Unfit(_first_line(fault), where=_where(layout, files)) from fault
    return Source(layout=layout, parts=parts, rows=rows)


def _part(layout: Layout, number: int, file: Path, backend: BaseBackend, scratch: Path) -> Part:
    if file.suffix == ".parquet":
        return Part(given=file, read=file)
    _named_once(layout, file)
    copy = scratch / f"{layout.name}-{number}.parquet"
    try:
        backend.raw_sql("set preserve_insertion_order = true")
        text = backend.read_csv(
            str(file), all_varchar=True, header=True, delim=",", quote='"', escape='"', skip=0
        )
        text.to_parquet(copy)
    except (duckdb.Error, OSError) as fault:
        told = _misfit(file) or _first_line(fault)
        raise Unfit(f"the file cannot be read as CSV: {told}", where=str(file)) from fault
    finally:
        backend.raw_sql("set preserve_insertion_order = false")
    return Part(given=file, read=copy)


@contextmanager
def _cells(file: Path) -> Iterator[Iterator[list[str]]]:
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as text:
            yield csv.reader(text)
    else:
        with file.open(encoding="utf-8-sig", newline="") as plain:
            yield csv.reader(plain)


def _named_once(layout: Layout, file: Path) -> None:
    """Raises Unfit for a column that is there twice: the engine would rename one, and read the other."""
    try:
        with _cells(file) as rows:
            head = next(rows, [])
    except (OSError, EOFError, UnicodeDecodeError, csv.Error):
        return  # The engine says what is wrong with it.
    twice = [column.name for column in layout.columns if head.count(column.name) > 1]
    if twice:
        raise Unfit(f"row 1: the column {', '.join(twice)} is there twice", where=str(file))


def _misfit(file: Path) -> str:
    """The first row that a person would have to mend; empty when every row has the cells of the header."""
    number = 1
    try:
        with _cells(file) as rows:
            head = next(rows, [])
            for number, row in enumerate(rows, start=2):
                if row and len(row) != len(head):
                    return f"row {number} has {len(row)} cells, the header has {len(head)}"
    except UnicodeDecodeError:
        return f"it is not UTF-8 text, after about row {number}"
    except (OSError, EOFError, csv.Error) as fault:
        return str(fault)
    return ""


def _all_columns(layout: Layout, rows: ir.Table, files: list[Path]) -> None:
    missing = [
        column.name for column in layout.columns if column.required and column.name not in rows.columns
    ]
    if missing:
        raise Unfit(
            f"the column {', '.join(missing)} is missing; there are: {', '.join(rows.columns[:40])}",
            where=_where(layout, files),
        )


def _where(layout: Layout, files: list[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{files[0].parent} ({len(files)} files of {layout.name})"


def _first_line(fault: BaseException) -> str:
    return str(fault).strip().splitlines()[0]
