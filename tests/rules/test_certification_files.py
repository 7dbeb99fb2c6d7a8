import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beenthere.certification.jurisdictions import JURISDICTIONS
from beenthere.certification.jurisdictions.loader import (
    FOLDER,
    JurisdictionFileError,
    credentials,
    parse_credential,
    read_credential,
    unknown_keys,
)
from beenthere.certification.jurisdictions.reading import faults_of
from beenthere.certification.rules.vocabulary import Basis, Credential, Topic
from beenthere.kernel.decision import Confidence

WORKED_EXAMPLE = Path(__file__).parents[2] / "docs" / "do" / "add-a-state.md"
NEBRASKA = (FOLDER / "ne" / "cpss.toml").read_text(encoding="utf-8")
EVERY = list(credentials().values())


def fault(text: str) -> str:
    with pytest.raises(JurisdictionFileError) as told:
        parse_credential("NE/CPSS", text, named="jurisdictions/ne/cpss.toml")
    return str(told.value)


def test_every_folder_is_registered_and_no_credential_is_lost() -> None:
    assert {one.jurisdiction.lower() for one in EVERY} == set(JURISDICTIONS)
    states = [one for one in EVERY if len(one.jurisdiction) == 2]
    assert (len(states), len({one.jurisdiction for one in states})) == (67, 53)
    assert {"ICRC/PR", "MHA/NCPS", "NAADAC/NCPRSS", "SAMHSA/MODEL"} < credentials().keys()


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_every_credential_has_sources_and_says_nothing_a_person_has_not_reviewed(one: Credential) -> None:
    assert one.sources
    assert all(source.title and source.locator for source in one.sources)
    assert all(version.reviewer == "" for version in one.versions)
    for version in one.versions:
        told = [*version.requirements, *version.fees, *version.scholarships, *version.times]
        told += [
            *version.keeps,
            *version.certificates,
            *version.stages,
            *version.reciprocity,
            *([version.renewal] if version.renewal else []),
        ]
        assert all(each.sources for each in told)
        assert all(version.none.values())


def test_nothing_was_read_again_so_no_source_says_so() -> None:
    """The figures come from an earlier collection. A day stands here once somebody has read the text."""
    assert not [source for one in EVERY for source in one.sources if source.retrieved]
    text = NEBRASKA.replace("collected = 2026-11-22", "collected = 2026-11-22\nretrieved = 2026-11-23", 1)
    read = parse_credential("NE/CPSS", text, named="ne/cpss.toml").sources
    assert [source.retrieved for source in read] == [date(2026, 11, 23), *[None] * (len(read) - 1)]


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_a_requirement_names_only_sources_that_speak_of_it(one: Credential) -> None:
    """A report on Medicaid says nothing of training; what was read at its origin needs no second hand."""
    for version in one.versions:
        for asked in version.requirements:
            kinds = {source.confidence for source in asked.sources}
            assert not [source for source in asked.sources if "State Gaps" in source.title] or (
                one.key == "NH/MHPSS"
            )
            if asked.confidence is Confidence.PRIMARY:
                assert Confidence.PRIMARY in kinds
            else:
                assert kinds - {Confidence.PRIMARY}


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.key)
def test_every_topic_is_spoken_of(one: Credential) -> None:
    for version in one.versions:
        given = {asked.topic for asked in version.requirements}
        assert given | set(version.none) | set(version.unknown) == set(Topic)


def test_a_year_is_established_from_its_last_day_and_an_undated_page_from_the_day_it_was_read() -> None:
    for version in (version for one in EVERY for version in one.versions):
        if version.basis is Basis.YEAR:
            assert (version.effective.start.month, version.effective.start.day) == (12, 31)
        if version.basis is Basis.READING:
            assert version.effective.start == date(2026, 11, 22)


