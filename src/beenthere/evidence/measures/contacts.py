"""Contacts with peer support after a day that counts: engagement and retention, in one place for two
measures."""

import ibis
import ibis.expr.types as ir

from beenthere.evidence.measures.measure import Numerator

ENGAGEMENT = 30
MONTH_3, MONTH_6 = (61, 90), (151, 180)


def counted(rows: ir.Table, contacts: ir.Table) -> ir.Table:
    """`rows` (one per person_id and day) with the numerators below. Days count, not lines: two contacts on
    a day are one."""
    other = contacts.select(other_person="person_id", other_day="day").distinct()
    pairs = rows.select("person_id", "day").join(other, [rows.person_id == other.other_person])
    pairs = pairs.mutate(apart=pairs.other_day.delta(pairs.day, unit="day"))
    found = pairs.group_by(near_person="person_id", near_day="day").aggregate(
        contacts=pairs.apart.between(0, ENGAGEMENT).cast("int64").sum(),
        month_3=pairs.apart.between(*MONTH_3).any(),
        month_6=pairs.apart.between(*MONTH_6).any(),
    )
    joined = rows.left_join(found, [rows.person_id == found.near_person, rows.day == found.near_day])
    number = joined.contacts.fill_null(0)
    return joined.drop("near_person", "near_day").mutate(
        one_contact=number >= 1,
        two_contacts=number >= 2,
        four_contacts=number >= 4,
        month_3=ibis.coalesce(joined.month_3, False),
        month_6=ibis.coalesce(joined.month_6, False),
    )


TWO, FOUR = "two or more days with contact within 30 days", "four or more days with contact within 30 days"
#: From a referral on. From the first contact on everybody has one, so that says nothing.
INITIATED = (
    Numerator(key="four_contacts", words=FOUR, within="two_contacts"),
    Numerator(key="two_contacts", words=TWO, within="one_contact"),
    Numerator(key="one_contact", words="at least one contact within 30 days"),
)
ENGAGED = (
    Numerator(key="four_contacts", words=FOUR, within="two_contacts"),
    Numerator(key="two_contacts", words=TWO),
)
RETAINED = (
    Numerator(key="month_3", words="a contact in month 3 (days 61 to 90)"),
    Numerator(key="month_6", words="a contact in month 6 (days 151 to 180)"),
)
