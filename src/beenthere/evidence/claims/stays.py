"""Inpatient stays out of claims.

1. A claim is inpatient when it has an accommodation line (group `inpatient`); its dates are admission and
   discharge, or the claim's own where those are empty.
2. Claims of a person that overlap, adjoin, or follow on the same or the next day are one stay: interim
   bills, and transfers between facilities alike.
3. A stay has the principal diagnosis, the facility and the discharge of its last claim (the latest end,
   then the latest
   start): where the person was when they left. It was planned if its first claim was.

Acute and non-acute stays are built apart, because a transfer to a nursing home ends the acute stay.
"""

from typing import Literal

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.codes import CodeLists
from beenthere.evidence.claims.spans import numbered

Kind = Literal["acute", "nonacute", "any"]
#: Days from a discharge to an admission that is still the same stay.
TRANSFER = 1


def claims_of(lines: ir.Table, codes: CodeLists, *groups: str) -> ir.Table:
    """Inpatient claims, one row each: person_id, claim_id, admission, discharge, principal, flags of the
    facility."""
    beds = lines.filter(codes.matches(lines, *(groups or ("inpatient",))))
    diagnoses = [
        column for column in beds.columns if column.startswith("diagnosis_code_") and column[-1].isdigit()
    ]
    principal = ("diagnosis_code_1",)
    flags = {
        name: codes.matches(beds, *found, diagnoses=principal).any()
        for name, found in {
            "nonacute": ("nonacute",),
            "psychiatric": ("psychiatric",),
            "planned": ("planned_admission",),
            "newborn": ("newborn_admission",),
            "died": ("died",),
            "against_advice": ("against_advice",),
        }.items()
    }
    found = beds.group_by("person_id", "claim_id").aggregate(
        admission=ibis.coalesce(beds.admission_date, beds.claim_start_date).min(),
        discharge=ibis.coalesce(beds.discharge_date, beds.claim_end_date, beds.claim_start_date).max(),
        principal=beds[principal[0]].min() if principal[0] in beds.columns else ibis.null("string"),
        self_harm=codes.matches(beds, "self_harm", diagnoses=diagnoses).any(),
        **flags,
    )
    return found.mutate(discharge=ibis.greatest(found.admission, found.discharge))


def stays(claims: ir.Table, kind: Kind = "acute") -> ir.Table:
    """One row a stay: person_id, admission, discharge, principal, psychiatric, self_harm, planned, newborn,
    died, against_advice, claims. A person's stays never overlap and lie more than a day apart."""
    wanted = {"acute": ~claims.nonacute, "nonacute": claims.nonacute, "any": ibis.literal(True)}[kind]
    islands = numbered(
        claims.filter(wanted), start="admission", end="discharge", gap=TRANSFER, tie="claim_id"
    )
    whole = ["person_id", "island"]
    ends = [ibis.desc("discharge"), ibis.desc("admission"), ibis.desc("claim_id")]
    begins = ["admission", "discharge", "claim_id"]
    placed = islands.mutate(
        from_last=ibis.row_number().over(group_by=whole, order_by=ends),
        from_first=ibis.row_number().over(group_by=whole, order_by=begins),
    )
    last, first = placed.from_last == 0, placed.from_first == 0
    return (
        placed.group_by(whole)
        .aggregate(
            admission=placed.admission.min(),
            discharge=placed.discharge.max(),
            principal=placed.principal.max(where=last),
            psychiatric=(placed.psychiatric & last).any(),
            died=(placed.died & last).any(),
            against_advice=(placed.against_advice & last).any(),
            planned=(placed.planned & first).any(),
            newborn=(placed.newborn & first).any(),
            self_harm=placed.self_harm.any(),
            claims=placed.count(),
        )
        .drop("island")
    )
