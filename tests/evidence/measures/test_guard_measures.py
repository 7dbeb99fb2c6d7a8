"""What every measure keeps to, the next one too."""

import ast
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pytest
import sqlglot
from twins.rows import KINDS, schema

from beenthere.evidence import claims as claims_package
from beenthere.evidence import measures as measures_package
from beenthere.evidence.claims import codes
from beenthere.evidence.claims.opened import claims_from
from beenthere.evidence.claims.resolving import judge, standing
from beenthere.evidence.errors import Unfit
from beenthere.evidence.measures.counting import compact
from beenthere.evidence.measures.register import MEASURES, measure_named

MEASURES_FOLDER = Path(measures_package.__path__[0])
CLAIMS_FOLDER = Path(claims_package.__path__[0])
TWINS = Path(__file__).parent.parent / "twins"
#: The one file that may know which engine runs; the synthetic people are made without one.
ENGINE = {"files.py"}
BY_HAND = {"raw_sql", "sql", "execute", "dot_sql"}


def by_hand(text: str) -> set[str]:
    """Calls that reach past Ibis, and imports of an engine."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in BY_HAND:
            found.add(node.attr)
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "duckdb"}
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "duckdb":
            found.add("duckdb")
    return found


def test_measures_are_expressions_and_know_no_engine() -> None:
    files = [
        *MEASURES_FOLDER.rglob("*.py"),
        *CLAIMS_FOLDER.glob("*.py"),
        *(CLAIMS_FOLDER / "codes").glob("*.py"),
    ]
    told = {file.name: by_hand(file.read_text()) for file in files if file.name not in ENGINE}
    assert {name: calls for name, calls in told.items() if calls} == {}


def test_the_guard_bites() -> None:
    assert by_hand("import duckdb\ntable.raw_sql('select 1')") == {"duckdb", "raw_sql"}


def said_to(name: str, dialect: str) -> list[str]:
    """The measure's queries, those for what it stores on the way among them, as another engine would get
    them."""
    tables = {table: ibis.table(schema(kind), name=table) for table, kind in KINDS.items()}
    queries: list[str] = []

    def keep(stored: str, table: ir.Table) -> ir.Table:
        queries.append(str(ibis.to_sql(table, dialect=dialect)))
        return ibis.table(table.schema(), name=stored)

    lines = keep("lines_that_stand", standing(judge(tables["lines"])).select(*tables["lines"].columns))
    rest = {table: tables[table] for table in ("eligibility", "pharmacy", "events")}
    measured = compact(MEASURES[name], claims_from(lines=lines, **rest, codes=codes.load(), keep=keep), 2025)
    return [*queries, str(ibis.to_sql(measured, dialect=dialect))]


# Databricks speaks Spark SQL; Ibis writes plain Spark only where pyspark is installed.
@pytest.mark.parametrize("dialect", ["databricks", "postgres"])
@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_can_be_said_to_another_engine(name: str, dialect: str) -> None:
    for query in said_to(name, dialect):
        assert sqlglot.parse_one(query, dialect=dialect) is not None


def test_every_measure_has_a_folder_a_page_and_a_twin() -> None:
    assert [key for key in MEASURES if not (MEASURES_FOLDER / key / "README.md").is_file()] == []
    assert [key for key in MEASURES if not (TWINS / f"{key}.py").is_file()] == []
    folders = {file.parent.name for file in MEASURES_FOLDER.glob("*/__init__.py")}
    assert folders == set(MEASURES)


def test_every_group_a_measure_names_has_a_list_with_a_source() -> None:
    lists = codes.load()
    for measure in MEASURES.values():
        assert all(row.source and row.confidence for row in lists.of(*measure.groups))


def test_wider_numerators_are_there() -> None:
    for measure in MEASURES.values():
        keys = {numerator.key for numerator in measure.numerators}
        assert {n.within for n in measure.numerators if n.within} <= keys


def test_no_list_holds_a_code_that_needs_a_licence() -> None:
    """CPT is five digits, or four and a letter."""
    hcpcs = [row for row in codes.load().rows if row.system == "hcpcs"]
    assert [row.first for row in hcpcs if row.first[0].isdigit() or row.last[0].isdigit()] == []


def test_a_measure_nobody_knows() -> None:
    with pytest.raises(Unfit, match="there is no measure fux; there are: fuh"):
        measure_named("fux")
