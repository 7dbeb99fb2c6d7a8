"""Up to four credentials beside each other: one row for each topic."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from beenthere.certification.api import Asked, Credential, Topic, Version, asked
from beenthere.portal.explorer.pages import ComparePage, Sourced
from beenthere.portal.explorer.places import place_name
from beenthere.portal.explorer.rows import covered_told, renewal_told
from beenthere.portal.explorer.sources import source_lines
from beenthere.portal.explorer.state import address_parts
from beenthere.portal.explorer.words import TOPICS, say

MOST = 4


def compare_page(all_of_them: Mapping[str, Credential], picked: Iterable[str], on: date) -> ComparePage:
    """What is picked twice or is not there is left out; of more than four, the first four stay."""
    keys = [key for key in dict.fromkeys(one.upper() for one in picked) if key in all_of_them][:MOST]
    shown = [all_of_them[key] for key in keys]
    versions = [one.version_on(on) for one in shown]
    topics = ((str(TOPICS[topic]), *(_topic(topic, version) for version in versions)) for topic in Topic)
    paid = (
        (_("Medicaid, mental health"), *(covered_told(one.medicaid_mental_health) for one in shown)),
        (_("Medicaid, substance use"), *(covered_told(one.medicaid_substance_use) for one in shown)),
    )
    renewal = (_("Renewal"), *(_renewal(version) for version in versions))
    return ComparePage(
        headings=(_("What"), *(_heading(one) for one in shown)),
        rows=(*topics, renewal, *paid) if shown else (),
        sourced=tuple(map(_sourced, shown)),
        picked=(*keys, *[""] * (MOST - len(keys))),
        choices=choices(all_of_them.values()),
    )


def _sourced(one: Credential) -> Sourced:
    code, slug = address_parts(one.key)
    return Sourced(
        place=place_name(one.jurisdiction),
        title=one.title,
        url=f"{reverse('certification_state', args=[code])}#{slug}",
        sources=tuple(source_lines(one.sources, f"{code}-{slug}").values()),
    )


def _heading(one: Credential) -> str:
    name = one.acronym or one.title
    return format_html('{}: <span lang="en" data-quoted>{}</span>', place_name(one.jurisdiction), name)


def choices(credentials: Iterable[Credential]) -> tuple[tuple[str, str], ...]:
    named = (
        (
            one.key,
            f"{place_name(one.jurisdiction)}: {one.title}" + (f" ({one.acronym})" if one.acronym else ""),
        )
        for one in credentials
        if one.offered
    )
    return tuple(sorted(named, key=lambda pair: pair[1]))


def _topic(topic: Topic, version: Version | None) -> str:
    """Not known, nothing asked, or each requirement on a line of its own."""
    if version is None or topic in version.unknown:
        told = [one for one in version.requirements if one.topic is topic] if version else []
        unknown = _("Not known")
        return (
            format_html("{}", unknown) if not told else _joined([*(asked(one.rule) for one in told)], unknown)
        )
    if topic in version.none:
        return _("None asked for")
    return _joined([asked(one.rule) for one in version.requirements if one.topic is topic])


def _joined(told: list[Asked], *also: str) -> str:
    lines = [*(_in_words(one) for one in told), *also]
    return format_html_join("", '<div class="bt-line">{}</div>', ((line,) for line in lines))


def _in_words(told: Asked) -> str:
    said = say(told.words)
    first = (
        format_html('{}<span lang="en" data-quoted>{}</span>{}', said.before, said.quoted, said.after)
        if said.quoted
        else str(said)
    )
    details = ", ".join(str(say(one)) for one in told.details)
    whole = format_html("{}, {}", first, details) if details else first
    if not told.parts:
        return whole
    parts = format_html_join("", "<li>{}</li>", ((_in_words(one),) for one in told.parts))
    return format_html("{} <ul>{}</ul>", whole, parts)


def _renewal(version: Version | None) -> str:
    rule = version.renewal if version else None
    if rule is None:
        return _("Not known")
    hours = (
        _("hours not known")
        if rule.ce_hours is None
        else _("%(hours)s hours") % {"hours": f"{rule.ce_hours:g}"}
    )
    return f"{renewal_told(rule.years)}, {hours}"
