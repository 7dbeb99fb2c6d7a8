"""The page with a wizard's answer, from an assessment or from a path between two credentials."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from beenthere.certification.api import (
    Assessment,
    Credential,
    Finding,
    HoursToDo,
    ReciprocityAnswer,
    ReciprocityStatus,
    Standing,
    Status,
    Topic,
    hours_to_do,
)
from beenthere.portal.explorer.pages import AnswerPage, FindingGroup, FindingLine
from beenthere.portal.explorer.places import place_name
from beenthere.portal.explorer.sources import Lines, cited, last_checked, source_lines
from beenthere.portal.explorer.state import address_parts
from beenthere.portal.explorer.words import CONFIDENCE, TOPICS, Said, name_of, said, say


def answer_page(told: Assessment, credential: Credential) -> AnswerPage:
    return _page(
        credential,
        findings=told.findings,
        headline=_headlines()[told.status],
        lead=say(told.words),
        on=told.on,
        earliest=told.earliest,
        stages=told.stages,
        told=told,
        about=place_about(credential),
    )


def place_about(credential: Credential) -> str:
    return _("Certification: %(place)s") % {"place": place_name(credential.jurisdiction)}


def move_about(held: Credential, to: Credential) -> str:
    return _("From %(held)s to %(to)s") % {"held": name_of(held.key), "to": name_of(to.key)}


def moving_page(told: ReciprocityAnswer, held: Credential, to: Credential, whole: Assessment) -> AnswerPage:
    """What remains on the path; `whole` is what the new place asks of everybody, for its dates."""
    days = [one.earliest for one in told.remains if one.earliest]
    return _page(
        to,
        findings=told.remains,
        headline=_path_headlines()[told.status],
        lead=say(told.words),
        on=told.on,
        earliest=max(days, default=None),
        stages=(),
        told=whole,
        about=move_about(held, to),
        note=told.note,
    )


def _headlines() -> Mapping[Status, str]:
    return {
        Status.ELIGIBLE: _("You meet what is asked for"),
        Status.MEETS_KNOWN: _("You meet all we know of"),
        Status.NOT_YET: _("Not yet, and here is what is left"),
        Status.CANNOT_KNOW: _("We cannot tell"),
    }


def _path_headlines() -> Mapping[ReciprocityStatus, str]:
    return {
        ReciprocityStatus.PATH: _("There is a path"),
        ReciprocityStatus.FULL_APPLICATION: _("You start with a full application"),
        ReciprocityStatus.CANNOT_KNOW: _("We cannot tell"),
    }


def _page(
    credential: Credential,
    *,
    findings: tuple[Finding, ...],
    headline: str,
    lead: Said,
    on: date,
    earliest: date | None,
    stages: tuple[str, ...],
    told: Assessment,
    about: str,
    note: str = "",
) -> AnswerPage:
    code, slug = address_parts(credential.key)
    lines = source_lines(credential.sources, slug)
    state = reverse("certification_state", args=[code])
    return AnswerPage(
        about=about,
        key=credential.key,
        title=credential.title,
        headline=headline,
        lead=lead,
        next_step=_next_step(findings),
        on=on,
        groups=tuple(_groups(findings, lines)),
        unknown=tuple(str(TOPICS[one.topic]) for one in findings if _nobody_says(one)),
        earliest=earliest if earliest and earliest > on else None,
        stages=tuple(map(said, stages)),
        conflicts=told.conflicts,
        note=note,
        dated=told.dated,
        established=say(told.basis) if told.basis else None,
        sources=tuple(lines.values()),
        checked=last_checked(credential.sources),
        state_url=f"{state}#{slug}",
        share_url=reverse("certification_need", args=[code, slug]),
        wrong_url=reverse("certification_wrong", args=[code, slug]),
    )


def _nobody_says(one: Finding) -> bool:
    return one.standing is Standing.SOURCE_UNSURE and not one.sources


def _next_step(findings: Iterable[Finding]) -> Said:
    """One: of what is missing first hours, which take longest; then what was not said; then the issuer."""
    findings = tuple(findings)
    missing = [one for one in findings if one.standing is Standing.MISSING]
    silent = [one for one in findings if one.standing is Standing.RECORD_SILENT]
    # Hours that something not said could make needless stand behind those that are missing for sure.
    hours = next(iter((*hours_to_do([missing]), *hours_to_do([silent]))), None)
    if hours is not None:
        return Said(_hours_told(hours))
    for one in (*missing, *silent):
        if one.next_step is not None:
            return say(one.next_step)
    return Said(_("Ask the issuer to confirm it."))


def _hours_told(todo: HoursToDo) -> str:
    """All that is to be done of one kind, and what of it has to be on something or given in some way."""
    told = {"hours": f"{float(todo.hours):g}", "what": name_of(todo.spent_on)}
    whole = _("Get %(hours)s more hours of %(what)s.") % told
    parts = [*todo.modes.items(), *todo.domains.items()]
    if not parts:
        return whole
    named = [f"{float(hours):g} ({name_of(name)})" for name, hours in parts]
    least = _("Of these at least: %(parts)s.") % {"parts": ", ".join(named)}
    return f"{whole} {least}"


def _groups(findings: Iterable[Finding], lines: Lines) -> Iterable[FindingGroup]:
    order = list(Topic)
    shown = (one for one in findings if not _nobody_says(one))
    by_topic = sorted(shown, key=lambda one: order.index(one.topic))
    for title, standing in (
        (_("Still missing"), Standing.MISSING),
        (_("You did not say"), Standing.RECORD_SILENT),
        (_("Not sure: ask the issuer"), Standing.SOURCE_UNSURE),
        (pgettext("a requirement", "Met"), Standing.MET),
    ):
        own = tuple(_line(one, lines) for one in by_topic if one.standing is standing)
        if own:
            yield FindingGroup(title=title, lines=own)


def _line(one: Finding, lines: Lines) -> FindingLine:
    outcome, state = _outcomes()[one.standing]
    return FindingLine(
        topic=str(TOPICS[one.topic]),
        outcome=outcome,
        state=state,
        said=say(one.words),
        unless=say(one.unless) if one.unless else None,
        earliest=one.earliest if one.standing is Standing.MISSING else None,
        note=one.note,
        confidence=str(CONFIDENCE[one.confidence]) if one.confidence else "",
        sources=cited(one.sources, lines),
    )


def _outcomes() -> Mapping[Standing, tuple[str, str]]:
    return {
        Standing.MET: (pgettext("a requirement", "Met"), "done"),
        Standing.MISSING: (_("Missing"), "attention"),
        Standing.RECORD_SILENT: (_("Unknown"), "waiting"),
        Standing.SOURCE_UNSURE: (_("Unknown"), "waiting"),
    }
