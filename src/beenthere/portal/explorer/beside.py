"""What a state's page says beside the requirements: renewal, fees, help, times, stages and paths."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beenthere.certification.api import (
    Anchor,
    Clock,
    Fee,
    Kept,
    Paper,
    Renewal,
    Shown,
    Unit,
    Version,
)
from beenthere.portal.explorer.pages import Fact, Noted
from beenthere.portal.explorer.rows import renewal_told
from beenthere.portal.explorer.sources import Lines, cited
from beenthere.portal.explorer.words import PATH_NAMES, name_of, said


def renewal(rule: Renewal, lines: Lines) -> Iterator[Fact]:
    own = cited(rule.sources, lines)
    yield Fact(label=_("How often"), value=renewal_told(rule.years), sources=own if rule.years else ())
    ends = anchor_told(rule)
    yield Fact(label=_("It ends"), value=ends or _("Not known"), sources=own if ends else ())
    hours = _("Not known") if rule.ce_hours is None else f"{rule.ce_hours:g}"
    yield Fact(
        label=_("Hours of learning each time"), value=hours, sources=() if rule.ce_hours is None else own
    )
    yield from _more(rule, lines)


def _more(rule: Renewal, lines: Lines) -> Iterator[Fact]:
    own, least = cited(rule.sources, lines), cited(rule.minimums_sources, lines)
    for name, hours in rule.minimums.items():
        yield Fact(
            label=_("Of these on %(domain)s") % {"domain": name_of(name)}, value=f"{hours:g}", sources=least
        )
    if rule.late_days is not None:
        yield Fact(label=_("Days you can be late"), value=str(rule.late_days), sources=own)
    if rule.hours_per_ceu is not None:
        yield Fact(label=_("Hours that one CEU counts for"), value=f"{rule.hours_per_ceu:g}", sources=own)
    if rule.keep_proof_years is not None:
        yield Fact(label=_("Years to keep the proof"), value=str(rule.keep_proof_years), sources=own)
    if rule.late_note:
        yield Fact(label=_("Also"), quoted=rule.late_note, sources=own)
    for one in rule.also:
        told = said(one.words)
        yield Fact(label=_("Also"), value=told.before, quoted=told.quoted, sources=cited(one.sources, lines))


def anchor_told(rule: Renewal) -> str:
    """Empty when not known."""
    if rule.anchor is Anchor.FIXED_DAY and rule.month and rule.day:
        # A leap year has every day of the calendar.
        day = date_format(date(2024, rule.month, rule.day), "MONTH_DAY_FORMAT")
        odd = _("on %(day)s of an odd year") if rule.odd_years else _("on %(day)s")
        return odd % {"day": day}
    told: Mapping[Anchor, str] = {
        Anchor.ANNIVERSARY: _("counted from the day it was issued"),
        Anchor.BIRTHDAY: _("on your birthday"),
        Anchor.MONTH: _("in a month of the year that the source does not name"),
    }
    return told.get(rule.anchor, "")


def fees(version: Version, lines: Lines) -> Iterator[Fact]:
    for fee in version.fees:
        told, own = said(fee.words), cited(fee.sources, lines)
        yield Fact(label=told.before, quoted=told.quoted, value=_amount(fee), sources=own)


def _amount(fee: Fee) -> str:
    if fee.usd is None:
        return _("amount not known")
    least = f"${fee.usd:,.2f}"
    return least if fee.up_to is None else f"{least} - ${fee.up_to:,.2f}"


def scholarships(version: Version, lines: Lines) -> Iterator[Noted]:
    for one in version.scholarships:
        told = said(one.words)
        yield Noted(title=told.before, quoted=told.quoted, sources=cited(one.sources, lines))


def times(version: Version, lines: Lines) -> Iterator[Fact]:
    for one in version.times:
        yield Fact(
            label=_about(one.about),
            value=_length(one.count, one.unit),
            quoted=one.note,
            sources=cited(one.sources, lines),
        )


def _about(clock: Clock) -> str:
    told: Mapping[Clock, str] = {
        Clock.APPLY_BEFORE_TRAINING: _("Apply before the training"),
        Clock.TRAIN_AFTER_HIRE: _("Train after being hired, within"),
        Clock.WORK_UNCERTIFIED: _("Work without being certified, up to"),
        Clock.APPLICATION_OPEN: _("An application stays open"),
        Clock.DECISION: _("The issuer decides within"),
        Clock.WAIVER_DECISION: _("The issuer decides about a waiver within"),
        Clock.RENEWAL_NOTICE: _("A notice comes before the end"),
        Clock.RENEWAL_FILING: _("Renew before the end"),
        Clock.TRAINING_REVIEW: _("The issuer looks at your training within"),
        Clock.REGISTER_UPDATE: _("The register is brought up to date within"),
        Clock.COMPLAINT_FILING: _("A complaint can be made within"),
        Clock.COMPLAINT_RECEIPT: _("The issuer says that it has the complaint within"),
        Clock.COMPLAINT_DECISION: _("A complaint is decided within"),
        Clock.COMPLAINT_EXTENSION: _("That time can be longer by"),
        Clock.EMPLOYER_REPORT: _("An employer reports to the issuer within"),
        Clock.REVOCATION_REPLY: _("Before it is taken away, you can answer within"),
        Clock.REVOCATION_DECISION: _("Whether it is taken away is decided within"),
        Clock.REVOCATION_APPEAL: _("After it was taken away, you can appeal within"),
    }
    return told[clock]


def keeps(version: Version, lines: Lines) -> Iterator[Fact]:
    for one in version.keeps:
        yield Fact(
            label=_kept(one.record),
            value=_length(one.count, one.unit),
            quoted=one.note,
            sources=cited(one.sources, lines),
        )


def _kept(record: Kept) -> str:
    told: Mapping[Kept, str] = {
        Kept.APPLICATION: _("Your application"),
        Kept.BACKGROUND_CHECK: _("Your background checks"),
        Kept.RENEWAL: _("Your renewals"),
        Kept.COMPLAINT: _("Complaints"),
        Kept.STATUS_CHANGE: _("Each change of your status"),
        Kept.FEE: _("Fees you paid"),
    }
    return told[record]


def certificates(version: Version, lines: Lines) -> Iterator[Fact]:
    for one in version.certificates:
        yield Fact(
            label=_paper(one.paper),
            value=", ".join(map(_on_it, one.shows)),
            quoted=one.note,
            sources=cited(one.sources, lines),
        )


def _paper(paper: Paper) -> str:
    told: Mapping[Paper, str] = {
        Paper.TRAINING: _("A certificate of training"),
        Paper.CE: _("A certificate of continuing education"),
        Paper.CREDENTIAL: _("The certificate you get"),
    }
    return told[paper]


def _on_it(one: Shown) -> str:
    told: Mapping[Shown, str] = {
        Shown.HOLDER: _("your name"),
        Shown.TITLE: _("the title"),
        Shown.PROGRAM: _("the program"),
        Shown.ADDRESS: _("its address"),
        Shown.SPONSOR: _("who gave it"),
        Shown.INSTRUCTOR: _("the teacher"),
        Shown.OBJECTIVES: _("what it was for"),
        Shown.CATEGORY: _("the subject"),
        Shown.HOURS: _("the hours"),
        Shown.DATES: _("the days"),
        Shown.SIGNATURE: _("a signature"),
        Shown.APPROVAL_MARK: _("the mark of approval"),
        Shown.NUMBER: _("its number"),
        Shown.ENDORSEMENT: _("what it is for"),
        Shown.EXPIRY: _("its last day"),
        Shown.ISSUER: _("who gives it"),
    }
    return told[one]


def _length(count: int, unit: Unit) -> str:
    told: Mapping[Unit, str] = {
        Unit.HOURS: ngettext("%(count)s hour", "%(count)s hours", count),
        Unit.DAYS: ngettext("%(count)s day", "%(count)s days", count),
        Unit.BUSINESS_DAYS: ngettext("%(count)s business day", "%(count)s business days", count),
        Unit.MONTHS: ngettext("%(count)s month", "%(count)s months", count),
        Unit.YEARS: ngettext("%(count)s year", "%(count)s years", count),
        Unit.RENEWALS: ngettext("the last renewal", "the last %(count)s renewals", count),
    }
    return told[unit] % {"count": count}


def stages(version: Version, lines: Lines) -> Iterator[Noted]:
    for stage in version.stages:
        length = _("For %(months)s months:") % {"months": stage.months} if stage.months else ""
        told, own = said(stage.title), cited(stage.sources, lines)
        title = f"{length} {told.before}".strip()
        yield Noted(title=title, quoted=told.quoted, note=stage.note, sources=own)


def paths(version: Version, lines: Lines) -> Iterator[Noted]:
    for one in version.reciprocity:
        yield Noted(
            title=f"{PATH_NAMES[one.path]}{':' if one.accepts else '.'}",
            quoted=", ".join(map(name_of, one.accepts)),
            note=one.note,
            sources=cited(one.sources, lines),
        )
