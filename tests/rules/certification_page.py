"""Writes the rule book on certification and the schema: `python tests/rules/certification_page.py`."""

import json
import sys
from pathlib import Path

from certification_tables import CASES, ON, Case

from beenthere.certification.answers import source_lines
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.record_file import record_schema
from beenthere.certification.rules.assess import INFORMATION, assess
from beenthere.certification.rules.record import Record
from beenthere.kernel.words import english

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "rulebook" / "certification-decisions.md"
SCHEMA = DOCS / "look-up" / "certification-record.schema.json"
COMMAND = "python tests/rules/certification_page.py"
OPENING = f"""\
# Certification: decisions

*This page is made from the tables that the tests run on. Do not edit it; run `{COMMAND}`.*

{INFORMATION} Every answer is for {ON}. Where no more is said, the person is an adult with high school,
long in recovery, with three letters and a passed background check. *Meets everything known* is the usual best
answer: no collected source says that nothing else is asked for, and only that would make anyone *eligible*.

Each source carries the day on which it was collected, and says whether its text was read again.
"""


def schema_text() -> str:
    return json.dumps(record_schema(), indent=2) + "\n"


def hours(record: Record) -> str:
    told = [
        " ".join(filter(None, (f"{float(one.hours):g} h", one.spent_on, one.domain, one.mode or "")))
        for one in record.hours
    ]
    return "<br>".join(told) or "none"


def row(one: Case) -> str:
    told = assess(one.record, credentials()[one.credential], ON)
    asked = {each.key: each for each in told.findings}
    expected = "<br>".join(
        f"{key}: **{out}**. {english(asked[key].words)}" for key, out in one.expect.items()
    )
    stages = "".join(f"<br>Open, as far as known: {stage}" for stage in told.stages)
    cells = (one.title, hours(one.record), one.status.value.replace("_", " ") + stages, expected)
    return "| " + " | ".join(cells) + " |"


def section(key: str) -> str:
    one = credentials()[key]
    rows = [row(each) for each in CASES if each.credential == key]
    sources = [f"- {line}" for line in source_lines(one.sources)]
    conflicts = [f"- Conflict: {conflict}" for conflict in one.conflicts]
    heads = ["| Facts | Hours | Decision | Requirements |", "| --- | --- | --- | --- |"]
    return "\n".join([f"## {key}: {one.title}", "", *heads, *rows, "", *conflicts, *sources, ""])


def page() -> str:
    keys = dict.fromkeys(one.credential for one in CASES)
    return "\n".join([OPENING, *(section(key) for key in keys)])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name} and {SCHEMA.name}\n")
