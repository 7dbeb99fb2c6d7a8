"""Contacts of one person after a day."""

from datetime import date


def counted(day: date, contacts: set[date]) -> dict[str, bool]:
    after = [(contact - day).days for contact in contacts]
    soon = len([number for number in after if 0 <= number <= 30])
    return {
        "two_contacts": soon >= 2,
        "four_contacts": soon >= 4,
        "month_3": any(61 <= number <= 90 for number in after),
        "month_6": any(151 <= number <= 180 for number in after),
    }
