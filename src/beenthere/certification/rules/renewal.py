"""When a credential ends, and what its renewal still asks for."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from beenthere.certification.rules.assess import NOT_ESTABLISHED
from beenthere.certification.rules.counting import exact, months_later
from beenthere.certification.rules.measure import Standing, measure
from beenthere.certification.rules.record import Held, HourEntry, Record
from beenthere.certification.rules.told import Cited
from beenthere.certification.rules.vocabulary import Anchor, Credential, Hours, Renewal, Work
from beenthere.kernel.words import Words, gettext_noop

NOT_HELD = gettext_noop("The record holds no %(credential)s issued by this day.")
NOTHING_KNOWN = gettext_noop("No collected source says how this credential is renewed. Ask the issuer.")
END_UNKNOWN = gettext_noop("The day it ends is not known: take it from the certificate.")
READY = gettext_noop("Everything known for the renewal is met. Confirm it with the issuer before %(end)s.")
SHORT = gettext_noop("Not yet: some of what is known to be asked for is still missing. It ends on %(end)s.")
LATE = gettext_noop("It ended on %(end)s. A late renewal is taken for %(days)s days, until %(last)s.")
LAPSED = gettext_noop("It ended on %(end)s, and the known time for a late renewal is over.")
LATE_UNKNOWN = gettext_noop(
    "It ended on %(end)s. Whether a late renewal is taken is not known. Ask the issuer."
)
SILENT = gettext_noop("The record does not say enough to answer. It ends on %(end)s.")
CE_UNKNOWN = gettext_noop("How many hours of continuing education are asked for is not known.")
ALSO = gettext_noop("Also: %(words)s")


class RenewalStatus(StrEnum):
    READY = "meets_everything_known"
    NOT_YET = "not_yet"
    LATE = "late"
    LAPSED = "lapsed"
    CANNOT_KNOW = "cannot_know"


@dataclass(frozen=True, kw_only=True)
class RenewalLine:
    standing: Standing
    words: Words
    sources: tuple[Cited, ...]
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RenewalAnswer:
    """`ends` is the last day. `computed` True: from the issue and the rule, not read off the certificate."""

    credential: str
    on: date
    status: RenewalStatus
    words: Words
    sources: tuple[Cited, ...]
    ends: date | None = None
    computed: bool = False
    lines: tuple[RenewalLine, ...] = ()
    keep_proof_years: int | None = None


def renewal(record: Record, credential: Credential, on: date) -> RenewalAnswer:
    """The latest issue of it in the record decides; hours count from that day on."""
    held = [one for one in record.credentials if one.credential == credential.key and one.issued <= on]
    version = credential.version_on(on)
    if not held:
        return _unknown(credential, on, Words(NOT_HELD, {"credential": credential.key}))
    if version is None:
        return _unknown(credential, on, Words(NOT_ESTABLISHED, {"day": on.isoformat()}))
    if version.renewal is None:
        return _unknown(credential, on, Words(NOTHING_KNOWN))
    latest = max(held, key=lambda one: (one.issued, one.expires or date.min))
    ends = latest.expires or last_day(version.renewal, latest, record.birth_date)
    lines = _lines(version.renewal, record, latest, on if ends is None else min(on, ends))
    status, words = _answer(version.renewal, ends, lines, on)
    return RenewalAnswer(
        credential=credential.key,
        on=on,
        status=status,
        words=words,
        ends=ends,
        computed=latest.expires is None and ends is not None,
        lines=lines,
        keep_proof_years=version.renewal.keep_proof_years,
        sources=credential.sources,
    )


def last_day(rule: Renewal, held: Held, birth: date | None) -> date | None:
    """The anchor's day on which it ends; None when years, anchor or birthday are not known."""
    if rule.years is None:
        return None
    if rule.anchor is Anchor.ANNIVERSARY:
        return months_later(held.issued, 12 * rule.years) - timedelta(days=1)
    full = months_later(held.issued, 12 * rule.years)
    if rule.anchor is Anchor.BIRTHDAY and birth is not None:
        months = (full.year - birth.year) * 12
        here = months_later(birth, months)
        return here if here >= full else months_later(birth, months + 12)
    if rule.anchor is Anchor.FIXED_DAY and rule.month and rule.day:
        return _fixed(rule, held.issued)
    return None


