"""Writes the rule book on certification and the schema: `python tests/rules/certification_page.py`."""

import json
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from certification_facts import ON, Case, Moving, Renewing
from certification_more_tables import CASES as MORE
from certification_path_tables import MOVES, RENEWALS
from certification_tables import CASES as STATES

from beenthere.certification.answers import cited, source_lines
from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.jurisdictions.reading import domains
from beenthere.certification.record_file import record_schema
from beenthere.certification.rules.assess import INFORMATION, OUTCOMES, assess
from beenthere.certification.rules.reciprocity import reciprocity
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.renewal import renewal
from beenthere.certification.rules.vocabulary import Hours, Mode, Version
from beenthere.certification.rules.wording import leaves
from beenthere.kernel.words import english

CASES = (*STATES, *MORE)
DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "rulebook" / "certification-decisions.md"
SCHEMA = DOCS / "look-up" / "certification-record.schema.json"
VOCABULARY = DOCS / "look-up" / "certification-requirements.md"
BEGIN, END = "(tests/rules/certification_page.py writes what stands below) -->\n", "<!-- domains: end -->"
COMMAND = "python tests/rules/certification_page.py"
OPENING = f"""\
# Certification: decisions

*This page is made from the tables that the tests run on. Do not edit it; run `{COMMAND}`.*

{INFORMATION} Every answer is for {ON} when no other day is named. Where no more is said, the person is
an adult with high school, long in recovery, with three letters and a passed background check. *Meets
everything known* is the usual best answer: no collected source says that nothing else is asked for, and only
that would make anyone *eligible*.

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
    credential = credentials()[one.credential]
    told = assess(one.record, credential, one.on)
    asked = {each.key: each for each in told.findings}
    expected = "<br>".join(
        f"{key}: **{out}**. {english(asked[key].words)}{cited(asked[key].sources, credential.sources)}"
        for key, out in one.expect.items()
    )
    stages = "".join(f"<br>Open, as far as known: {stage}" for stage in told.stages)
    return _row(_titled(one), hours(one.record), _plain(one.status) + stages, expected)


def renewal_row(one: Renewing) -> str:
    credential = credentials()[one.credential]
    told = renewal(one.record, credential, one.on)
    lines = "<br>".join(
        f"{OUTCOMES[line.standing]}: {english(line.words)}{cited(line.sources, credential.sources)}"
        for line in told.lines
    )
    ends = f"ends {told.ends}" if told.ends else "end not known"
    return _row(f"Renewal. {_titled(one)}", hours(one.record), f"{_plain(one.status)}, {ends}", lines)


def move_row(one: Moving) -> str:
    to = credentials()[one.to]
    told = reciprocity(one.record, credentials()[one.from_], to, one.on)
    named = {each.key: each for each in told.remains}
    lines = "<br>".join(
        f"{key}: **{named[key].outcome}**. {english(named[key].words)}{cited(named[key].sources, to.sources)}"
        for key in (*one.done, *one.remains)
    )
    waived = "".join(f"<br>{key}: no longer asked for" for key in one.waived)
    title = f"From {one.from_}. {_titled(one)}"
    return _row(title, hours(one.record), f"{_plain(one.status)}. {english(told.words)}", lines + waived)


def _titled(one: Case | Renewing | Moving) -> str:
    return one.title if one.on == ON else f"On {one.on}: {one.title}"


def _plain(status: StrEnum) -> str:
    return status.value.replace("_", " ")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def section(key: str) -> str:
    one = credentials()[key]
    rows = [row(each) for each in CASES if each.credential == key]
    rows += [renewal_row(each) for each in RENEWALS if each.credential == key]
    rows += [move_row(each) for each in MOVES if each.to == key]
    sources = [f"- {line}" for line in source_lines(one.sources)]
    conflicts = [f"- Conflict: {conflict}" for conflict in one.conflicts]
    heads = ["| Facts | Hours | Decision | Requirements |", "| --- | --- | --- | --- |"]
    return "\n".join([f"## {key}: {one.title}", "", *heads, *rows, "", *conflicts, *sources, ""])


def page() -> str:
    keys = dict.fromkeys((*(one.credential for one in (*CASES, *RENEWALS)), *(one.to for one in MOVES)))
    return "\n".join([OPENING, *(section(key) for key in keys)])


def used_by() -> dict[str, list[str]]:
    """Of each domain the credentials whose rules name it."""
    told: dict[str, list[str]] = {tag: [] for tag in domains()}
    for one in credentials().values():
        for tag in dict.fromkeys(tag for version in one.versions for tag in _tags(version)):
            told[tag].append(one.key)
    return told


def _tags(version: Version) -> Iterator[str]:
    paths = [asked for path in version.reciprocity for asked in path.requirements]
    for rule in (leaf for one in (*version.requirements, *paths) for leaf in leaves(one.rule)):
        if isinstance(rule, Hours):
            yield from (*rule.domains, *(name for name in rule.at_most or {} if name not in set(Mode)))
    yield from version.renewal.minimums if version.renewal else ()


def vocabulary() -> str:
    before, _, rest = VOCABULARY.read_text(encoding="utf-8").partition(BEGIN)
    used = used_by()
    told = (
        (f"`{tag}`", one["title"], one.get("icrc", ""), one.get("samhsa", ""), ", ".join(used[tag]))
        for tag, one in domains().items()
    )
    rows = [f"| {' | '.join(cells)} |" for cells in told]
    heads = [
        "| Tag | What it is | IC&RC Peer Recovery domain | SAMHSA category (2015) | In the rules of |",
        "| --- | --- | --- | --- | --- |",
    ]
    table = "\n".join(["", *heads, *rows, "", ""])
    return f"{before}{BEGIN}{table}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    VOCABULARY.write_text(vocabulary(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE.name} and {SCHEMA.name}\n")
