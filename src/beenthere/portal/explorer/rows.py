"""One credential on one line: what the map, the table and the comparison are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beenthere.certification.api import Credential, Hours, Medicaid, Topic, Version, Work, ways
from beenthere.portal.explorer.places import place_name

# As the folders write it where no source names a track.
NOT_KNOWN: Final = "not known"


class Track(StrEnum):
    MENTAL_HEALTH = "mental health"
    SUBSTANCE_USE = "substance use"
    INTEGRATED = "integrated"
    FAMILY = "family"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`hours`: every total of training a way of the rule asks for, none when not known."""

    key: str
    code: str
    place: str
    slug: str
    title: str
    acronym: str
    offered: bool
    hours: tuple[float, ...]
    hours_asked: bool | None
    mental_health: Medicaid
    substance_use: Medicaid
    track: str
    tracks: frozenset[Track]
    years: int | None


def rows(credentials: Iterable[Credential], on: date) -> list[Row]:
    return [row(one, on) for one in credentials]


def row(one: Credential, on: date) -> Row:
    version = one.version_on(on)
    code, _slash, name = one.key.partition("/")
    return Row(
        key=one.key,
        code=code,
        place=place_name(code),
        slug=name.lower(),
        title=one.title,
        acronym=one.acronym,
        offered=one.offered,
        hours=training_totals(version),
        hours_asked=_asks_for_training(version),
        mental_health=one.medicaid_mental_health,
        substance_use=one.medicaid_substance_use,
        track=one.track,
        tracks=tracks_of(one.track),
        years=version.renewal.years if version and version.renewal else None,
    )


def tracks_of(told: str) -> frozenset[Track]:
    named = frozenset(track for track in Track if track in told)
    return named | (frozenset({Track.SUBSTANCE_USE}) if "addictions" in told else frozenset())


def training_totals(version: Version | None) -> tuple[float, ...]:
    """Of each way, the total asked for; or, where the parts alone are given and they are all, their sum."""
    asked = [one.rule for one in version.requirements if one.topic is Topic.TRAINING] if version else []
    taken = [[leaf for way in chosen for leaf in way] for chosen in product(*map(ways, asked))]
    training = [
        [leaf for leaf in way if isinstance(leaf, Hours) and leaf.spent_on is Work.TRAINING] for way in taken
    ]
    whole = {max((leaf.hours for leaf in way if not leaf.domains), default=0) for way in training} - {0}
    if whole or version is None or Topic.TRAINING in version.unknown:
        return tuple(sorted(whole))
    return tuple(sorted({_sum(way) for way in training} - {0}))


def _sum(way: Iterable[Hours]) -> float:
    """Hours on different domains are different hours."""
    least: dict[tuple[str, ...], float] = {}
    for leaf in way:
        least[leaf.domains] = max(leaf.hours, least.get(leaf.domains, 0))
    return sum(least.values())


def _asks_for_training(version: Version | None) -> bool | None:
    """None: nobody has said."""
    if version is None or Topic.TRAINING in version.unknown:
        return None
    return Topic.TRAINING not in version.none


def hours_told(one: Row) -> str:
    """Hours in words: several when there are several ways or readings."""
    if one.hours:
        amounts = [f"{hours:g}" for hours in one.hours]
        shown = amounts[0] if len(amounts) == 1 else f"{amounts[0]} - {amounts[-1]}"
        return _("%(hours)s hours") % {"hours": shown}
    if not one.offered:
        return _("No program found")
    if one.hours_asked is None:
        return _("Not known")
    return _("Asked for, total not known") if one.hours_asked else _("None asked for")


def covered_told(one: Medicaid) -> str:
    told: Mapping[Medicaid, str] = {
        Medicaid.YES: _("Yes"),
        Medicaid.NO: _("No"),
        Medicaid.IN_PROCESS: _("Under way"),
        Medicaid.UNKNOWN: _("Not known"),
    }
    return told[one]


def tracks_told(tracks: frozenset[Track]) -> str:
    return ", ".join(track_told(track) for track in Track if track in tracks)


def track_told(one: Track) -> str:
    told: Mapping[Track, str] = {
        Track.MENTAL_HEALTH: _("Mental health"),
        Track.SUBSTANCE_USE: _("Substance use"),
        Track.INTEGRATED: _("Both in one"),
        Track.FAMILY: _("Family"),
    }
    return told[one]


def renewal_told(years: int | None) -> str:
    if years is None:
        return _("Not known")
    return ngettext("Every year", "Every %(count)s years", years) % {"count": years}
