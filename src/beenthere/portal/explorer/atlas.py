"""The first page: the map and the table, from the same rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from beenthere.certification.api import Medicaid
from beenthere.portal.explorer.places import COLUMNS, ROWS, TILES, place_name
from beenthere.portal.explorer.rows import (
    NOT_KNOWN,
    Row,
    Track,
    covered_told,
    hours_told,
    renewal_told,
    track_told,
    tracks_told,
)

SIDE, GAP = 44, 3
IN_ENGLISH = '<span lang="en" data-quoted>{}</span>'
One = TypeVar("One", bound=StrEnum)
Otherwise = TypeVar("Otherwise")


class Measure(StrEnum):
    TRAINING = "training"
    MEDICAID = "medicaid"
    TRACKS = "tracks"
    RENEWAL = "renewal"


class Sort(StrEnum):
    PLACE = "place"
    FEWEST = "fewest"
    MOST = "most"
    RENEWAL = "renewal"


@dataclass(frozen=True, kw_only=True)
class Tile:
    """`shade` 1 to 4, or 0 for not known. The words stand on the tile too: no color says anything alone."""

    code: str
    url: str
    x: int
    y: int
    shade: int
    short: str
    says: str


@dataclass(frozen=True, kw_only=True)
class LegendLine:
    shade: int
    short: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Tab:
    label: str
    url: str
    current: bool
    count: None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class AtlasPage:
    tabs: tuple[Tab, ...]
    measure: str
    map_title: str
    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]
    legend: tuple[LegendLine, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    found: int
    places: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    tracks: tuple[Choice, ...]
    paid: tuple[Choice, ...]


def atlas_page(all_rows: list[Row], asked: QueryDict) -> AtlasPage:
    """What is asked for and is not there counts as not asked."""
    measure = _known(Measure, asked.get("show"), Measure.TRAINING)
    sort = _known(Sort, asked.get("sort"), Sort.PLACE)
    track = _known(Track, asked.get("track"), None)
    paid = asked.get("paid") == "yes"
    shown = _sorted([one for one in all_rows if _wanted(one, track, paid=paid)], sort)
    return AtlasPage(
        tabs=tuple(_tab(one, measure) for one in Measure),
        measure=measure.value,
        map_title=_titles()[measure],
        width=COLUMNS * (SIDE + GAP) - GAP,
        height=ROWS * (SIDE + GAP) - GAP,
        side=SIDE,
        tiles=tuple(_tiles(all_rows, measure)),
        legend=_legends()[measure],
        headings=_headings(),
        rows=tuple(_cells(one) for one in shown),
        found=len(shown),
        places=_place_choices(all_rows),
        sorts=_choices(_sort_names(), sort),
        tracks=_choices({"": _("Any"), **{one: track_told(one) for one in Track}}, track or ""),
        paid=_choices({"": _("Any"), "yes": _("Medicaid pays")}, "yes" if paid else ""),
    )


def _place_choices(all_rows: list[Row]) -> tuple[Choice, ...]:
    codes = dict.fromkeys(one.code for one in all_rows)
    return tuple(
        Choice(value=code.lower(), label=place_name(code), chosen=False)
        for code in sorted(codes, key=place_name)
    )


def _known(kind: type[One], value: str | None, otherwise: Otherwise) -> One | Otherwise:
    return next((one for one in kind if one == value), otherwise)


def _wanted(one: Row, track: Track | None, *, paid: bool) -> bool:
    pays = Medicaid.YES in (one.mental_health, one.substance_use)
    return (track is None or track in one.tracks) and (pays or not paid)


def _sorted(shown: list[Row], sort: Sort) -> list[Row]:
    """Not known stands last, whichever way it is sorted."""
    by: Mapping[Sort, Callable[[Row], tuple[float, str]]] = {
        Sort.PLACE: lambda one: (0, one.place),
        Sort.FEWEST: lambda one: (one.hours[0] if one.hours else float("inf"), one.place),
        Sort.MOST: lambda one: (-one.hours[-1] if one.hours else float("inf"), one.place),
        Sort.RENEWAL: lambda one: (float("inf") if one.years is None else one.years, one.place),
    }
    return sorted(shown, key=by[sort])


def _sort_names() -> dict[str, str]:
    return {
        Sort.PLACE: _("State"),
        Sort.FEWEST: _("Fewest training hours"),
        Sort.MOST: _("Most training hours"),
        Sort.RENEWAL: _("Renewed soonest"),
    }


def _choices(told: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=label, chosen=value == chosen) for value, label in told.items())


def _headings() -> tuple[str, ...]:
    return (
        _("State"), _("Credential"), _("Training"), _("Medicaid, mental health"),
        _("Medicaid, substance use"), _("For"), _("Renewal"),
    )  # fmt: skip


def _cells(one: Row) -> tuple[object, ...]:
    url = f"{reverse('certification_state', args=[one.code.lower()])}#{one.slug}"
    title = format_html(IN_ENGLISH, one.title)
    tracks = tracks_told(one.tracks)
    return (
        one.place,
        {"text": title, "url": url},
        hours_told(one),
        covered_told(one.mental_health),
        covered_told(one.substance_use),
        tracks or (_("Not known") if one.track == NOT_KNOWN else format_html(IN_ENGLISH, one.track)),
        renewal_told(one.years),
    )


# -- the map


def _titles() -> Mapping[Measure, str]:
    return {
        Measure.TRAINING: _("Hours of training, the fewest in each state"),
        Measure.MEDICAID: _("Does Medicaid pay for peer support?"),
        Measure.TRACKS: _("What the credentials are for"),
        Measure.RENEWAL: _("How often a credential is renewed"),
    }


def _tab(one: Measure, current: Measure) -> Tab:
    labels = {
        Measure.TRAINING: _("Training"),
        Measure.MEDICAID: _("Medicaid"),
        Measure.TRACKS: _("Tracks"),
        Measure.RENEWAL: _("Renewal"),
    }
    return Tab(label=labels[one], url=f"{reverse('certification')}?show={one}#map", current=one is current)


def _tiles(all_rows: list[Row], measure: Measure) -> Iterable[Tile]:
    legend = {line.shade: line for line in _legends()[measure]}
    for code, (line, column) in TILES.items():
        own = [one for one in all_rows if one.code == code]
        shade = _SHADES[measure](own) if own else 0
        yield Tile(
            code=code,
            url=reverse("certification_state", args=[code.lower()]),
            x=column * (SIDE + GAP),
            y=line * (SIDE + GAP),
            shade=shade,
            short=_short(own, measure) if shade else "?",
            says=f"{place_name(code)}: {legend[shade].says}",
        )


def _short(own: list[Row], measure: Measure) -> str:
    if measure is Measure.TRAINING:
        return f"{min(hours for one in own for hours in one.hours):g} h"
    if measure is Measure.RENEWAL:
        return _("%(years)s yr") % {"years": min(one.years for one in own if one.years is not None)}
    return next(line.short for line in _legends()[measure] if line.shade == _SHADES[measure](own))


def _training_shade(own: list[Row]) -> int:
    hours = [hours for one in own for hours in one.hours]
    return sum(min(hours) >= least for least in (0, 40, 60, 80)) if hours else 0


def _medicaid_shade(own: list[Row]) -> int:
    mental, substance = (
        Medicaid.YES in told
        for told in ([one.mental_health for one in own], [one.substance_use for one in own])
    )
    if mental or substance:
        return 4 if mental and substance else 3
    told = {value for one in own for value in (one.mental_health, one.substance_use)}
    return 2 if Medicaid.IN_PROCESS in told else 1 if Medicaid.NO in told else 0


def _tracks_shade(own: list[Row]) -> int:
    tracks = {track for one in own for track in one.tracks}
    if Track.INTEGRATED in tracks:
        return 4
    both = {Track.MENTAL_HEALTH, Track.SUBSTANCE_USE} <= tracks
    return 3 if both else 2 if Track.SUBSTANCE_USE in tracks else 1 if Track.MENTAL_HEALTH in tracks else 0


def _renewal_shade(own: list[Row]) -> int:
    years = [one.years for one in own if one.years is not None]
    return min(*years, 4) if years else 0


_SHADES: Mapping[Measure, Callable[[list[Row]], int]] = {
    Measure.TRAINING: _training_shade,
    Measure.MEDICAID: _medicaid_shade,
    Measure.TRACKS: _tracks_shade,
    Measure.RENEWAL: _renewal_shade,
}


def _legends() -> Mapping[Measure, tuple[LegendLine, ...]]:
    unknown = _("Not known, or no program found")
    return {
        Measure.TRAINING: _legend(
            (1, "<40", _("Under 40 hours")), (2, "40+", _("40 to 59 hours")), (3, "60+", _("60 to 79 hours")),
            (4, "80+", _("80 hours or more")), (0, "?", unknown),
        ),
        Measure.MEDICAID: _legend(
            (4, _("both"), _("Yes, for mental health and substance use")),
            (3, _("part"), _("Yes, for one of them")),
            (2, "…", _("Under way")), (1, _("No"), _("No")), (0, "?", _("Not known")),
        ),
        Measure.TRACKS: _legend(
            (4, _("both"), _("One credential for both")), (3, "2", _("One for each")),
            (2, _("use"), _("Substance use only")), (1, _("mind"), _("Mental health only")),
            (0, "?", unknown),
        ),
        Measure.RENEWAL: _legend(
            (1, "1", renewal_told(1)), (2, "2", renewal_told(2)), (3, "3", renewal_told(3)),
            (4, "4+", _("Every 4 years or more")), (0, "?", _("Not known")),
        ),
    }  # fmt: skip


def _legend(*lines: tuple[int, str, str]) -> tuple[LegendLine, ...]:
    return tuple(LegendLine(shade=shade, short=short, says=says) for shade, short, says in lines)
