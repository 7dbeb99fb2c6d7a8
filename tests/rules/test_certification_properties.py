"""Renewals, moves, plans and dates, for any record: what must be true beside what is of assessments."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

from hypothesis import given
from hypothesis import strategies as st
from test_certification_assess import EVERY, RANK, TODAY, answers, complete, entries, keys, records
from test_certification_paths import held

from beenthere.certification.rules.assess import Outcome, Status, assess
from beenthere.certification.rules.counting import months_later
from beenthere.certification.rules.plan import HoursToDo, plan
from beenthere.certification.rules.reciprocity import reciprocity
from beenthere.certification.rules.record import HourEntry, Record
from beenthere.certification.rules.renewal import renewal
from beenthere.certification.rules.vocabulary import Hours, Mode, Topic, Work
from beenthere.certification.rules.wording import leaves
from beenthere.kernel.decision import Confidence
from beenthere.kernel.periods import Period

any_day = st.dates(date(2019, 1, 1), date(2030, 12, 31))
IN_FORCE = date(2027, 3, 1)
MONTHS_AGO = date(2026, 4, 1)


def pieces(entry: HourEntry, share: Fraction) -> tuple[HourEntry, HourEntry]:
    return replace(entry, hours=entry.hours * share), replace(entry, hours=entry.hours * (1 - share))


def cut(entry: HourEntry, first: date) -> tuple[HourEntry, HourEntry]:
    """In two by days; the second piece begins on `first`."""
    whole = (entry.last - entry.first).days + 1
    part = entry.hours * Fraction((first - entry.first).days, whole)
    return (
        replace(entry, hours=part, last=first - timedelta(days=1)),
        replace(entry, hours=entry.hours - part, first=first),
    )


def rules_on_hours(key: str) -> list[tuple[Hours, date]]:
    """Each rule on hours, with a day on which it begins or ceases to count them."""
    version = EVERY[key].version_on(TODAY)
    asked = [leaf for one in version.requirements for leaf in leaves(one.rule)] if version else []
    hours = [one for one in asked if isinstance(one, Hours)]
    since = [(one, months_later(TODAY, -one.within_months)) for one in hours if one.within_months]
    return [*since, *((one, TODAY + timedelta(days=1)) for one in hours)]


@st.composite
def across(draw: st.DrawFn) -> tuple[str, HourEntry, date]:
    """A credential, an entry that one of its rules counts in part, and the day on which that part ends."""
    key, rule, edge = draw(st.sampled_from([(key, *one) for key in EVERY for one in rules_on_hours(key)]))
    entry = HourEntry(
        id="across",
        spent_on=rule.spent_on,
        hours=Fraction(draw(st.integers(1, 400)), 4),
        first=edge - timedelta(days=draw(st.integers(1, 60))),
        last=edge + timedelta(days=draw(st.integers(0, 60))),
        domain=rule.domains[0] if rule.domains else "",
        mode=rule.modes[0] if rule.modes else Mode.LIVE,
    )
    return key, entry, edge


@given(across(), records())
def test_cutting_where_a_rule_begins_or_ceases_to_count_changes_nothing(
    told: tuple[str, HourEntry, date], record: Record
) -> None:
    key, entry, edge = told
    whole = replace(record, hours=(*record.hours, entry))
    in_two = replace(record, hours=(*record.hours, *cut(entry, edge)))
    assert answers(assess(in_two, EVERY[key], TODAY)) == answers(assess(whole, EVERY[key], TODAY))


@given(
    st.sampled_from([key for key, one in EVERY.items() if one.versions[-1].renewal]),
    st.integers(1, 300),
    st.integers(0, 300),
    st.integers(1, 80),
)
def test_cutting_on_the_day_of_issue_changes_no_renewal(
    key: str, before: int, after: int, hours: int
) -> None:
    issued = held(key).issued
    first, last = issued - timedelta(days=before), issued + timedelta(days=after)
    entry = HourEntry(id="a", spent_on=Work.CE, hours=Fraction(hours), first=first, last=last)
    one = held(key, expires=IN_FORCE)
    whole = Record(hours=(entry,), credentials=(one,))
    in_two = Record(hours=cut(entry, issued), credentials=(one,))
    assert renewed(in_two, key) == renewed(whole, key)


@given(keys, any_day)
def test_each_day_has_the_version_between_whose_dates_it_lies_and_no_other(key: str, on: date) -> None:
    """Asked of the shipped data, where rules follow each other; the day a version ends is not its own."""
    lying = [one for one in EVERY[key].versions if one.effective.start <= on]
    lying = [one for one in lying if one.effective.end is None or on < one.effective.end]
    assert len(lying) <= 1
    told = assess(Record(), EVERY[key], on)
    if not lying or not EVERY[key].offered:
        assert (told.status, told.findings) == (Status.CANNOT_KNOW, ())
    else:
        assert told.dated == lying[0].dated
        assert {one.key for one in lying[0].requirements} <= {one.key for one in told.findings}


@given(keys, records(), any_day, any_day)
def test_a_rule_that_comes_later_changes_no_earlier_decision(
    key: str, record: Record, on: date, later: date
) -> None:
    one = EVERY[key]
    last = one.versions[-1]
    if not max(on, last.effective.start) < later:
        return
    ended = replace(last, effective=Period(last.effective.start, later))
    new = replace(last, effective=Period(later, None), requirements=last.requirements[:1], dated="later")
    changed = replace(one, versions=(*one.versions[:-1], ended, new))
    assert assess(record, changed, on) == assess(record, one, on)


@given(keys, records(), st.sampled_from(Topic), st.data())
def test_what_becomes_unknown_makes_nobody_eligible(
    key: str, record: Record, topic: Topic, data: st.DataObject
) -> None:
    """Be it that no source speaks of a topic, or that the one that did is not verified."""
    version = EVERY[key].version_on(TODAY)
    if version is None or not version.requirements:
        return
    one = replace(EVERY[key], offered=True)
    whole = replace(complete(version), none={}, unknown=())
    known = assess(record, replace(one, versions=(whole,)), TODAY)
    silent = assess(record, replace(one, versions=(replace(whole, unknown=(topic,)),)), TODAY)
    assert silent.status is not Status.ELIGIBLE
    assert RANK[silent.status] <= RANK[known.status]
    doubted = data.draw(st.sampled_from(whole.requirements))
    told = tuple(
        replace(each, confidence=Confidence.UNVERIFIED) if each is doubted else each
        for each in whole.requirements
    )
    unsure = assess(record, replace(one, versions=(replace(whole, requirements=told),)), TODAY)
    assert unsure.status is not Status.ELIGIBLE
    assert next(one for one in unsure.findings if one.key == doubted.key).outcome is Outcome.UNKNOWN


@given(keys, keys, records(), entries(), st.fractions(0, 1))
def test_cutting_an_entry_changes_no_renewal_no_move_and_no_plan(
    key: str, to: str, record: Record, entry: HourEntry, share: Fraction
) -> None:
    having = replace(record, credentials=(held(key, expires=IN_FORCE),))
    whole = replace(having, hours=(*having.hours, entry))
    in_two = replace(having, hours=(*having.hours, *pieces(entry, share)))
    assert renewed(in_two, key) == renewed(whole, key)
    assert moved(in_two, key, to) == moved(whole, key, to)
    goals = [EVERY[key], EVERY[to]]
    assert planned(plan(in_two, goals, TODAY)) == planned(plan(whole, goals, TODAY))


@given(keys, keys, records(), st.randoms())
def test_order_changes_no_renewal_no_move_and_no_plan(
    key: str, to: str, record: Record, random: object
) -> None:
    having = replace(record, credentials=(held(key, expires=IN_FORCE), *record.credentials))
    lists = {name: list(getattr(having, name)) for name in ("hours", "exams", "education", "credentials")}
    for one in lists.values():
        random.shuffle(one)  # type: ignore[attr-defined]
    other = replace(having, **{name: tuple(one) for name, one in lists.items()})
    assert answers(assess(other, EVERY[to], TODAY)) == answers(assess(having, EVERY[to], TODAY))
    assert renewed(other, key) == renewed(having, key)
    assert moved(other, key, to) == moved(having, key, to)
    goals = [EVERY[key], EVERY[to]]
    assert planned(plan(other, goals, TODAY)) == planned(plan(having, goals, TODAY))


@given(keys, keys, records(), entries())
def test_an_hour_leaves_nothing_more_to_do_for_who_moves(
    key: str, to: str, record: Record, more: HourEntry
) -> None:
    having = replace(record, credentials=(held(key, expires=IN_FORCE),))
    before, after = moved(having, key, to), moved(replace(having, hours=(*having.hours, more)), key, to)
    pairs = zip(before[2], after[2], strict=True)
    assert all(then[1] >= now[1] for now, then in pairs)  # type: ignore[operator]
    assert before[:2] == after[:2]


@given(keys, keys, keys, records())
def test_who_does_what_is_planned_lacks_no_hours_of_any_goal(a: str, b: str, c: str, record: Record) -> None:
    goals = [EVERY[key] for key in (a, b, c)]
    told = plan(record, goals, TODAY)
    done = replace(record, hours=(*record.hours, *(entry for todo in told.hours for entry in doing(todo))))
    left = [lack for goal in plan(done, goals, TODAY).goals for one in goal.findings for lack in one.lacks]
    assert left == []


def doing(todo: HoursToDo) -> list[HourEntry]:
    """Hours on each domain and in each way as planned; beside these, on nothing that a rule names."""
    domains = [*todo.domains.items()]
    domains.append(("something-else", todo.hours - sum(todo.domains.values())))
    modes = [(Mode(name), hours) for name, hours in todo.modes.items()]
    return [*laid_over(todo, domains, [*modes, (Mode.LIVE, todo.hours - sum(todo.modes.values()))])]


def laid_over(
    todo: HoursToDo, domains: list[tuple[str, Fraction]], modes: list[tuple[Mode, Fraction]]
) -> Iterator[HourEntry]:
    ends = sorted({*accumulate(hours for _, hours in domains), *accumulate(hours for _, hours in modes)})
    for begin, end in pairwise((Fraction(), *ends)):
        domain, mode = (
            next(name for name, stop in zip(names, stops, strict=True) if stop >= end)
            for names, stops in (
                ([name for name, _ in told], list(accumulate(hours for _, hours in told)))
                for told in (domains, modes)
            )
        )
        yield HourEntry(
            id=f"todo-{begin}", spent_on=todo.spent_on, hours=end - begin, first=MONTHS_AGO, last=TODAY,
            domain=str(domain), mode=Mode(mode),
        )  # fmt: skip


def renewed(record: Record, key: str) -> tuple[object, ...]:
    told = renewal(record, EVERY[key], TODAY)
    return told.status, told.ends, [(line.standing, line.words) for line in told.lines]


def moved(record: Record, key: str, to: str) -> tuple[object, object, list[tuple[object, object]]]:
    told = reciprocity(record, EVERY[key], EVERY[to], TODAY)
    return told.status, told.path, [(one.key, one.standing) for one in told.remains]


def planned(told: object) -> tuple[object, ...]:
    return told.hours, told.steps, told.ask, told.unanswered  # type: ignore[attr-defined]


def test_no_sooner_than_the_day_after_a_version_ended_does_the_next_hold() -> None:
    for one in (one for one in EVERY.values() if len(one.versions) > 1):
        for early, late in zip(one.versions, one.versions[1:], strict=False):
            end = early.effective.end
            assert end is not None
            assert one.version_on(end - timedelta(days=1)) is early
            assert one.version_on(end) is not early
            assert one.version_on(late.effective.start) is late
