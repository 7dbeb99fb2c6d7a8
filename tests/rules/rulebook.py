"""Writes `docs/rulebook/units.md` from the tables the tests run on: `python tests/rules/rulebook.py`."""

import sys
from pathlib import Path

from unit_tables import COLUMNS, MINUTES, ONE_CONTACT, SETTINGS, SEVERAL_CONTACTS, contacts, rule

from beenthere.funding.payers.loader import Payer, ShippedRule, payers
from beenthere.funding.rules.explanation import explain
from beenthere.funding.rules.units import Rounding, units_for_day
from beenthere.kernel.words import english

PAGE = Path(__file__).parents[2] / "docs" / "rulebook" / "units.md"
COMMAND = "python tests/rules/rulebook.py"
NAMES = {
    Rounding.UNBROKEN_FLOOR: "unbroken floor",
    Rounding.FLOOR: "floor",
    Rounding.CEILING: "ceiling",
    Rounding.MIDPOINT: "midpoint",
}
OPENING = f"""\
# Units

*This page is made from the tables that the tests run on. Do not edit it; run `{COMMAND}`.*

Minutes are the record. Units follow from them by the payer's rule, and payers disagree: the same three
visits can be worth no unit, two or three. So the rule is data, with its source and its dates, and the
minutes stay beside the units. Nothing here is billing advice.

- **Unbroken floor**: every uninterrupted stretch by itself, whole units only; nothing is carried over.
- **Floor**: whole units only.
- **Ceiling**: a unit that has begun counts.
- **Midpoint**: a unit counts once more than half of it has passed.

*Session* rounds each contact and adds. *Day* adds the minutes of a person's contacts under one code, then
rounds once. Under a day rule a contact gets what it adds to the running total, in clock order, so a later
contact never changes what an earlier one was given. Contacts without clock times come last; ties go by id.
Group and individual minutes are never added together, and share the daily limit.
"""


def table(heads: list[str], rows: list[list[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def one_contact() -> str:
    rows: list[list[object]] = [[NAMES[by], *units] for by, units in ONE_CONTACT.items()]
    return table(["Minutes", *map(str, MINUTES)], rows)


def several_contacts() -> str:
    rows: list[list[object]] = [[words, *units] for words, _, units in SEVERAL_CONTACTS]
    heads = [f"{NAMES[by]}, {over}" for by, over in COLUMNS]
    return table(["Contacts (min)", *heads], rows)


def settings() -> str:
    rows: list[list[object]] = []
    for title, asks, visits, *_ in SETTINGS:
        by = rule(**asks)
        day = units_for_day(by, contacts(*visits))
        minutes = "; ".join(" + break + ".join(map(str, stretches)) for stretches in visits)
        words = "<br>".join(english(explain(by, day, one.contact_id)) for one in day.allotments)
        rows.append([title, minutes, day.units, day.remainder_minutes, day.capped_units, words])
    return table(["Setting", "Contacts (min)", "Units", "Dropped (min)", "Over the limit", "In words"], rows)


def payer(one: Payer) -> str:
    parts = [f"### {one.title}\n", f"{one.notice}\n", *(shipped(each) for each in one.rules)]
    return "\n".join(parts)


def shipped(one: ShippedRule) -> str:
    by = one.rule
    until = f"up to, not including, {by.effective.end}" if by.effective.end else "with no end known"
    cap = by.daily_cap_units if by.daily_cap_units is not None else "not known"
    source = by.source
    facts: dict[str, object] = {
        "Title": by.title,
        "In force": f"from {by.effective.start} {until}",
        "Rounding": f"{NAMES[by.rounding]}, per {by.aggregate}",
        "Unit": f"{by.unit_minutes} min, from {by.minimum_minutes} min",
        "Units a day at most": cap,
        "Breaks": "cut out" if by.cut_breaks else "counted",
        "Codes": ", ".join(one.codes) if one.codes is not None else "not known",
        "Not verified": ", ".join(sorted(one.unverified)) or "nothing beside the above",
        "Source": f"{source.title} ({source.locator}), read {source.retrieved}, {source.confidence}",
    }
    return table([f"`{by.key}`", ""], [[name, value] for name, value in facts.items()])


def page() -> str:
    return "\n".join(
        [
            OPENING,
            "## One contact, unit of 15 minutes\n",
            one_contact(),
            "## Several contacts, one person, one code, one day\n",
            several_contacts(),
            "## Other settings\n",
            settings(),
            "## Rules that come with BeenThere\n",
            *(payer(one) for one in payers().values()),
        ]
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name}\n")
