import pytest
from certification_facts import Case, Moving, Renewing
from certification_page import CASES, COMMAND, PAGE, page
from certification_path_tables import MOVES, RENEWALS

from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.rules.assess import OUTCOMES, Outcome, assess
from beenthere.certification.rules.reciprocity import reciprocity
from beenthere.certification.rules.renewal import renewal
from beenthere.kernel.words import english

NAMED = (
    "OH/PRS", "TX/MHPS", "TX/RSPS", "CA/CMPSS", "IL/CRSS", "NY/NYCPS", "NY/CRPA", "PA/CPS", "WA/CPS",
    "MO/CPS", "ID/CPSS", "MN/CPS", "MN/CPRS", "KY/RADPSS", "KY/APSS", "NE/CPSS", "ICRC/PR", "MHA/NCPS",
)  # fmt: skip


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.credential}: {one.title}")
def test_the_decision(one: Case) -> None:
    told = assess(one.record, credentials()[one.credential], one.on)
    found = {each.key: each.outcome.value for each in told.findings}
    assert {key: found[key] for key in one.expect} == one.expect
    assert told.status is one.status


@pytest.mark.parametrize("one", RENEWALS, ids=lambda one: f"{one.credential}: {one.title}")
def test_the_renewal(one: Renewing) -> None:
    told = renewal(one.record, credentials()[one.credential], one.on)
    lines = {english(line.words): OUTCOMES[line.standing] for line in told.lines}
    found = {part: [out for said, out in lines.items() if part in said] for part in one.expect}
    assert found == {part: [out] for part, out in one.expect.items()}
    assert (told.status, told.ends) == (one.status, one.ends)


@pytest.mark.parametrize("one", MOVES, ids=lambda one: f"{one.from_} to {one.to}: {one.title}")
def test_the_way_from_elsewhere(one: Moving) -> None:
    told = reciprocity(one.record, credentials()[one.from_], credentials()[one.to], one.on)
    found = {each.key: each.outcome for each in told.remains}
    assert (told.status, told.path) == (one.status, one.path)
    assert {key: found[key] for key in one.remains} == dict.fromkeys(one.remains, Outcome.MISSING)
    assert {key: found[key] for key in one.done} == dict.fromkeys(one.done, Outcome.MET)
    assert not set(one.waived) & set(found)


def test_the_credentials_with_unusual_rules_have_their_facts() -> None:
    told = {one.credential for one in CASES}
    assert len(told) >= 15
    assert [key for key in NAMED if key not in told] == []


def test_the_page_on_decisions_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/rulebook/{PAGE.name} is stale: run `{COMMAND}`"
