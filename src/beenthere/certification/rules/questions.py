"""The questions a version needs answered, and the record that the answers make.

Only what the version's requirements speak of is asked. An answer left out is left out of the record, where it
means "not said", never "no".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from beenthere.certification.rules.counting import months_later
from beenthere.certification.rules.record import (
    ANOTHER_FIELD,
    ANY_STATE,
    ExamEntry,
    Held,
    HourEntry,
    Record,
    Studies,
)
from beenthere.certification.rules.vocabulary import (
    Age,
    BackgroundCheck,
    Education,
    Exam,
    Holds,
    Hours,
    Leaf,
    Mode,
    Recovery,
    References,
    Requirement,
    Schooling,
    Statement,
    Topic,
    Work,
)
from beenthere.certification.rules.wording import leaves
from beenthere.kernel.words import Words, gettext_noop

TOTAL = {
    Work.TRAINING: gettext_noop("How many hours of training have you done?"),
    Work.WORK: gettext_noop("How many hours have you worked as a peer?"),
    Work.SUPERVISION: gettext_noop("How many hours of supervision have you had?"),
    Work.CE: gettext_noop("How many hours of continuing education have you done?"),
}
TOTAL_LATELY = {
    Work.TRAINING: gettext_noop("How many hours of training have you done in the last %(months)s months?"),
    Work.WORK: gettext_noop("How many hours have you worked as a peer in the last %(months)s months?"),
    Work.SUPERVISION: gettext_noop(
        "How many hours of supervision have you had in the last %(months)s months?"
    ),
    Work.CE: gettext_noop(
        "How many hours of continuing education have you done in the last %(months)s months?"
    ),
}
ON_DOMAIN = gettext_noop("How many of these hours were on %(domain)s?")
ON_DOMAIN_LATELY = gettext_noop(
    "How many of these hours were on %(domain)s and in the last %(months)s months?"
)
IN_MODE = {
    Mode.LIVE: gettext_noop("How many of these hours were live, in a room or by video?"),
    Mode.ONLINE: gettext_noop("How many of these hours were online?"),
    Mode.IN_SERVICE: gettext_noop("How many of these hours were at your workplace?"),
}
LATELY = gettext_noop("How many of these hours were in the last %(months)s months?")
STRETCHED = gettext_noop("Did these hours take at least %(months)s months in all?")
PASSED = gettext_noop("Have you passed this exam: %(exam)s?")
PASSED_WELL = gettext_noop("Have you passed this exam with %(percent)s %% or more: %(exam)s?")
SINCE = gettext_noop("Since which day are you in recovery?")
BORN = gettext_noop("What is your date of birth?")
SCHOOL = gettext_noop("What schooling do you have?")
IN_FIELD = gettext_noop("Do you have a degree in this field: %(field)s?")
LETTERS = gettext_noop("How many letters of reference do you have?")
CHECKED = gettext_noop("Have you passed a background check for this?")
SO = gettext_noop("Is this so? %(words)s")
HOLDS = gettext_noop("Do you hold this, and is it in force: %(which)s?")
HOLDS_ANY = gettext_noop("Do you hold a certification of any state that is in force?")


class Answer(StrEnum):
    """How a question is answered. In the record: hours and counts are numbers, YES_NO is a bool."""

    HOURS = "hours"
    COUNT = "count"
    DAY = "day"
    YES_NO = "yes_no"
    SCHOOLING = "schooling"


@dataclass(frozen=True, kw_only=True)
class Question:
    """`part_of` names the question whose hours these are part of. `quoted`: words of the source."""

    name: str
    topic: Topic
    answer: Answer
    words: Words
    leaf: Leaf | None = None
    part_of: str = ""
    quoted: bool = False


Given = Mapping[str, Fraction | int | date | bool | str]


def questions(requirements: Iterable[Requirement]) -> tuple[Question, ...]:
    """Hours first, kind by kind, then the rest in the order of the requirements; each asked once."""
    asked = [(one.topic, leaf) for one in requirements for leaf in leaves(one.rule)]
    hours = [leaf for _topic, leaf in asked if isinstance(leaf, Hours)]
    found = [one for work in Work for one in _about_hours(work, [h for h in hours if h.spent_on is work])]
    found += [one for topic, leaf in asked for one in _about(topic, leaf)]
    return tuple({one.name: one for one in reversed(found)}[name] for name in _in_order(found))


def _in_order(found: Sequence[Question]) -> list[str]:
    """As found, and what is asked about the schooling beside it."""
    names = list(dict.fromkeys(one.name for one in found))
    fields = [name for name in names if name.startswith("schooling-")]
    rest = [name for name in names if name not in fields]
    at = rest.index("schooling") + 1 if fields else len(rest)
    return [*rest[:at], *fields, *rest[at:]]


def _about_hours(work: Work, rules: Sequence[Hours]) -> Iterator[Question]:
    if not rules:
        return
    lately = _only_window(rules)
    total = Words(TOTAL_LATELY[work], {"months": lately}) if lately else Words(TOTAL[work])
    topic = Topic.TRAINING if work is Work.CE else Topic(work.value)
    yield Question(name=work.value, topic=topic, answer=Answer.HOURS, words=total)
    for name, words in _parts_of_hours(work, rules, lately).items():
        yield Question(name=name, topic=topic, answer=Answer.HOURS, words=words, part_of=work.value)
    for months in sorted({rule.over_months for rule in rules if rule.over_months}):
        words = Words(STRETCHED, {"months": months})
        yield Question(name=f"{work}-over-{months}", topic=topic, answer=Answer.YES_NO, words=words)


def _only_window(rules: Iterable[Hours]) -> int | None:
    """The window when all rules have the same one: then only those hours are asked about."""
    windows = {rule.within_months for rule in rules}
    return windows.pop() if len(windows) == 1 else None


def _parts_of_hours(work: Work, rules: Sequence[Hours], lately: int | None) -> dict[str, Words]:
    windows = sorted({rule.within_months for rule in rules if rule.within_months and not rule.domains})
    told = {
        f"{work}-lately-{months}": Words(LATELY, {"months": months}) for months in windows if months != lately
    }
    modes = {mode for rule in rules for mode in Mode if mode in rule.modes or mode in (rule.at_most or {})}
    told |= {f"{work}-by-{mode}": Words(IN_MODE[mode]) for mode in sorted(modes)}
    return told | {
        f"{work}-on-{domain}": _on_domain(domain, None if lately else months)
        for domain, months in _domains(rules).items()
    }


def _on_domain(domain: str, months: int | None) -> Words:
    told: dict[str, str | int] = {"domain": domain}
    return Words(ON_DOMAIN_LATELY, {**told, "months": months}) if months else Words(ON_DOMAIN, told)


def _domains(rules: Iterable[Hours]) -> dict[str, int | None]:
    """Each domain with the shortest window in which a rule counts it."""
    found: dict[str, int | None] = {}
    for rule in rules:
        capped = [name for name in rule.at_most or {} if name not in set(Mode)]
        for name in (*rule.domains, *capped):
            windows = [w for w in (found.get(name), rule.within_months) if w]
            found[name] = min(windows, default=None)
    return found


def _about(topic: Topic, leaf: Leaf) -> Iterator[Question]:
    match leaf:
        case Exam(exams=exams, at_least_percent=percent):
            told: dict[str, str | int] = {"exam": ", ".join(exams)}
            words = Words(PASSED_WELL, {**told, "percent": percent}) if percent else Words(PASSED, told)
            yield _ask(f"exam-{'-'.join(exams)}-{percent or 0}", topic, Answer.YES_NO, words, leaf)
        case Recovery():
            yield _ask("recovery", Topic.RECOVERY, Answer.DAY, Words(SINCE))
        case Age():
            yield _ask("born", Topic.AGE, Answer.DAY, Words(BORN))
        case Education(field=field):
            yield _ask("schooling", Topic.EDUCATION, Answer.SCHOOLING, Words(SCHOOL))
            if field:
                words = Words(IN_FIELD, {"field": field})
                yield _ask(f"schooling-{field}", Topic.EDUCATION, Answer.YES_NO, words, leaf)
        case References():
            yield _ask("references", topic, Answer.COUNT, Words(LETTERS))
        case BackgroundCheck():
            yield _ask("background-check", topic, Answer.YES_NO, Words(CHECKED))
        case Statement(statement=statement, words=said):
            words = Words(SO, {"words": said})
            yield _ask(f"stated-{statement}", topic, Answer.YES_NO, words, leaf, quoted=True)
        case Holds(credentials=credentials):
            words = Words(HOLDS, {"which": ", ".join(credentials)}) if credentials else Words(HOLDS_ANY)
            yield _ask(f"holds-{'-'.join(credentials) or 'any'}", topic, Answer.YES_NO, words, leaf)
        case Hours():
            return


def _ask(
    name: str, topic: Topic, answer: Answer, words: Words, leaf: Leaf | None = None, *, quoted: bool = False
) -> Question:
    return Question(name=name, topic=topic, answer=answer, words=words, leaf=leaf, quoted=quoted)


def too_many(asked: Iterable[Question], given: Given) -> tuple[str, ...]:
    """Names of the answers that say more hours in a part than in the whole.

    Hours on different domains, and hours of different modes, are different hours. Windows lie in each other.
    """
    answered = [one for one in asked if one.part_of and one.name in given]
    return tuple(one.name for one in answered if _together(one, answered, given) > _hours(given, one.part_of))


def _together(one: Question, answered: Iterable[Question], given: Given) -> Fraction:
    if "-lately-" in one.name:
        return _hours(given, one.name)
    sort = one.name[: one.name.index("-") + len("-on-")]
    return sum((_hours(given, other.name) for other in answered if other.name.startswith(sort)), Fraction())


def record_of(asked: Iterable[Question], given: Given, on: date) -> Record:
    """What the answers say, as a record of that day. Exams and credentials count as of `on`."""
    asked = tuple(asked)
    yes = [one for one in asked if one.answer is Answer.YES_NO and given.get(one.name) is True]
    held = [one.leaf for one in yes if isinstance(one.leaf, Holds)]
    return Record(
        hours=tuple(entry for work in Work for entry in _entries(work, asked, given, on)),
        exams=tuple(_exam(one.leaf, on) for one in yes if isinstance(one.leaf, Exam)),
        education=tuple(_studies(asked, given)),
        credentials=tuple(
            Held(credential=(one.credentials or (ANY_STATE,))[0], issued=on, expires=on) for one in held
        ),
        statements={
            one.leaf.statement: given[one.name] is True
            for one in asked
            if isinstance(one.leaf, Statement) and one.name in given
        },
        birth_date=_day(given, "born"),
        recovery_since=_day(given, "recovery"),
        references=int(str(given["references"])) if "references" in given else None,
        background_check_passed=given["background-check"] is True if "background-check" in given else None,
    )


def _exam(rule: Exam, on: date) -> ExamEntry:
    percent = None if rule.at_least_percent is None else Fraction(rule.at_least_percent)
    return ExamEntry(exam=rule.exams[0], passed_on=on, percent=percent)


def _studies(asked: Iterable[Question], given: Given) -> Iterator[Studies]:
    """The level in a field that no rule names, or in none that was said; and in each that was said."""
    if "schooling" not in given:
        return
    level = Schooling(str(given["schooling"]))
    fields = [one for one in asked if isinstance(one.leaf, Education)]
    yield Studies(level=level, field=ANOTHER_FIELD if all(one.name in given for one in fields) else "")
    for one in asked:
        if isinstance(one.leaf, Education) and given.get(one.name) is True:
            yield Studies(level=level, field=one.leaf.field)


def _day(given: Given, name: str) -> date | None:
    value = given.get(name)
    return value if isinstance(value, date) else None


def _hours(given: Given, name: str) -> Fraction:
    value = given.get(name, 0)
    return Fraction(str(value))


# Hours are laid on a line from 0 to their total. Each sort of question cuts the line in its own places, by
# domain, by mode and by age; what lies between two cuts is one entry. No rule speaks of a domain and a mode
# at once, so where the cuts of two sorts fall against each other changes no answer; the newest hours and the
# domains that count for a time only both begin at 0. What lies beyond the cuts of a sort is of none of the
# domains, or modes, that were answered; it may be of those that were left empty.


def _entries(work: Work, asked: Sequence[Question], given: Given, on: date) -> Iterator[HourEntry]:
    total = _hours(given, work.value)
    domains, modes = (_cuts(f"{work}-{sort}-", asked, given) for sort in ("on", "by"))
    ages = _ages(work, asked, given)
    ends = sorted({total, *(end for sort in (domains, modes, ages) for end, _name in sort if end < total)})
    for begin, end in pairwise((Fraction(), *(end for end in ends if end))):
        domain, mode, age = (
            next((name for stop, name in sort if stop >= end), "") for sort in (domains, modes, ages)
        )
        last = months_later(on, -int(age)) - timedelta(days=1) if age else on
        yield HourEntry(
            id=f"{work}-{number_of(begin)}", spent_on=work, hours=end - begin, last=last,
            first=_first(work, given, last), domain=domain, mode=Mode(mode) if mode else None,
            maybe=_unsaid(f"{work}-by-", asked, given, mode) | _unsaid(f"{work}-on-", asked, given, domain),
            dated=_answered(asked, given, f"{work}-lately-", f"{work}-over-"),
        )  # fmt: skip


def number_of(value: Fraction) -> str:
    return f"{float(value):g}"


def _unsaid(prefix: str, asked: Iterable[Question], given: Given, own: str) -> frozenset[str]:
    """What hours that are on nothing named so far may be: each part that was left empty."""
    left = (one.name for one in asked if one.name.startswith(prefix) and one.name not in given)
    return frozenset() if own else frozenset(name.removeprefix(prefix) for name in left)


def _answered(asked: Iterable[Question], given: Given, *prefixes: str) -> bool:
    return all(one.name in given for one in asked if one.name.startswith(prefixes))


def _cuts(prefix: str, asked: Sequence[Question], given: Given) -> list[tuple[Fraction, str]]:
    """(where it ends, name) of each part that was answered; domains with a window first."""
    names = [one for one in asked if one.name.startswith(prefix) and one.name in given]
    cuts, at = [], Fraction()
    for one in sorted(names, key=lambda one: "months" not in one.words.params):
        at += _hours(given, one.name)
        cuts.append((at, one.name.removeprefix(prefix)))
    return cuts


def _ages(work: Work, asked: Sequence[Question], given: Given) -> list[tuple[Fraction, str]]:
    """(where it ends, months ago): newest first. Hours in no window lie before the widest one."""
    prefix = f"{work}-lately-"
    told = [one.name for one in asked if one.name.startswith(prefix) and one.name in given]
    windows = sorted(int(name.removeprefix(prefix)) for name in told)
    ends = [_hours(given, f"{prefix}{months}") for months in windows]
    ages = ["", *map(str, windows)]
    return [*zip(ends, ages, strict=False), (_hours(given, work.value), ages[-1])]


def _first(work: Work, given: Given, last: date) -> date:
    """When the hours are said to have taken so many months, they begin so long before."""
    prefix = f"{work}-over-"
    told = [int(name.removeprefix(prefix)) for name in given if name.startswith(prefix) and given[name]]
    return months_later(last, -max(told)) if told else last
