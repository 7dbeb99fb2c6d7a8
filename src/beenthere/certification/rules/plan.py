"""Several goals at once: one hour that counts for two of them is planned once.

For each kind of hours: of one domain, or given in one way, the most that any goal lacks; in total, what the
goal that lacks most takes, and on top of it what is planned for others and of no use to it. So a plan never
costs more than the goals one by one, and whoever does it lacks no hours of any of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from beenthere.certification.rules.assess import Assessment, Finding, Outcome, Status, assess
from beenthere.certification.rules.measure import HoursLack
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.vocabulary import Credential, Mode, Topic, Work
from beenthere.kernel.words import Words


@dataclass(frozen=True, kw_only=True)
class HoursToDo:
    """`hours` in all, of which at least so many in each of `domains`, and in each set of modes in `modes`."""

    spent_on: Work
    hours: Fraction
    domains: Mapping[str, Fraction]
    modes: Mapping[str, Fraction]


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something beside hours, and the goals it is for."""

    topic: Topic
    words: Words
    goals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`steps` are still missing, `ask` is not known. `unanswered`: goals of which nothing can be planned."""

    on: date
    goals: tuple[Assessment, ...]
    hours: tuple[HoursToDo, ...]
    steps: tuple[Step, ...]
    ask: tuple[Step, ...]
    unanswered: tuple[str, ...]

    @property
    def total_hours(self) -> Fraction:
        return sum((one.hours for one in self.hours), Fraction())


def plan(record: Record, goals: Iterable[Credential], on: date) -> Plan:
    """Goals in any order, each once."""
    each = {one.key: one for one in goals}
    told = tuple(assess(record, each[key], on) for key in sorted(each))
    return Plan(
        on=on,
        goals=told,
        hours=hours_to_do(goal.findings for goal in told),
        steps=_steps(told, Outcome.MISSING),
        ask=_steps(told, Outcome.UNKNOWN),
        unanswered=tuple(
            one.credential for one in told if one.status is Status.CANNOT_KNOW and not one.findings
        ),
    )


def hours_to_do(goals: Iterable[Iterable[Finding]]) -> tuple[HoursToDo, ...]:
    """What the findings of each goal lack, kind by kind, hours that count for several taken once."""
    lacks = [[lack for one in goal for lack in one.lacks] for goal in goals]
    planned = (
        _hours(kind, [[one for one in goal if one.spent_on == kind] for goal in lacks]) for kind in Work
    )
    return tuple(one for one in planned if one.hours)


def _hours(kind: Work, goals: list[list[HoursLack]]) -> HoursToDo:
    lacks = [one for goal in goals for one in goal]
    domains = _most((one.domains[0], one.hours) for one in lacks if len(one.domains) == 1)
    modes = _most((" or ".join(one.modes), one.hours) for one in lacks if one.modes)
    each_way = sum((hours for name, hours in modes.items() if name in set(Mode)), Fraction())
    whole = (one.hours + _of_no_use(one, domains, modes) for one in lacks)
    hours = max([sum(domains.values(), Fraction()), each_way, *whole], default=Fraction())
    return HoursToDo(spent_on=kind, hours=hours, domains=domains, modes=modes)


def _most(told: Iterable[tuple[str, Fraction]]) -> dict[str, Fraction]:
    most: dict[str, Fraction] = {}
    for name, hours in sorted(told):
        most[name] = max(hours, most.get(name, Fraction()))
    return most


def _of_no_use(lack: HoursLack, domains: Mapping[str, Fraction], modes: Mapping[str, Fraction]) -> Fraction:
    """Planned hours on a domain, or given in a way, that this rule does not take or takes no more of."""
    return max(_beyond(lack, lack.domains, domains), _beyond(lack, lack.modes, modes))


def _beyond(lack: HoursLack, taken: tuple[str, ...], planned: Mapping[str, Fraction]) -> Fraction:
    beyond = Fraction()
    for name, hours in planned.items():
        useless = bool(taken) and not set(name.split(" or ")) & set(taken)
        beyond += hours if useless else max(Fraction(), hours - lack.room.get(name, hours))
    return beyond


def _steps(told: Iterable[Assessment], outcome: Outcome) -> tuple[Step, ...]:
    goals: dict[str, tuple[Topic, Words, list[str]]] = {}
    for goal in told:
        for one in goal.findings:
            if one.outcome is outcome and one.next_step is not None and not one.lacks:
                label = f"{one.topic}: {one.next_step.msgid % one.next_step.params}"
                named = goals.setdefault(label, (one.topic, one.next_step, []))[2]
                named += [] if goal.credential in named else [goal.credential]
    return tuple(
        Step(topic=topic, words=words, goals=tuple(named))
        for _, (topic, words, named) in sorted(goals.items())
    )
