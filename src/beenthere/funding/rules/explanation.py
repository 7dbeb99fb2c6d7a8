"""Units in words: why this contact brought that many. A sentence to translate, with its numbers."""

from uuid import UUID

from beenthere.funding.rules.units import Aggregate, Allotment, DayUnits, UnitRule
from beenthere.kernel.minutes import in_words
from beenthere.kernel.words import Words, gettext_noop

UNDER_MINIMUM = gettext_noop("%(minutes)s: no unit. This payer's rule begins at %(minimum)s.")
NO_UNIT = gettext_noop("%(minutes)s: not enough for a unit of %(length)s under this payer's rule.")
ONE = gettext_noop("%(minutes)s: 1 unit of %(length)s")
MANY = gettext_noop("%(minutes)s: %(units)s units of %(length)s")
ONE_DROPPED = gettext_noop(
    "%(minutes)s: 1 unit of %(length)s, remainder %(dropped)s dropped under this payer's rule"
)
MANY_DROPPED = gettext_noop(
    "%(minutes)s: %(units)s units of %(length)s, remainder %(dropped)s dropped under this payer's rule"
)
ONE_UP = gettext_noop("%(minutes)s: 1 unit of %(length)s, rounded up under this payer's rule")
MANY_UP = gettext_noop("%(minutes)s: %(units)s units of %(length)s, rounded up under this payer's rule")
OF_DAY = gettext_noop(
    "%(minutes)s of the day's %(day_minutes)s. This payer's rule adds up the day: "
    "%(day_units)s × %(length)s, of which this visit carries %(units)s"
)
OF_DAY_DROPPED = gettext_noop(
    "%(minutes)s of the day's %(day_minutes)s. This payer's rule adds up the day: "
    "%(day_units)s × %(length)s, of which this visit carries %(units)s; "
    "the day's remainder of %(dropped)s is dropped"
)
CAPPED = gettext_noop(
    "%(minutes)s: the payer's limit of %(cap)s units a day is reached. "
    "Units billed: %(units)s; not billed: %(capped)s"
)


def explain(rule: UnitRule, day: DayUnits, contact_id: UUID) -> Words:
    """KeyError when the contact is not in the day."""
    own = day.of(contact_id)
    if own is None:
        raise KeyError(f"contact {contact_id} is not among the day's contacts")
    return Words(_sentence(rule, own), _numbers(rule, day, own))


def _sentence(rule: UnitRule, own: Allotment) -> str:
    if own.capped_units:
        return CAPPED
    if rule.aggregate is Aggregate.DAY:
        return OF_DAY_DROPPED if own.remainder_minutes else OF_DAY
    if own.units == 0:
        return UNDER_MINIMUM if own.minutes < rule.minimum_minutes else NO_UNIT
    if own.units * rule.unit_minutes > own.minutes:
        return ONE_UP if own.units == 1 else MANY_UP
    if own.remainder_minutes:
        return ONE_DROPPED if own.units == 1 else MANY_DROPPED
    return ONE if own.units == 1 else MANY


def _numbers(rule: UnitRule, day: DayUnits, own: Allotment) -> dict[str, str | int]:
    line = [one for one in day.allotments if one.group is own.group]
    return {
        "minutes": in_words(own.minutes),
        "units": own.units,
        "length": in_words(rule.unit_minutes),
        "minimum": in_words(rule.minimum_minutes),
        "dropped": in_words(own.remainder_minutes),
        "capped": own.capped_units,
        "cap": rule.daily_cap_units or 0,
        "day_minutes": in_words(sum(one.minutes for one in line)),
        "day_units": sum(one.units for one in line),
    }
