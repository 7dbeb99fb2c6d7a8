"""A state's page: each of its credentials with everything that is known, and everything that is not."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.certification.api import BASES, Asked, Credential, Medicaid, Requirement, Topic, Version, asked
from beenthere.kernel.words import Words
from beenthere.portal.explorer.beside import (
    certificates,
    fees,
    keeps,
    paths,
    renewal,
    scholarships,
    stages,
    times,
)
from beenthere.portal.explorer.pages import (
    AskedLine,
    CredentialPart,
    Earlier,
    Fact,
    Noted,
    RequirementLine,
    StatePage,
)
from beenthere.portal.explorer.places import place_name
from beenthere.portal.explorer.rows import NOT_KNOWN, Track, covered_told, tracks_of, tracks_told
from beenthere.portal.explorer.sources import Lines, cited, last_checked, source_lines
from beenthere.portal.explorer.words import CONFIDENCE, TOPICS, say


def state_page(code: str, credentials: list[Credential], on: date) -> StatePage:
    parts = tuple(credential_part(one, on) for one in credentials)
    return StatePage(code=code, place=place_name(code), credentials=parts, on=on)


def address_parts(key: str) -> list[str]:
    """OH/PRS in an address: oh, prs."""
    return key.lower().split("/")


def credential_part(one: Credential, on: date) -> CredentialPart:
    version = one.version_on(on)
    code, slug = address_parts(one.key)
    lines = source_lines(one.sources, slug)
    return CredentialPart(
        key=one.key,
        slug=slug,
        title=one.title,
        acronym=one.acronym,
        offered=one.offered,
        established=version is not None,
        facts=tuple(_facts(one, version, lines)),
        requirements=tuple(_requirements(version, lines)) if version else (),
        unknown=tuple(str(TOPICS[topic]) for topic in version.unknown) if version else (),
        none=tuple(_none(version, lines)) if version else (),
        renewal=tuple(renewal(version.renewal, lines)) if version and version.renewal else (),
        fees=tuple(fees(version, lines)) if version else (),
        scholarships=tuple(scholarships(version, lines)) if version else (),
        times=tuple(times(version, lines)) if version else (),
        keeps=tuple(keeps(version, lines)) if version else (),
        certificates=tuple(certificates(version, lines)) if version else (),
        stages=tuple(stages(version, lines)) if version else (),
        paths=tuple(paths(version, lines)) if version else (),
        earlier=tuple(_earlier(other, lines) for other in one.versions if other is not version),
        conflicts=one.conflicts,
        notes=one.notes,
        sources=tuple(lines.values()),
        checked=last_checked(one.sources),
        need_url=reverse("certification_need", args=[code, slug]),
        wrong_url=reverse("certification_wrong", args=[code, slug]),
    )


def asked_line(told: Asked) -> AskedLine:
    return AskedLine(
        said=say(told.words),
        details=tuple(say(one) for one in told.details),
        parts=tuple(asked_line(one) for one in told.parts),
    )


def _none(version: Version, lines: Lines) -> Iterator[Noted]:
    for topic, sources in version.none.items():
        yield Noted(title=str(TOPICS[topic]), sources=cited(sources, lines))


def _requirements(version: Version, lines: Lines) -> Iterator[RequirementLine]:
    """Topic by topic, in the files' order within one."""
    order = list(Topic)
    for one in sorted(version.requirements, key=lambda one: order.index(one.topic)):
        yield _requirement(one, lines)


def _requirement(one: Requirement, lines: Lines) -> RequirementLine:
    return RequirementLine(
        topic=str(TOPICS[one.topic]),
        asked=asked_line(asked(one.rule)),
        note=one.note,
        confidence=str(CONFIDENCE[one.confidence]),
        sources=cited(one.sources, lines),
    )


def _facts(one: Credential, version: Version | None, lines: Lines) -> Iterator[Fact]:
    yield Fact(label=_("Given by"), quoted=one.issuer)
    tracks = tracks_told(tracks_of(one.track))
    # The source's own words are shown where ours leave something out.
    own = "" if one.track in (*Track, NOT_KNOWN) else one.track
    yield Fact(label=_("For"), value=tracks or ("" if own else _("Not known")), quoted=own)
    paid = cited(one.medicaid_sources, lines)
    for label, told in (
        (_("Medicaid pays, mental health"), one.medicaid_mental_health),
        (_("Medicaid pays, substance use"), one.medicaid_substance_use),
    ):
        yield Fact(label=label, value=covered_told(told), sources=() if told is Medicaid.UNKNOWN else paid)
    if one.medicaid_note:
        yield Fact(label=_("About Medicaid"), quoted=one.medicaid_note, sources=paid)
    if version:
        yield Fact(label=_("Holds from"), value=date_format(version.effective.start))
        yield Fact(label=_("Date of the sources"), quoted=version.dated)
        yield Fact(label=_("Compared with the text by"), value=version.reviewer or _("nobody yet"))


def _earlier(one: Version, lines: Lines) -> Earlier:
    return Earlier(
        start=one.effective.start,
        until=one.effective.end,
        dated=one.dated,
        established=say(Words(BASES[one.basis])),
        requirements=tuple(_requirements(one, lines)),
        stages=tuple(stages(one, lines)),
    )
