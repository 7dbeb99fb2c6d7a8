"""What the tables of facts are made of: a person, hours, and the decision expected of them."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from beenthere.certification.rules.assess import Outcome, Status
from beenthere.certification.rules.reciprocity import ReciprocityStatus
from beenthere.certification.rules.record import ExamEntry, Held, HourEntry, Record, Studies
from beenthere.certification.rules.renewal import RenewalStatus
from beenthere.certification.rules.vocabulary import Mode, Path, Schooling, Work

ON = date(2026, 11, 22)
TRAINING, WORK, SUPERVISION, CE = Work.TRAINING, Work.WORK, Work.SUPERVISION, Work.CE


@dataclass(frozen=True, kw_only=True)
class Case:
    """`expect` gives, for some requirements, how each must come out."""

    credential: str
    title: str
    record: Record
    status: Status
    expect: dict[str, str]
    on: date = ON


@dataclass(frozen=True, kw_only=True)
class Renewing:
    """`expect` gives, for some lines of the answer, a part of the sentence and how the line must come out."""

    credential: str
    title: str
    record: Record
    status: RenewalStatus
    ends: date | None
    expect: dict[str, Outcome]
    on: date = ON


@dataclass(frozen=True, kw_only=True)
class Moving:
    """`remains` and `done` name requirements, of the path or of the new place; `waived` are asked no more."""

    from_: str
    to: str
    title: str
    record: Record
    status: ReciprocityStatus
    path: Path | None
    remains: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    on: date = ON


def h(
    kind: Work, hours: float, domain: str = "", mode: Mode | None = Mode.LIVE, on: date = date(2026, 6, 1)
) -> HourEntry:
    return HourEntry(
        id=domain or kind.value,
        spent_on=kind,
        hours=Fraction(str(hours)),
        first=on,
        last=on,
        domain=domain,
        mode=mode,
    )


def unsaid(entry: HourEntry) -> HourEntry:
    """The same hours, of which nobody said how they were given."""
    return replace(entry, mode=None, maybe=frozenset(Mode))


def person(
    *hours: HourEntry, exam: str = "", percent: int | None = None, said: str = "", **more: object
) -> Record:
    """An adult with high school, ten years in recovery, three letters and a passed background check."""
    exams = (
        (ExamEntry(exam=exam, passed_on=ON, percent=None if percent is None else Fraction(percent)),)
        if exam
        else ()
    )
    told: dict[str, object] = {
        "education": (Studies(level=Schooling.HIGH_SCHOOL),),
        "birth_date": date(1990, 1, 1),
        "recovery_since": date(2016, 1, 1),
        "references": 3,
        "background_check_passed": True,
        "statements": dict.fromkeys(said.split(), True),
        **more,
    }
    return Record(hours=hours, exams=exams, **told)  # type: ignore[arg-type]


def held(credential: str, issued: date, expires: date | None = None) -> Held:
    return Held(credential=credential, issued=issued, expires=expires)


NOT_YET, ASK, CANNOT = Status.NOT_YET, Status.MEETS_KNOWN, Status.CANNOT_KNOW
BOARD = (h(TRAINING, 10, "advocacy"), h(TRAINING, 10, "mentoring"), h(TRAINING, 10, "recovery"))
BACHELOR = (Studies(level=Schooling.BACHELOR, field="human services"),)
