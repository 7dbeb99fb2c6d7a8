"""Initiation and engagement of treatment for substance use. Rules and limits: README beside."""

import datetime

import ibis
import ibis.expr.types as ir

from beenthere.evidence.claims.opened import Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.measures import common, followup
from beenthere.evidence.measures.measure import Measure, Numerator, Step

#: Days without any sign of substance use before an episode is new (unverified).
HISTORY = 194
INITIATION, ENGAGEMENT = 13, 34


def population(claims: Claims, year: int) -> ir.Table:
    first, last = datetime.date(year - 1, 11, 15), datetime.date(year, 11, 14)
    history = first - datetime.timedelta(days=HISTORY)
    signs = claims.keep(f"substance_use_signs_{year}", _signs(claims, history, last))
    by_day = {"group_by": "person_id", "order_by": "day"}
    new = signs.mutate(quiet=signs.day.delta(signs.day.lag().over(**by_day), unit="day"))
    rows = common.about(new.filter(new.day.between(first, last) & new.diagnosed), claims)
    rows = claims.keep(f"iet_{year}", rows.mutate(no_history=rows.quiet.isnull() | (rows.quiet > HISTORY)))
    mine = claims.of(
        f"iet_{year}",
        rows.filter(rows.no_history),
        since=first,
        until=last + datetime.timedelta(days=INITIATION + ENGAGEMENT),
    )
    treated = _treated(mine)
    rows = common.days_to(rows, treated, least=1, most=INITIATION, named="visit")
    rows = common.days_to(rows, followup.medication(mine), least=0, most=INITIATION, named="drug")
    begun = ibis.coalesce(
        ibis.ifelse(rows.by_stay, 0, ibis.null("int64")),
        ibis.least(rows.visit.fill_null(999).cast("int64"), rows.drug.fill_null(999).cast("int64")),
    )
    rows = rows.mutate(begun=begun.nullif(999))
    rows = _engaged(rows, treated)
    return rows.mutate(
        of_age=(rows.age >= 13).fill_null(False),
        enrolled=covered(rows, before=HISTORY, after=INITIATION + ENGAGEMENT),
        initiated=rows.begun.notnull(),
        engaged=rows.further >= 2,
    )


def _signs(claims: Claims, since: datetime.date, until: datetime.date) -> ir.Table:
    """Days with any claim for substance use: diagnosed, by_stay (the first day of a stay for it)."""
    codes = claims.codes
    lines = claims.lines.filter(claims.lines.day.between(since, until))
    diagnosed = codes.matches(lines, "substance_use", "overdose", diagnoses=claims.diagnoses)
    given = codes.matches(lines, "substance_use_medication")
    nothing, something = ibis.literal(False), ibis.literal(True)
    told = lines.filter(diagnosed | given).select("person_id", "day", diagnosed=diagnosed, by_stay=nothing)
    fills = followup.dispensed(claims).mutate(diagnosed=nothing, by_stay=nothing)
    stays = claims.stays("any")
    stays = stays.filter(codes.matches(stays, "substance_use", diagnoses=("principal",), day="discharge"))
    # A stay begins the episode on its first day, where its claims have their days.
    began = stays.select("person_id", day="admission", diagnosed=something, by_stay=something)
    every = ibis.union(told, fills, began)
    every = every.filter(every.day.between(since, until))
    return every.group_by("person_id", "day").aggregate(
        diagnosed=every.diagnosed.any(), by_stay=every.by_stay.any()
    )


def _treated(claims: Claims) -> ir.Table:
    """Days of treatment. Peer support counts where its claim carries a diagnosis of substance use."""
    lines, codes = claims.visit_lines, claims.codes
    visits = lines.filter(
        codes.matches(lines, "substance_use", diagnoses=claims.diagnoses)
        | codes.matches(lines, "substance_use_service")
    )
    return ibis.union(visits.select("person_id", "day"), followup.medication(claims))


def _engaged(rows: ir.Table, treated: ir.Table) -> ir.Table:
    """`further`: days of treatment on the 34 days after initiation."""
    mine = rows.filter(rows.begun.notnull()).select("person_id", "day", "begun")
    other = treated.select(other_person="person_id", other_day="day")
    pairs = mine.join(other, mine.person_id == other.other_person)
    after = pairs.other_day.delta(pairs.day, unit="day") - pairs.begun
    counted = pairs.filter(after.between(1, ENGAGEMENT)).group_by(near_person="person_id", near_day="day")
    found = counted.aggregate(further=lambda table: table.other_day.nunique())
    joined = rows.left_join(found, [rows.person_id == found.near_person, rows.day == found.near_day])
    return joined.drop("near_person", "near_day").mutate(further=lambda table: table.further.fill_null(0))


def notes(year: int) -> tuple[str, ...]:
    return (
        f"Episodes from 15 November {year - 1} to 14 November {year}.",
        f"An episode is new after {HISTORY} days without a claim for substance use (unverified).",
        "A stay for substance use is its own initiation. Medication can initiate on the day of the episode.",
    )


MEASURE = Measure(
    key="iet",
    title="Initiation and engagement of treatment for substance use",
    aligned_with="HEDIS IET, from public descriptions",
    estimand=(
        "share of new episodes of substance use with treatment within 14 days (initiation), and with "
        "two or more further days of treatment within 34 days of that (engagement)"
    ),
    unit="episodes",
    candidates="days with a diagnosis of substance use in the twelve months",
    steps=(
        Step(key="no_history", words=f"substance use seen in the {HISTORY} days before"),
        Step(key="of_age", words="under 13 years old, or not enrolled then"),
        Step(
            key="enrolled",
            words=f"not enrolled from {HISTORY} days before to {INITIATION + ENGAGEMENT} days after",
        ),
    ),
    numerators=(
        Numerator(key="engaged", words="engaged in treatment", within="initiated"),
        Numerator(key="initiated", words="began treatment within 14 days"),
    ),
    population=population,
    notes=notes,
    groups=("substance_use", "overdose", "substance_use_service", "substance_use_medication"),
)