def _fixed(rule: Renewal, issued: date) -> date | None:
    """Yearly and in odd years the calendar decides. Every n years, the sources do not say from which year."""
    if rule.years != 1 and not rule.odd_years:
        return None
    days = (date(issued.year + more, rule.month or 1, rule.day or 1) for more in range(3))
    return next(day for day in days if day > issued and (not rule.odd_years or day.year % 2))


def _lines(rule: Renewal, record: Record, held: Held, until: date) -> tuple[RenewalLine, ...]:
    """Hours of the period since the issue. What only words say is shown, and stays unknown."""
    since = tuple(_after(entry, held.issued) for entry in record.hours if entry.last >= held.issued)
    now = Record(hours=since)
    asked = [Hours(spent_on=Work.CE, hours=rule.ce_hours)] if rule.ce_hours is not None else []
    asked += [Hours(spent_on=Work.CE, hours=hours, domains=(name,)) for name, hours in rule.minimums.items()]
    lines = [_hours_line(one, rule, now, until) for one in asked]
    if rule.ce_hours is None:
        lines.append(_unsure(Words(CE_UNKNOWN), ()))
    return (*lines, *(_unsure(Words(ALSO, {"words": one.words}), one.sources) for one in rule.also))


def _hours_line(asked: Hours, rule: Renewal, record: Record, until: date) -> RenewalLine:
    told = measure(asked, record, until)
    sources = rule.minimums_sources if asked.domains else rule.sources
    return RenewalLine(standing=told.standing, words=told.words, entries=told.entries, sources=sources)


def _unsure(words: Words, sources: tuple[Cited, ...]) -> RenewalLine:
    return RenewalLine(standing=Standing.SOURCE_UNSURE, words=words, sources=sources)


def _after(entry: HourEntry, day: date) -> HourEntry:
    """The part of an entry from that day on."""
    first = max(entry.first, day)
    share = Fraction((entry.last - first).days + 1, (entry.last - entry.first).days + 1)
    return replace(entry, hours=exact(entry.hours) * share, first=first)


def _answer(
    rule: Renewal, ends: date | None, lines: tuple[RenewalLine, ...], on: date
) -> tuple[RenewalStatus, Words]:
    if ends is None:
        return RenewalStatus.CANNOT_KNOW, Words(END_UNKNOWN)
    told: dict[str, str | int] = {"end": ends.isoformat()}
    if on > ends:
        return _after_the_end(rule, ends, on, told)
    if any(line.standing is Standing.MISSING for line in lines):
        return RenewalStatus.NOT_YET, Words(SHORT, told)
    if any(line.standing is Standing.RECORD_SILENT for line in lines):
        return RenewalStatus.CANNOT_KNOW, Words(SILENT, told)
    if not any(line.standing is Standing.MET for line in lines):
        return RenewalStatus.CANNOT_KNOW, Words(CE_UNKNOWN)
    return RenewalStatus.READY, Words(READY, told)


def _after_the_end(
    rule: Renewal, ends: date, on: date, told: dict[str, str | int]
) -> tuple[RenewalStatus, Words]:
    if rule.late_days is None:
        return RenewalStatus.CANNOT_KNOW, Words(LATE_UNKNOWN, told)
    last = ends + timedelta(days=rule.late_days)
    if on > last:
        return RenewalStatus.LAPSED, Words(LAPSED, told)
    return RenewalStatus.LATE, Words(LATE, {**told, "days": rule.late_days, "last": last.isoformat()})


def _unknown(credential: Credential, on: date, words: Words) -> RenewalAnswer:
    return RenewalAnswer(
        credential=credential.key,
        on=on,
        status=RenewalStatus.CANNOT_KNOW,
        words=words,
        sources=credential.sources,
    )
