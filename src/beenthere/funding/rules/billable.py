"""What stands between a signed note and a claim. Findings inform; they never stop a note from being saved.

All findings come at once: in the audits we read, most faulty claims had several faults, and mending one
to meet the next is how notes get abandoned. Three weights keep apart what people otherwise mix up: a note
that needs mending, work that is real but that nobody pays for, and a payer whose rule we do not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from beenthere.funding.rules.explanation import explain
from beenthere.funding.rules.units import Aggregate, DayUnits, Segment, UnitRule
from beenthere.kernel.minutes import in_words, minutes_between
from beenthere.kernel.periods import Period, share_a_moment
from beenthere.kernel.words import Words
from beenthere.kernel.words import gettext_noop as _


class Weight(StrEnum):
    MEND = "mend"  # a field is missing or two records disagree
    NOT_BILLABLE = "not_billable"  # work that counts and is not billed
    NOT_ESTABLISHED = "not_established"  # we do not know the payer's rule: say so, count nothing


class Standing(StrEnum):
    READY = "ready"
    MEND = "mend"
    NOT_BILLABLE = "not_billable"
    NOT_ESTABLISHED = "not_established"


@dataclass(frozen=True, kw_only=True)
class OtherNote:
    """Another signed note near in time. Notes of one group sitting share `session_id`."""

    id: UUID
    session_id: UUID | None
    worker_id: UUID
    participant_id: UUID
    segments: tuple[Segment, ...]


@dataclass(frozen=True, kw_only=True)
class NoteFacts:
    """A signed note on the day of service.

    `segments` empty: no clock times. `group_size` None: not a group. `certified` holds the worker's periods
    of certification. `others` are only notes that whoever reads the findings may know of: that a person is
    seen in another program is itself protected. `day` is what `units_for_day` gave, None without a rule.
    """

    id: UUID
    session_id: UUID | None
    worker_id: UUID
    participant_id: UUID
    on: date
    segments: tuple[Segment, ...]
    signed_at: datetime
    kind: str
    mode: str
    group_size: int | None
    met: bool
    set_not_billable: bool
    volunteer: bool
    certified: tuple[Period[date], ...]
    others: tuple[OtherNote, ...]
    day: DayUnits | None


@dataclass(frozen=True, kw_only=True)
class ProgramRule:
    """What the program's payer pays for on that day. None: its text does not say, so nothing is judged."""

    unit_rule: UnitRule | None
    paid_kinds: frozenset[str] | None
    paid_modes: frozenset[str] | None
    group_maximum: int | None
    note_within_hours: int | None
    pays_volunteers: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`mend` names the field to look at, None when none can change it. `about` is another note's id."""

    code: str
    weight: Weight
    words: Words
    mend: str | None = None
    about: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Findings:
    findings: tuple[Finding, ...]

    @property
    def standing(self) -> Standing:
        """The heaviest: nobody is asked to mend a note that will not be billed anyway."""
        weights = {finding.weight for finding in self.findings}
        for weight in (Weight.NOT_BILLABLE, Weight.NOT_ESTABLISHED, Weight.MEND):
            if weight in weights:
                return Standing(weight.value)
        return Standing.READY


NO_RULE = _("No payer's rule is set down for this program on this day, so no units are counted.")
NO_CLOCK = _("Start and end time are missing. A claim needs both.")
SAME_WORKER = _("These times overlap with another visit of the same specialist.")
SAME_PERSON = _("These times overlap with another visit of the same person.")
NOT_MET = _("The visit did not take place. The time counts as work and is not billed.")
SET_ASIDE = _("Marked as not billable. It still counts as work.")
VOLUNTEER = _("Time given as a volunteer is not billed. It still counts as work.")
NOT_CERTIFIED = _("No certification is on file for this day, so it is not billed. It counts as work.")
MODE_NOT_PAID = _("This payer does not pay for visits held this way. It still counts as work.")
KIND_NOT_PAID = _("This payer does not pay for this kind of support. It still counts as work.")
GROUP_TOO_LARGE = _("%(people)s people took part. This payer pays for groups of up to %(maximum)s.")
LATE = _("Signed %(after)s after the visit ended. This payer asks for it within %(hours)s hours.")


