"""How old an unsigned note is, and whether it is late, in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from beenthere.kernel.minutes import minutes_between
from beenthere.kernel.words import Words
from beenthere.kernel.words import gettext_noop as _

MINUTES_OLD = _("less than an hour old")
HOUR_OLD = _("1 hour old")
HOURS_OLD = _("%(count)s hours old")
DAYS_OLD = _("%(count)s days old")
HOUR_LATE = _("1 hour late")
HOURS_LATE = _("%(count)s hours late")
DAYS_LATE = _("%(count)s days late")
MINUTES_LATE = _("less than an hour late")


@dataclass(frozen=True, kw_only=True)
class NoteAge:
    """`late` is False where the program sets no deadline: none is assumed, for no state's was found."""

    late: bool
    words: Words


def note_age(*, ended_at: datetime, within_hours: int | None, at: datetime) -> NoteAge:
    """The age of a note on a visit that ended at `ended_at`, at the moment `at` (both aware).

    Elapsed hours, not calendar days: a deadline of 24 hours is not over at midnight. A moment before the
    end, as for a note written during the visit, counts as no age.
    """
    ended_at, at = ended_at.astimezone(UTC), at.astimezone(UTC)
    if within_hours is not None:
        due = ended_at + timedelta(hours=within_hours)
        if at > due:
            return NoteAge(late=True, words=_late(minutes_between(due, at)))
    return NoteAge(late=False, words=_old(minutes_between(ended_at, max(ended_at, at))))


def _old(minutes: int) -> Words:
    return _told(minutes, MINUTES_OLD, HOUR_OLD, HOURS_OLD, DAYS_OLD)


def _late(minutes: int) -> Words:
    return _told(minutes, MINUTES_LATE, HOUR_LATE, HOURS_LATE, DAYS_LATE)


def _told(minutes: int, short: str, hour: str, hours: str, days: str) -> Words:
    """Hours up to two days, then whole days: "1 day" would hide that 47 hours are nearly two."""
    count = minutes // 60
    if count >= 48:
        return Words(days, {"count": count // 24})
    if count == 0:
        return Words(short)
    return Words(hour) if count == 1 else Words(hours, {"count": count})
