"""`beenthere rules`: exit codes, the shape of the JSON, and faults told with a path."""

import json
from pathlib import Path

import pytest
from certification_page import SCHEMA, schema_text
from click.testing import CliRunner, Result

from beenthere.certification.record_file import RecordError, read_record
from beenthere.host.rules import rules

EXAMPLE = (SCHEMA.parent / "certification-record.example.json").read_text(encoding="utf-8")
ON = ["--on", "2026-11-22"]


def run(*words: str, stdin: str = EXAMPLE) -> Result:
    return CliRunner().invoke(rules, list(words), input=stdin)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["list"], "listed"),
        (["show", "OH", *ON], "shown"),
        (["show", "tx/mhps", *ON], "shown"),
        (["certify", "--credential", "OH/PRS", "--record", "-", *ON], "not_yet"),
        (["renew", "--credential", "TX/MHPS", "--record", "-", *ON], "not_yet"),
        (["reciprocity", "--to", "CA/CMPSS", "--record", "-", *ON], "path"),
        (["plan", "--goal", "OH/PRS", "--goal", "ICRC/PR", "--record", "-", *ON], "planned"),
    ],
)
def test_an_answer_is_0_with_a_status_and_in_words(words: list[str], status: str) -> None:
    told = run(*words, "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["status"] == status
    plain = run(*words)
    assert plain.exit_code == 0
    assert plain.output.strip()


def test_each_requirement_has_outcome_reason_and_source() -> None:
    told = json.loads(run("certify", "--credential", "OH/PRS", "--record", "-", *ON, "--json").output)
    for one in told["requirements"]:
        assert one["outcome"] in {"met", "missing", "unknown"}
        assert one["reason"]
        assert one["sources"] or one["because"] == "source_unsure"
    assert told["notice"] == "This is information, not the issuer's decision."


@pytest.mark.parametrize(
    ("words", "stdin", "told"),
    [
        (["certify", "--credential", "OH/XX", "--record", "-"], EXAMPLE, "'OH/XX' is no credential we know"),
        (["show", "Atlantis"], "", "'Atlantis' is no place or credential we know"),
        (["certify", "--credential", "OH/PRS", "--record", "none.json"], "", "none.json: cannot be read"),
        (["certify", "--credential", "OH/PRS", "--record", "-"], "{", "not readable as JSON"),
        (["certify", "--credential", "OH/PRS", "--record", "-", "--on", "soon"], EXAMPLE, "soon"),
        (["reciprocity", "--to", "CA/CMPSS", "--record", "-"], "{}", "say which one with --from"),
        (
            ["reciprocity", "--to", "TX/MHPS", "--record", "-"],
            EXAMPLE,
            "TX/MHPS is where you go, too",
        ),
        (
            ["certify", "--credential", "CO/CPFS", "--record", "-", "--on", "9999-12-31"],
            EXAMPLE,
            "9999-12-31: must be a day of the years 1900 to 2200",
        ),
        (["certify", "--credential", "OH/PRS", "--record", "-", "--on", "2026-02-30"], EXAMPLE, "2026-02-30"),
    ],
)
def test_bad_input_is_2_and_told(words: list[str], stdin: str, told: str) -> None:
    answer = run(*words, stdin=stdin)
    assert answer.exit_code == 2
    assert told in answer.output


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ("[]", "(file): must be an object"),
        ('{"name": "x"}', "name: is not a field we know"),
        ('{"hours": {}}', "hours: must be a list"),
        ('{"hours": [{}]}', "hours[0].spent_on: is missing"),
        (
            '{"hours": [{"spent_on": "work", "hours": -1, "first": "2026-01-01"}]}',
            "hours[0].hours: must be a number",
        ),
        (
            '{"hours": [{"spent_on": "work", "hours": NaN, "first": "2026-01-01"}]}',
            "hours[0].hours: must be a number",
        ),
        ('{"hours": [{"spent_on": "work", "hours": true, "first": "2026-01-01"}]}', "hours[0].hours"),
        (
            '{"hours": [{"spent_on": "work", "hours": 1, "first": "2026-1-1"}]}',
            "hours[0].first: must be a day",
        ),
        (
            '{"hours": [{"spent_on": "work", "hours": 1, "first": "2026-02-01", "last": "2026-01-01"}]}',
            "hours[0].last: is before hours[0].first",
        ),
        ('{"education": [{"level": "doctor"}]}', "education[0].level: 'doctor' is none of"),
        ('{"statements": {"x": "yes"}}', "statements.x: must be true or false"),
        ('{"references": 1.5}', "references: must be a whole number"),
        ('{"birth_date": "0001-01-01"}', "birth_date: must be a day of the years 1900 to 2200"),
        ('{"birth_date": "2026-02-30"}', "birth_date: must be a day of the calendar"),
        ('{"references": 1, "references": 3}', "references: is there twice in one object"),
        (
            '{"credentials": [{"credential": "OH/PRS", "issued": "2026-02-01", "expires": "2026-01-01"}]}',
            "credentials[0].expires: is before credentials[0].issued",
        ),
        (
            '{"hours": [{"id": "a", "spent_on": "work", "hours": 1, "first": "2026-02-01"},'
            ' {"id": "a", "spent_on": "work", "hours": 1, "first": "2026-02-01"}]}',
            "hours[1].id: 'a' is the id of hours[0] too",
        ),
        (
            '{"hours": [{"id": "a\\u001b[31m", "spent_on": "work", "hours": 1, "first": "2026-02-01"}]}',
            "hours[0].id: must be text on one line",
        ),
        ('{"hours": [{"spent_on": "work", "hours": 1e999, "first": "2026-01-01"}]}', "hours[0].hours"),
        ('{"references": ' + "9" * 5000 + "}", "(file): not readable as JSON"),
        ("[" * 100_000, "(file): not readable as JSON"),
    ],
)
def test_a_record_that_does_not_fit_is_told_with_path_and_reason(record: str, told: str) -> None:
    with pytest.raises(RecordError) as fault:
        read_record(record)
    assert told in str(fault.value)


