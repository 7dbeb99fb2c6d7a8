"""From claims to one row a person, as Ibis expressions: who is eligible, when they began, what they were."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from typing import cast

import ibis
import ibis.expr.types as ir
import pandas as pd

from beenthere.evidence.claims.opened import SERVICE, Claims
from beenthere.evidence.claims.people import covered
from beenthere.evidence.errors import Unfit
from beenthere.evidence.measures import common
from beenthere.evidence.study import totals
from beenthere.evidence.study.protocol import Outcome, Protocol

EVENT = "event:"


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """rows: one a person, see `frame`. flow: (words, count) from all index events to the people followed.
    data_to: the last day of the data."""

    rows: pd.DataFrame
    flow: tuple[tuple[str, int], ...]
    data_to: date


def cohort(claims: Claims, protocol: Protocol) -> Cohort:
    """Raises Unfit when nobody is eligible.

    rows: person_id, the covariates, start (days from time zero to the first exposure, empty for none),
    exposed (0 or 1, for an exposure known at time zero); of each first event KEY_time and KEY_event (1 it,
    2 death first, 0 neither by the end); lost_day, the last day followed; admitted_day of the first acute
    stay after it; of each total the columns of `totals.windows`; exposed_NAME of each negative control.
    """
    data_to = protocol.follow_up.data_to or cast(date, claims.lines.day.max().to_pandas())
    candidates = _candidates(claims, protocol, data_to)
    people, flow = _chosen(claims, candidates, protocol)
    people = people.mutate(lost_day=_lost_day(people, protocol, data_to))
    table = _with_exposures(claims, people, protocol)
    near = claims.keep("study_near", _near(claims, people, protocol))
    table = claims.keep("study_described", _described(claims, table, near, protocol))
    table = common.days_to(
        table,
        claims.stays("acute"),
        least=1 if protocol.eligibility.at_discharge else 0,
        most=protocol.follow_up.horizon,
        named="admitted_day",
        other_day="admission",
    )
    for outcome in protocol.outcomes:
        table = _with_outcome(claims, table, near, outcome, protocol)
    found = table.order_by("person_id").to_pandas()
    return Cohort(rows=followed(found, protocol), flow=flow, data_to=data_to)


def exposure_days(claims: Claims, exposure: str) -> ir.Table:
    """person_id and day of the exposure: a group of codes, or an event of the events table."""
    if exposure.startswith(EVENT):
        events = claims.events
        named = events.filter(events.event == exposure.removeprefix(EVENT))
        return named.select("person_id", day="event_date")
    if exposure == "peer_support":
        return claims.peer_lines.select("person_id", "day")
    return claims.lines.filter(claims.codes.matches(claims.lines, exposure)).select("person_id", "day")


def _index(claims: Claims, protocol: Protocol) -> ir.Table:
    """person_id, day, index_days and whether the person left alive; one row per index event in the window."""
    who = protocol.eligibility
    if who.index.startswith(EVENT) or who.index == "emergency visit":
        days = claims.emergency_lines if who.index == "emergency visit" else exposure_days(claims, who.index)
        rows = days.select("person_id", "day").distinct().mutate(index_days=0, alive=True)
    else:
        stays = claims.stays("acute")
        stays = stays.filter(stays.psychiatric) if who.index == "psychiatric discharge" else stays
        rows = stays.select(
            "person_id",
            day=stays.discharge,
            index_days=stays.discharge.delta(stays.admission, unit="day"),
            alive=~stays.died,
        )
    return rows.filter(rows.day.between(ibis.literal(who.first), ibis.literal(who.last)))


def _candidates(claims: Claims, protocol: Protocol, data_to: date) -> ir.Table:
    who, one = protocol.eligibility, protocol.strategies
    rows = common.about(_index(claims, protocol), claims)
    seen_until = one.days if one.fixed == "before" else 0
    if who.washout:
        rows = common.days_to(
            rows,
            exposure_days(claims, one.exposure),
            least=-who.washout - seen_until,
            most=-1 - seen_until,
            named="exposed_before",
        )
    else:
        rows = rows.mutate(exposed_before=ibis.null("int64"))
    return claims.keep(
        "study_candidates",
        rows.mutate(
            in_data=rows.day <= ibis.literal(data_to),
            living=rows.alive & (rows.death_date.isnull() | (rows.death_date > rows.day)),
            of_age=rows.age.between(*who.ages).fill_null(False),
            enrolled=covered(rows, before=who.enrolled_before, after=0),
            new=rows.exposed_before.isnull(),
        ),
    )


def _steps(protocol: Protocol) -> dict[str, str]:
    who = protocol.eligibility
    return {
        "in_data": "after the end of the data",
        "living": "died by then",
        "of_age": f"not {who.ages[0]} to {who.ages[1]} years old",
        "enrolled": f"not enrolled for {who.enrolled_before} days before",
        "new": f"exposed in the {who.washout} days before (washout)",
    }


def _chosen(
    claims: Claims, candidates: ir.Table, protocol: Protocol
) -> tuple[ir.Table, tuple[tuple[str, int], ...]]:
    """The first eligible index event of each person, and how many went out at which step."""
    steps = _steps(protocol)
    left, counts = ibis.literal(True), {"all": candidates.count()}
    for key in steps:
        counts[key] = (left & ~candidates[key]).sum()
        left = left & candidates[key]
    told = candidates.aggregate(**{f"n_{key}": count for key, count in counts.items()}).to_pandas().iloc[0]
    eligible = candidates.filter(reduce(and_, (candidates[key] for key in steps)))
    placed = eligible.mutate(place=ibis.row_number().over(group_by="person_id", order_by="day"))
    people = claims.keep("study_people", placed.filter(placed.place == 0))
    number = int(people.count().to_pandas())
    if not number:
        raise Unfit("nobody is eligible. Widen the days, the ages, the enrollment or the washout.")
    all_, out = _int(told["n_all"]), {key: _int(told[f"n_{key}"]) for key in steps}
    flow = [(f"{protocol.eligibility.index}: all in the window", all_)]
    flow += [(f"left out: {words}", out[key]) for key, words in steps.items()]
    flow.append(("left out: a later one of the same person", all_ - sum(out.values()) - number))
    return people, (*flow, ("people followed", number))


def _int(value: object) -> int:
    return int(value) if pd.notna(value) else 0  # type: ignore[call-overload,no-any-return]


def _with_exposures(claims: Claims, people: ir.Table, protocol: Protocol) -> ir.Table:
    one, horizon = protocol.strategies, protocol.follow_up.horizon
    days = exposure_days(claims, one.exposure)
    table = common.days_to(people, days, least=0, most=horizon, named="start")
    table = common.days_to(table, days, least=-one.days, most=0, named="known")
    table = table.mutate(exposed=table.known.notnull().cast("int64")).drop("known")
    for name in protocol.analysis.negative_exposures:
        table = common.days_to(table, exposure_days(claims, name), least=-one.days, most=0, named="known")
        table = table.mutate(**{control(name): table.known.notnull().cast("int64")}).drop("known")
    return table


def control(exposure: str) -> str:
    """The column of a negative-control exposure."""
    return f"exposed_{exposure.removeprefix(EVENT)}"


def _near(claims: Claims, people: ir.Table, protocol: Protocol) -> ir.Table:
    """The claim lines of these people from look-back to horizon, with `apart` in days from time zero."""
    mine = people.select("lost_day", near_person="person_id", zero="day")
    back, on = protocol.covariates.look_back, protocol.follow_up.horizon
    since = protocol.eligibility.first - timedelta(days=back)
    until = protocol.eligibility.last + timedelta(days=on)
    # The days that any of them can ask for go first: a join is dearer than a look at a date.
    lines = claims.lines.filter(claims.lines.day.between(ibis.literal(since), ibis.literal(until)))
    lines = lines.join(mine, lines.person_id == mine.near_person)
    lines = lines.mutate(apart=lines.day.delta(lines.zero, unit="day"))
    wanted = [name for name in (*SERVICE, "paid_amount", *claims.diagnoses) if name in lines.columns]
    return lines.filter(lines.apart.between(-back, on)).select("zero", "apart", "lost_day", *wanted)


def _described(claims: Claims, table: ir.Table, near: ir.Table, protocol: Protocol) -> ir.Table:
    """`table` with every covariate of the protocol."""
    wanted = protocol.covariates
    past = near.filter(near.apart <= 0)
    flags = {name: claims.codes.matches(past, name, diagnoses=claims.diagnoses) for name in wanted.groups}
    flags |= {name: begins(past, claims.diagnoses, codes) for name, codes in wanted.diagnoses}
    if flags:
        told = past.group_by(told_person="person_id").aggregate(
            **{key: flag.any() for key, flag in flags.items()}
        )
        table = table.left_join(told, table.person_id == told.told_person).drop("told_person")
        table = table.mutate(**{key: table[key].fill_null(False).cast("int64") for key in flags})
    for name in wanted.facts:
        if name.startswith("prior_"):
            table = totals.prior(claims, table, near, name, look_back=wanted.look_back)
    return table


def begins(lines: ir.Table, columns: tuple[str, ...], codes: tuple[str, ...]) -> ir.BooleanValue:
    """Whether any diagnosis of a line begins with one of these codes. Dots do not count."""
    plain = [code.replace(".", "").upper() for code in codes]
    found = [lines[column].startswith(code) for column in columns for code in plain]
    return reduce(or_, found).fill_null(False)


def _with_outcome(
    claims: Claims, table: ir.Table, near: ir.Table, outcome: Outcome, protocol: Protocol
) -> ir.Table:
    if outcome.shape != "time":
        return totals.with_totals(claims, table, near, outcome, protocol)
    days, column = _first_events(claims, near, outcome, protocol)
    horizon = protocol.follow_up.horizon
    return common.days_to(
        table, days, least=outcome.from_day, most=horizon, named=f"{outcome.key}_day", other_day=column
    )


def _first_events(
    claims: Claims, near: ir.Table, outcome: Outcome, protocol: Protocol
) -> tuple[ir.Table, str]:
    """The days on which such an event happened, and the column they stand in."""
    if outcome.kind in ("readmission", "psychiatric readmission"):
        stays = claims.stays("acute")
        back = stays if outcome.planned_too else stays.filter(~stays.planned)
        return (back.filter(back.psychiatric) if outcome.kind != "readmission" else back), "admission"
    if outcome.kind == "emergency visit":
        return near.filter(claims.codes.matches(near, "emergency")), "day"
    if outcome.kind == "follow-up visit":
        return _visits(claims, protocol), "day"
    if outcome.kind == "diagnosis":
        return near.filter(begins(near, claims.diagnoses, outcome.codes)), "day"
    return exposure_days(claims, f"{EVENT}{outcome.event}"), "day"


def _visits(claims: Claims, protocol: Protocol) -> ir.Table:
    """Visits for mental health by others than peers: the exposure itself is no outcome of it."""
    lines, codes = claims.visit_lines, claims.codes
    about_it = codes.matches(lines, "behavioral_setting") | codes.matches(
        lines, "mental_illness", "self_harm", diagnoses=claims.diagnoses
    )
    return lines.filter(about_it & ~codes.matches(lines, "peer_support", "peer_support_wide"))


def _lost_day(people: ir.Table, protocol: Protocol, data_to: date) -> ir.IntegerValue:
    """The last day followed, from time zero: the horizon, death, the end of enrollment or of the data."""
    horizon = ibis.literal(protocol.follow_up.horizon)
    ends = (people.enrolled_to, people.death_date, ibis.literal(data_to, "date"))
    return ibis.least(horizon, *(end.delta(people.day, unit="day").fill_null(horizon) for end in ends))


def followed(rows: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Follow-up of every first event and exposure time of every total. Death before it competes."""
    lost = rows["lost_day"].astype(float)
    death = (pd.to_datetime(rows["death_date"], errors="coerce") - pd.to_datetime(rows["day"])).dt.days
    made: dict[str, pd.Series] = {"start": rows["start"].astype(float), "lost_day": lost}
    for outcome in protocol.outcomes:
        if outcome.shape == "time":
            day = rows[f"{outcome.key}_day"].astype(float).fillna(float("inf"))
            time = pd.concat([day, lost], axis=1).min(axis=1)
            made[f"{outcome.key}_time"] = time
            made[f"{outcome.key}_event"] = (day <= time).astype(int) + 2 * ((death <= time) & (day > time))
        else:
            made |= totals.months(rows.assign(lost_day=lost), outcome, protocol)
    return rows.assign(**made)
