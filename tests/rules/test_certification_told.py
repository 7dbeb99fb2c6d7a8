"""What is told beside the requirements: clocks, what an issuer keeps, what a certificate shows."""

from datetime import date

import pytest

from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.rules.told import Clock, Kept, Paper, Shown, Unit
from beenthere.certification.rules.vocabulary import Version
from beenthere.certification.shown import credential_json, credential_text

ON = date(2026, 11, 22)


def version(key: str) -> Version:
    found = credentials()[key].version_on(ON)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "clock", "length"),
    [
        ("CA/CMPSS", Clock.COMPLAINT_FILING, (3, Unit.YEARS)),
        ("CA/CMPSS", Clock.COMPLAINT_RECEIPT, (5, Unit.BUSINESS_DAYS)),
        ("CA/CMPSS", Clock.COMPLAINT_DECISION, (90, Unit.DAYS)),
        ("CA/CMPSS", Clock.COMPLAINT_EXTENSION, (30, Unit.DAYS)),
        ("CA/CMPSS", Clock.TRAINING_REVIEW, (14, Unit.DAYS)),
        ("CA/CMPSS", Clock.REGISTER_UPDATE, (72, Unit.HOURS)),
        ("DC/CPS", Clock.REVOCATION_REPLY, (30, Unit.DAYS)),
        ("DC/CPS", Clock.REVOCATION_DECISION, (30, Unit.DAYS)),
        ("DC/CPS", Clock.REVOCATION_APPEAL, (10, Unit.BUSINESS_DAYS)),
        ("UT/CPSS", Clock.EMPLOYER_REPORT, (30, Unit.DAYS)),
    ],
)
def test_how_long_a_step_may_take(key: str, clock: Clock, length: tuple[int, Unit]) -> None:
    assert [(one.count, one.unit) for one in version(key).times if one.about is clock] == [length]


@pytest.mark.parametrize("key", ["TX/MHPS", "TX/RSPS"])
def test_texas_names_what_is_kept_for_each_person(key: str) -> None:
    kept = {one.record: (one.count, one.unit) for one in version(key).keeps}
    five_years = dict.fromkeys(set(Kept) - {Kept.RENEWAL}, (5, Unit.YEARS))
    assert kept == five_years | {Kept.RENEWAL: (5, Unit.RENEWALS)}


@pytest.mark.parametrize(
    ("key", "paper", "more"),
    [
        ("FL/CRPS", Paper.CE, {Shown.SPONSOR}),
        ("UT/CPSS", Paper.CE, {Shown.INSTRUCTOR, Shown.OBJECTIVES}),
        ("NE/CPSS", Paper.TRAINING, {Shown.PROGRAM, Shown.ADDRESS, Shown.SIGNATURE}),
        ("NY/CRPA", Paper.TRAINING, {Shown.APPROVAL_MARK}),
        ("NC/NCCPSS", Paper.TRAINING, {Shown.APPROVAL_MARK}),
        ("TX/MHPS", Paper.CREDENTIAL, {Shown.NUMBER, Shown.EXPIRY}),
    ],
)
def test_what_a_certificate_has_to_show(key: str, paper: Paper, more: set[Shown]) -> None:
    shows = [set(one.shows) for one in version(key).certificates if one.paper is paper]
    assert len(shows) == 1
    assert more <= shows[0]


def test_wisconsin_converts_units_into_hours() -> None:
    """0.1 CEU is an hour."""
    rule = version("WI/CPS").renewal
    assert rule is not None
    assert rule.hours_per_ceu == 10


@pytest.mark.parametrize("key", sorted(credentials()))
def test_all_that_is_known_of_a_credential_is_shown(key: str) -> None:
    one = credentials()[key]
    lines, told = "\n".join(credential_text(one, ON)), credential_json(one, ON)
    held = one.version_on(ON)
    assert one.title in lines
    assert all(words in lines for words in (*one.notes, *one.conflicts))
    assert all(source.title in lines for source in one.sources)
    if held:
        assert [each["requirement"] for each in told["requirements"] if each["asks"]] == [
            each.key for each in held.requirements
        ]
        assert all(each.note in lines for each in (*held.requirements, *held.times, *held.keeps))
        assert all(each.words in lines for each in (*held.fees, *held.scholarships))
        assert [each["record"] for each in told["keeps"]] == [each.record for each in held.keeps]
