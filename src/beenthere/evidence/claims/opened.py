"""The door to a claims folder: `opened(folder)` gives `Claims`, or raises Unfit with everything that is
wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends import BaseBackend

from beenthere.evidence.claims import codes as code_lists
from beenthere.evidence.claims.codes import CodeLists
from beenthere.evidence.claims.columns import (
    DIAGNOSES,
    ELIGIBILITY,
    EVENTS,
    MEDICAL_CLAIM,
    PHARMACY_CLAIM,
    Layout,
)
from beenthere.evidence.claims.files import MEMORY, Source, engine, find
from beenthere.evidence.claims.people import enrollment, people
from beenthere.evidence.claims.resolving import Keep, Resolved, resolve
from beenthere.evidence.claims.stays import Kind, claims_of, stays
from beenthere.evidence.claims.typed import nothing, tidy
from beenthere.evidence.claims.validation import Finding, Looked, look, readable, refuse

#: Called with what begins now; the work ahead is `STEPS` long.
Told = Callable[[str], None]
STEPS = (
    "finding the files",
    "checking medical_claim",
    "checking the other tables",
    "settling corrected lines",
)
#: What code lists look at, and who and when.
SERVICE = (
    "person_id",
    "day",
    "claim_type",
    *(column for column in code_lists.COLUMNS.values() if column != "ndc_code"),
    "hcpcs_modifier_1",
    "service_unit_quantity",
)


@dataclass(frozen=True)
class Claims:
    """What measures and studies are made from: Ibis tables, so nothing is calculated until it is asked for.

    lines: medical claim lines that stand, in the documented columns, with `day` (the line's first day, or
    the claim's). eligibility, pharmacy, events: as documented; empty when absent.
    keep: stores a table that is used more than once.
    """

    lines: ir.Table
    eligibility: ir.Table
    pharmacy: ir.Table
    events: ir.Table
    codes: CodeLists
    keep: Keep

    @cached_property
    def people(self) -> ir.Table:
        return self.keep("people", people(self.eligibility))

    @cached_property
    def enrollment(self) -> ir.Table:
        return self.keep("enrollment", enrollment(self.eligibility))

    @cached_property
    def inpatient_claims(self) -> ir.Table:
        return self.keep("inpatient_claims", claims_of(self.lines, self.codes))

    def stays(self, kind: Kind = "acute") -> ir.Table:
        return self.keep(f"stays_{kind}", stays(self.inpatient_claims, kind))

    @cached_property
    def acute_or_observation(self) -> ir.Table:
        """Acute stays with observation stays among them, transfers merged across both."""
        found = claims_of(self.lines, self.codes, "inpatient", "observation")
        return self.keep("acute_or_observation", stays(found, "acute"))

    @cached_property
    def emergency_lines(self) -> ir.Table:
        """person_id, day and the diagnosis columns of each emergency line."""
        found = self.lines.filter(self.codes.matches(self.lines, "emergency"))
        return self.keep("emergency_lines", found.select("person_id", "day", *self.diagnoses))

    @cached_property
    def visit_lines(self) -> ir.Table:
        """Professional lines outside hospitals, emergency rooms and laboratories, and institutional lines
        of a clinic."""
        lines, codes = self.lines, self.codes
        professional = (lines.claim_type == "professional") & ~codes.matches(lines, "not_a_visit")
        return lines.filter(
            professional | ((lines.claim_type == "institutional") & codes.matches(lines, "visit"))
        )

    def of(self, name: str, persons: ir.Table, *, since: date, until: date) -> "Claims":
        """The same claims of these persons and days alone, and only what code lists look at: a tenth of the
        rows, stored once, is looked through many times as fast."""
        one_each = persons.select("person_id").distinct()
        wanted = [column for column in (*SERVICE, *self.diagnoses) if column in self.lines.columns]
        mine = self.lines.filter(self.lines.day.between(since, until)).semi_join(one_each, "person_id")
        return replace(
            self,
            lines=self.keep(f"lines_of_{name}", mine.select(*wanted)),
            pharmacy=self.pharmacy.semi_join(one_each, "person_id"),
            keep=lambda _name, table: table,
        )

    @cached_property
    def peer_lines(self) -> ir.Table:
        """person_id, day, hcpcs_code, hcpcs_modifier_1 and service_unit_quantity of each line of peer
        support."""
        found = self.lines.filter(self.codes.matches(self.lines, "peer_support"))
        wanted = ("person_id", "day", "hcpcs_code", "hcpcs_modifier_1", "service_unit_quantity")
        return self.keep("peer_lines", found.select(*(name for name in wanted if name in found.columns)))

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """The diagnosis columns that hold anything, the principal one first."""
        return tuple(column for column in DIAGNOSES if column in self.lines.columns)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """claims: see above. rows: per table as read. findings: warnings (errors have been raised)."""

    claims: Claims
    rows: dict[str, int]
    findings: tuple[Finding, ...]
    resolved: Resolved
    files: tuple[Path, ...]
    backend: BaseBackend


@contextmanager
def opened(
    folder: Path, *, value_sets: Path | None = None, memory: str = MEMORY, told: Told | None = None
) -> Iterator[Opened]:
    """Open, judge and settle a claims folder. Raises Unfit; then nothing is half-loaded, because nothing is
    kept.

    value_sets: a folder of code lists beside the open ones. memory: what the engine may hold, such as "4GB".
    """
    say = told or (lambda _step: None)
    codes = code_lists.load(value_sets)
    with engine(memory) as (backend, scratch):
        say(STEPS[0])
        sources = {name: readable(source) for name, source in find(folder, backend, scratch).items()}
        looked: dict[str, Looked] = {}
        for step, names in zip(STEPS[1:3], (["medical_claim"], list(sources)), strict=True):
            say(step)
            looked |= {name: look(sources[name], backend) for name in names if name not in looked}
        findings = tuple(finding for found in looked.values() for finding in found.findings)
        refuse(findings)
        say(STEPS[3])
        yield _settled(sources, looked, codes, backend, findings)


def _settled(
    sources: dict[str, Source],
    looked: dict[str, Looked],
    codes: CodeLists,
    backend: BaseBackend,
    findings: tuple[Finding, ...],
) -> Opened:
    def keep(name: str, table: ir.Table) -> ir.Table:
        if name not in kept:
            kept[name] = backend.create_table(f"kept_{name}", table, temp=True)
        return kept[name]

    def table(layout: Layout) -> ir.Table:
        name = layout.name
        return tidy(sources[name], looked[name]) if name in sources else nothing(layout)

    kept: dict[str, ir.Table] = {}
    resolved = resolve(table(MEDICAL_CLAIM), keep)
    return Opened(
        claims=claims_from(
            lines=resolved.lines,
            eligibility=table(ELIGIBILITY),
            pharmacy=table(PHARMACY_CLAIM),
            events=table(EVENTS),
            codes=codes,
            keep=keep,
        ),
        rows={name: found.rows for name, found in looked.items()},
        findings=findings,
        resolved=resolved,
        files=tuple(part.given for source in sources.values() for part in source.parts),
        backend=backend,
    )


def claims_from(
    *,
    lines: ir.Table,
    eligibility: ir.Table,
    pharmacy: ir.Table,
    events: ir.Table,
    codes: CodeLists,
    keep: Keep,
) -> Claims:
    """Claims out of lines that stand; each line gets its `day`."""
    dated = lines.mutate(day=lines.claim_line_start_date.fill_null(lines.claim_start_date))
    return Claims(
        lines=dated, eligibility=eligibility, pharmacy=pharmacy, events=events, codes=codes, keep=keep
    )