def test_second_hand_database_pages_are_not_called_primary() -> None:
    told = [source for one in EVERY for source in one.sources if "Copeland" in source.title]
    assert told
    assert all(source.confidence is not Confidence.PRIMARY for source in told)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            'basis = "year"',
            'basis = "guess"',
            "versions[0].basis: 'guess' is none of day, month, year, ended, reading",
        ),
        ("hours = 60", 'hours = "60"', "hours: must be a number, not '60'"),
        ("hours = 60", "hours = true", "hours: must be a number, not True"),
        ("hours = 60", "hours = 0", "hours: must be more than 0"),
        ("hours = 60", "", "hours: is missing"),
        ("2026-11-22", "2026-11-22\nretrieved = true", "sources.s1.retrieved: must be a date, not True"),
        ('= "unknown"', '= "y"', "medicaid_mental_health: 'y' is none of yes, no, in_process, unknown"),
        ('= "unknown"', '= "yes"', "medicaid_sources: name at least one"),
        ('anchor = "fixed_day"', 'anchor = "fixed_day"\nfee = 5', "renewal.fee: is not a key we know"),
        ('words = "By attestation', 'word = "By attestation', "renewal.also[1].words: is missing"),
        ("hours = 60", "hours = 60\nrooms = 2", "rooms: is not a key we know"),
        ('kind = "age"', 'kind = "ages"', "kind: 'ages' is none of hours, exam"),
        ('kind = "exam"', 'kind = "any_of"\nof = []', "of: needs at least two"),
        ('sources = ["s3"]', 'sources = ["s9"]', "'s9' is not among [sources]"),
        ('sources = ["s3"]', "sources = []", "sources: name at least one"),
        (
            '"supervision", ',
            "",
            "versions[0].supervision: give a requirement, or list it under none or unknown",
        ),
        ("none = {}", 'none = { exam = ["s1"] }', "none: exam is asked for, or is unknown"),
        ("none = {}", "none = { exam = [] }", "none.exam: name at least one"),
        ("none = {}", 'none = { exams = ["s1"] }', "none: 'exams' is none of training, exam"),
        ("none = {}", 'none = ["exam"]', "none: must be a table"),
        ('["ethics"]', '["ethic"]', "domains: 'ethic' is not in jurisdictions/domains.toml"),
        ("{ ethics = 6 }", "{ ethic = 6 }", "renewal.minimums: 'ethic' is not in jurisdictions/domains.toml"),
        ("[[versions]]", "[[versions", "not readable as TOML"),
        ('key = "exam"', 'key = "age"', "the key 'age' is there twice"),
        ("from = 2024-12-31", "from = 2024-12-31\nuntil = 2024-12-31", "A period must end after it starts"),
    ],
)
def test_a_fault_is_told_with_file_key_and_reason(before: str, after: str, told: str) -> None:
    assert before in NEBRASKA
    sentence = fault(NEBRASKA.replace(before, after, 1))
    assert sentence.startswith("jurisdictions/ne/cpss.toml: ")
    assert told in sentence


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("month = 9", "month = 13", "renewal.month: must be from 1 to 12"),
        ("day = 1", "day = 31", "renewal.day: no year has day 31 of month 9"),
        ("day = 1", "", "renewal.anchor: fixed_day needs month and day"),
        ("hours = 60", "hours = nan", "hours: must be a number, not nan"),
        ("hours = 60", "hours = inf", "hours: must be a number, not inf"),
        ("{ ethics = 6 }", '{ ethics = "six" }', "renewal.minimums.ethics: must be a number of hours"),
        ('exams = ["icrc-pr"]', "exams = [7]", "exams[0]: must be text"),
        ('exams = ["icrc-pr"]', "exams = []", "exams: must not be empty"),
        ('modes = ["live"]', 'modes = [["live"]]', "modes[0]: must be text"),
        ('title = "Certified', 'title = ""\nowner = "Certified', "title: must not be empty"),
        ("years = 19", "years = 1900", "years: must be from 1 to 100"),
        (
            'confidence = "primary"\nsources = ["s3"]',
            'confidence = "primary"\nsources = ["s2"]',
            "confidence: primary, and none of its sources is",
        ),
    ],
)
def test_a_value_that_no_rule_can_have_is_refused(before: str, after: str, told: str) -> None:
    assert before in NEBRASKA
    assert told in fault(NEBRASKA.replace(before, after, 1))


ODD = (
    None, "", "x", 0, -1, 13, 10**9, 1.5, float("nan"), float("inf"), True, [], {}, [[]], [{}], [1], ["x"],
    {"ethics": "a"}, {"ethics": -4}, date(2026, 1, 1),
)  # fmt: skip


def places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a file at which something could stand that does not fit."""
    inner = told.items() if isinstance(told, dict) else enumerate(told)
    for key, value in inner:
        yield told, key
        if isinstance(value, dict | list):
            yield from places(value)


@given(st.data(), st.sampled_from(sorted(FOLDER.glob("*/*.toml"))), st.sampled_from(ODD))
def test_whatever_stands_in_a_file_is_read_or_told_and_nothing_breaks(
    data: st.DataObject, file: Path, odd: object
) -> None:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    within, key = data.draw(st.sampled_from(list(places(told))))
    within[key] = odd
    assert all(": " in fault for fault in faults_of(told))


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "gu").mkdir()
    file = tmp_path / "gu" / "cps.toml"
    file.write_bytes(b'title = "\xff"')
    with pytest.raises(JurisdictionFileError, match=r"jurisdictions/gu/cps\.toml: not readable as UTF-8"):
        read_credential(file)


def test_a_credential_that_is_in_no_folder_can_be_no_condition() -> None:
    one = next(one for one in EVERY if one.key == "CO/CPFS")
    assert unknown_keys(one, {"ICRC/PR"}) == []
    assert unknown_keys(one, set()) == ["jurisdictions/co/cpfs.toml: accepts: 'ICRC/PR' is in no folder"]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    sentence = fault(NEBRASKA.replace("hours = 60", "", 1).replace('basis = "year"', 'basis = "guess"', 1))
    assert len(sentence.splitlines()) == 2


def test_two_versions_of_one_day_are_refused() -> None:
    head, _, version = NEBRASKA.partition("[[versions]]")
    assert "two versions hold on 2024-12-31" in fault(f"{head}[[versions]]{version}\n[[versions]]{version}")


def test_the_worked_example_is_a_credential() -> None:
    page = WORKED_EXAMPLE.read_text(encoding="utf-8")
    text = dedent(page.partition("   ```toml\n")[2].partition("   ```\n")[0])
    guam = parse_credential("GU/CPS", text, named="docs/do/add-a-state.md")
    assert [one.key for one in guam.versions[0].requirements] == ["training", "training-live", "age"]


def test_an_unverified_source_never_says_that_nothing_is_asked_for() -> None:
    doubtful = [
        one for one in EVERY if all(source.confidence is Confidence.UNVERIFIED for source in one.sources)
    ]
    assert doubtful
    assert not [one.key for one in doubtful for version in one.versions if version.none]