def test_the_published_schema_is_the_one_in_use() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "run `python tests/rules/certification_page.py`"
    )


def test_thirty_hours_in_ohio_leave_twenty_six_and_the_academy() -> None:
    record = '{"hours": [{"spent_on": "training", "hours": 30, "first": "2026-05-01"}]}'
    told = json.loads(
        run("certify", "--credential", "oh/prs", "--record", "-", *ON, "--json", stdin=record).output
    )
    found = {one["requirement"]: (one["outcome"], one["reason"]) for one in told["requirements"]}
    assert told["status"] == "not_yet"
    assert found["training"] == ("missing", "30 of 56 hours (training): 26 to go")
    assert found["training-academy"][0] == "missing"


def test_an_answer_names_the_fields_that_would_settle_it() -> None:
    words = ("certify", "--credential", "CO/CPFS", "--record", "-", *ON)
    told = json.loads(run(*words, "--json", stdin="{}").output)
    fields = {one["requirement"]: one["fields"] for one in told["requirements"]}
    assert fields["residence"] == ["statements.lives-or-works-in-CO"]
    assert fields["recovery"] == ["recovery_since"]
    assert "In the record: statements.lives-or-works-in-CO" in run(*words, stdin="{}").output


def test_a_later_day_says_that_nobody_looked_again() -> None:
    told = run("certify", "--credential", "NE/CPSS", "--record", "-", "--on", "2027-06-01", "--json")
    assert "collected on 2026-11-22" in json.loads(told.output)["later"]


def test_names_in_small_letters_are_the_same_credential() -> None:
    told = run(
        "reciprocity",
        "--to",
        "ca/cmpss",
        "--record",
        "-",
        *ON,
        "--json",
        stdin=EXAMPLE.replace("TX/MHPS", "tx/mhps"),
    )
    assert json.loads(told.output)["status"] == "path"


def test_a_mark_at_the_begin_of_a_file_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_bytes(EXAMPLE.encode("utf-8-sig"))
    assert run("certify", "--credential", "OH/PRS", "--record", str(file), *ON).exit_code == 0


def test_a_record_can_be_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert run("certify", "--credential", "OH/PRS", "--record", str(file), *ON).exit_code == 0
