"""One engine for all comparisons: tables are emptied and filled, each measure's query is made once."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from twins.rows import KINDS, World, as_rows, schema

from beenthere.evidence.claims import codes
from beenthere.evidence.claims.opened import Claims, claims_from
from beenthere.evidence.claims.resolving import judge, standing
from beenthere.evidence.measures.counting import compact
from beenthere.evidence.measures.measure import Measure


class Engine:
    """Ibis on DuckDB over tables that the tests fill."""

    def __init__(self) -> None:
        self.backend = ibis.duckdb.connect(threads=1)
        self.backend.raw_sql("set enable_progress_bar = false")
        self.tables = {
            name: self.backend.create_table(name, schema=ibis.schema(schema(kind)))
            for name, kind in KINDS.items()
        }
        self.queries: dict[tuple[str, int], tuple[list[tuple[str, str]], str]] = {}

    def claims(self, lists: codes.CodeLists, made: list[tuple[str, str]]) -> Claims:
        """`made` gathers what is stored on the way, to be stored again for each world."""

        def keep(name: str, table: ir.Table) -> ir.Table:
            if name not in [stored for stored, _query in made]:
                made.append((name, str(ibis.to_sql(table, dialect="duckdb"))))
                self.store(*made[-1])
            return self.backend.table(name)

        lines = self.tables["lines"]
        return claims_from(
            lines=keep("standing_lines", standing(judge(lines)).select(*lines.columns)),
            eligibility=self.tables["eligibility"],
            pharmacy=self.tables["pharmacy"],
            events=self.tables["events"],
            codes=lists,
            keep=keep,
        )

    def fill(self, world: World) -> None:
        for name, kind in KINDS.items():
            self.backend.raw_sql(f"delete from {name}")
            rows = as_rows(getattr(world, name))
            if rows:
                table = pa.Table.from_pylist(rows, schema=ibis.schema(schema(kind)).to_pyarrow())
                self.backend.con.register("given", table)
                self.backend.raw_sql(f"insert into {name} select * from given")

    def rows(self, measure: Measure, year: int, lists: codes.CodeLists) -> list[dict[str, object]]:
        if (measure.key, year) not in self.queries:
            made: list[tuple[str, str]] = []
            table = compact(measure, self.claims(lists, made), year)
            self.queries[measure.key, year] = (made, str(ibis.to_sql(table, dialect="duckdb")))
        made, query = self.queries[measure.key, year]
        for name, stored in made:
            self.store(name, stored)
        return self.backend.con.sql(query).to_arrow_table().to_pylist()

    def store(self, name: str, query: str) -> None:
        self.backend.raw_sql(f'create or replace temp table "{name}" as {query}')
