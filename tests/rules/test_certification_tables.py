import pytest
from certification_page import COMMAND, PAGE, page
from certification_tables import CASES, ON, Case

from beenthere.certification.jurisdictions.loader import credentials
from beenthere.certification.rules.assess import assess


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.credential}: {one.title}")
def test_the_decision(one: Case) -> None:
    told = assess(one.record, credentials()[one.credential], ON)
    found = {each.key: each.outcome.value for each in told.findings}
    assert {key: found[key] for key in one.expect} == one.expect
    assert told.status is one.status


def test_unusual_rules_are_covered() -> None:
    assert len({one.credential for one in CASES}) >= 15


def test_the_page_on_decisions_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/rulebook/{PAGE.name} is stale: run `{COMMAND}`"