def assess_billable(facts: NoteFacts, program_rule: ProgramRule | None) -> Findings:
    """Every finding about one note, in a fixed order. An empty tuple means ready for a claim by these checks.

    These checks alone: plan, order, authorization, diagnosis and eligibility are judged elsewhere.
    """
    findings = [*_about_the_note(facts), *overlaps(facts), *_about_the_worker(facts, program_rule)]
    if program_rule is None or program_rule.unit_rule is None:
        findings.append(_finding("no_payer_rule", Weight.NOT_ESTABLISHED, NO_RULE))
    if program_rule is not None:
        findings += _what_is_not_paid(facts, program_rule)
        findings += [*_late(facts, program_rule), *_no_units(facts, program_rule.unit_rule)]
    return Findings(findings=tuple(findings))


def _about_the_note(facts: NoteFacts) -> Iterable[Finding]:
    if not facts.met:
        yield _finding("not_met", Weight.NOT_BILLABLE, NOT_MET)
    elif not facts.segments:
        yield _finding("missing_clock_time", Weight.MEND, NO_CLOCK, mend="starts_at")
    if facts.set_not_billable:
        yield _finding("set_not_billable", Weight.NOT_BILLABLE, SET_ASIDE)


def overlaps(facts: NoteFacts) -> Iterable[Finding]:
    """One worker with several people at one sitting is a group. One person twice is always an overlap."""
    own = _periods(facts.segments)
    for other in sorted(facts.others, key=lambda one: one.id):
        if other.id == facts.id or not share_a_moment(own, _periods(other.segments)):
            continue
        if other.participant_id == facts.participant_id:
            yield overlap(other.id, same_person=True)
        elif other.worker_id == facts.worker_id and not _one_sitting(facts, other):
            yield overlap(other.id, same_person=False)


def _one_sitting(facts: NoteFacts, other: OtherNote) -> bool:
    return facts.session_id is not None and facts.session_id == other.session_id


def _about_the_worker(facts: NoteFacts, rule: ProgramRule | None) -> Iterable[Finding]:
    if facts.volunteer and not (rule and rule.pays_volunteers):
        yield _finding("volunteer", Weight.NOT_BILLABLE, VOLUNTEER)
    if not any(period.contains(facts.on) for period in facts.certified):
        yield _finding("not_certified", Weight.NOT_BILLABLE, NOT_CERTIFIED)


def _what_is_not_paid(facts: NoteFacts, rule: ProgramRule) -> Iterable[Finding]:
    if rule.paid_modes is not None and facts.mode not in rule.paid_modes:
        yield _finding("mode_not_paid", Weight.NOT_BILLABLE, MODE_NOT_PAID, mend="mode")
    if rule.paid_kinds is not None and facts.kind not in rule.paid_kinds:
        yield _finding("kind_not_paid", Weight.NOT_BILLABLE, KIND_NOT_PAID, mend="kind")
    people, maximum = facts.group_size or 0, rule.group_maximum
    if maximum is not None and people > maximum:
        words = Words(GROUP_TOO_LARGE, {"people": people, "maximum": maximum})
        yield Finding(code="group_too_large", weight=Weight.NOT_BILLABLE, words=words, mend="group_size")


def _late(facts: NoteFacts, rule: ProgramRule) -> Iterable[Finding]:
    if rule.note_within_hours is None or not facts.segments:
        return
    ended = max(segment.end.astimezone(UTC) for segment in facts.segments)
    if facts.signed_at - ended > timedelta(hours=rule.note_within_hours):
        after = in_words(minutes_between(ended, facts.signed_at))
        words = Words(LATE, {"after": after, "hours": rule.note_within_hours})
        yield Finding(code="signed_late", weight=Weight.NOT_BILLABLE, words=words)


def _no_units(facts: NoteFacts, rule: UnitRule | None) -> Iterable[Finding]:
    """A visit that brings no unit by itself still counts where the payer adds up the day."""
    own = facts.day.of(facts.id) if facts.day else None
    if rule is None or facts.day is None or own is None or own.units or not facts.segments:
        return
    if rule.aggregate is Aggregate.DAY and facts.day.units and not own.capped_units:
        return
    words = explain(rule, facts.day, facts.id)
    yield Finding(code="no_units", weight=Weight.NOT_BILLABLE, words=words)


def _finding(code: str, weight: Weight, msgid: str, *, mend: str | None = None) -> Finding:
    return Finding(code=code, weight=weight, words=Words(msgid), mend=mend)


def overlap(other_id: UUID, *, same_person: bool) -> Finding:
    code, msgid = (
        ("overlap_same_person", SAME_PERSON) if same_person else ("overlap_same_worker", SAME_WORKER)
    )
    return Finding(code=code, weight=Weight.MEND, words=Words(msgid), mend="starts_at", about=other_id)


def _periods(segments: Iterable[Segment]) -> tuple[Period[datetime], ...]:
    return tuple(Period(one.start, one.end) for one in segments if one.start < one.end)
