"""A state's page: each of its credentials with everything that is known, and everything that is not."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.certification.api import Asked, Credential, Renewal, Requirement, Stage, Version, asked
from beenthere.kernel.decision import Source
from beenthere.portal.explorer.pages import (
    AskedLine,
    CredentialPart,
    Fact,
    Noted,
    RequirementLine,
    SourceLine,
    StatePage,
)
from beenthere.portal.explorer.places import place_name
from beenthere.portal.explorer.rows import covered, covered_told, renewal_told
from beenthere.portal.explorer.sources import last_checked, source_lines
from beenthere.portal.explorer.words import CONFIDENCE, PATH_NAMES, TOPICS, name_of, say


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
        facts=tuple(_facts(one, version)),
        requirements=tuple(_requirement(r, lines) for r in version.requirements) if version else (),
        unknown=tuple(str(TOPICS[topic]) for topic in version.unknown) if version else (),
        none=tuple(str(TOPICS[topic]) for topic in version.none) if version else (),
        renewal=tuple(_renewal(version.renewal)) if version and version.renewal else (),
        fees=tuple(_fees(version)) if version else (),
        stages=tuple(_stage(stage) for stage in version.stages) if version else (),
        paths=tuple(_paths(version)) if version else (),
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


def _requirement(one: Requirement, lines: dict[Source, SourceLine]) -> RequirementLine:
    return RequirementLine(
        topic=str(TOPICS[one.topic]),
        asked=asked_line(asked(one.rule)),
        note=one.note,
        confidence=str(CONFIDENCE[one.confidence]),
        sources=tuple(lines[source] for source in one.sources),
    )


def _facts(one: Credential, version: Version | None) -> Iterator[Fact]:
    yield Fact(label=_("Given by"), quoted=one.issuer)
    yield Fact(label=_("For"), quoted=one.track)
    for label, told in (
        (_("Medicaid pays, mental health"), one.medicaid_mental_health),
        (_("Medicaid pays, substance use"), one.medicaid_substance_use),
    ):
        plain = told in ("y", "n", "unknown", "in process")
        yield Fact(label=label, value=covered_told(covered(told)), quoted="" if plain else told)
    if version:
        yield Fact(label=_("Holds from"), value=date_format(version.effective.start))
        yield Fact(label=_("Date of the sources"), quoted=version.dated)
        yield Fact(label=_("Compared with the text by"), value=version.reviewer or _("nobody yet"))


def _renewal(rule: Renewal) -> Iterator[Fact]:
    yield Fact(label=_("How often"), value=renewal_told(rule.years))
    hours = _("Not known") if rule.ce_hours is None else f"{rule.ce_hours:g}"
    yield Fact(label=_("Hours of learning each time"), value=hours)
    for name, least in rule.minimums.items():
        yield Fact(label=_("Of these on %(domain)s") % {"domain": name_of(name)}, value=f"{least:g}")
    if rule.late_days is not None:
        yield Fact(label=_("Days you can be late"), value=str(rule.late_days))
    if rule.keep_proof_years is not None:
        yield Fact(label=_("Years to keep the proof"), value=str(rule.keep_proof_years))
    for words in (*rule.also, *([rule.late_note] if rule.late_note else [])):
        yield Fact(label=_("Also"), quoted=words)


def _fees(version: Version) -> Iterator[Fact]:
    for fee in version.fees:
        yield Fact(
            label="", quoted=fee.title, value=_("amount not known") if fee.usd is None else f"${fee.usd:,.2f}"
        )


def _stage(stage: Stage) -> Noted:
    if stage.months is None:
        return Noted(title="", quoted=stage.title, note=stage.note)
    return Noted(
        title=_("For %(months)s months:") % {"months": stage.months}, quoted=stage.title, note=stage.note
    )


def _paths(version: Version) -> Iterator[Noted]:
    for one in version.reciprocity:
        yield Noted(title=str(PATH_NAMES[one.path]), quoted=", ".join(one.accepts), note=one.note)
