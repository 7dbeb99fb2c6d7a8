"""A rule from a day on: the former ends, signed notes are counted again, overlaps are refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from factories.funding import Office, count_all_again, new_rule, open_office
from factories.support import DAY
from factories.users import acting_for
from factories.writing import writing

from beenthere.funding.actions import set_rule
from beenthere.funding.facts import RuleFields
from beenthere.funding.models import EncounterUnits, ProgramRule
from beenthere.kernel.ids import uuid7
from beenthere.trust.acting import acting
from beenthere.trust.api import Refused
from beenthere.trust.models import AuditEvent, Organization


def set_for(office: Office, role: str = "biller", program: object = None, **fields: object) -> None:
    """And the worker has counted again what was signed since."""
    wanted = {"rule_key": "demo-midpoint", "code": "H0038", "effective_from": DAY} | fields
    with acting(acting_for(office.organization, role, program)) as who:
        set_rule(acting=who, id=uuid7(), fields=RuleFields(program_id=office.program.id, **wanted))
    count_all_again(office.organization)


def rules(office: Office) -> list[tuple[str, date, date | None]]:
    with writing(office.organization.id):
        rows = ProgramRule.objects.filter(program=office.program).order_by("effective_from", "code")
        return list(rows.values_list("rule_key", "effective_from", "effective_until"))


def test_a_new_rule_ends_the_former_and_counts_signed_notes_again(office: Office) -> None:
    before = office.signed(0, 38, happened_on=DAY - timedelta(days=1))
    note, draft = office.signed(60, 38), office.visit(120, 38)
    assert office.units() == {before.id: 2, note.id: 2}
    set_for(office)
    assert rules(office) == [("demo-floor", date(2026, 1, 1), DAY), ("demo-midpoint", DAY, None)]
    assert office.units() == {before.id: 2, note.id: 3}
    assert draft.id not in office.units()


def test_what_the_new_rule_does_not_pay_stops_counting(office: Office) -> None:
    note = office.signed(0, 38)
    set_for(office, paid_kinds=("group",))
    assert office.units() == {}
    with writing(office.organization.id):
        assert EncounterUnits.objects.get(encounter_id=note.id).withdrawn_at is not None


def test_a_rule_of_the_same_first_day_is_replaced(office: Office) -> None:
    set_for(office)
    set_for(office, rule_key="demo-floor")
    assert rules(office) == [("demo-floor", date(2026, 1, 1), DAY), ("demo-floor", DAY, None)]


def test_a_rule_set_for_some_days_leaves_later_ones_alone(office: Office) -> None:
    later = DAY + timedelta(days=10)
    set_for(office, effective_from=later)
    with pytest.raises(Refused, match="another rule already counts H0038"):
        set_for(office)
    set_for(office, effective_until=later)
    assert rules(office) == [
        ("demo-floor", date(2026, 1, 1), DAY), ("demo-midpoint", DAY, later), ("demo-midpoint", later, None),
    ]  # fmt: skip


def test_another_code_of_the_same_program_stands_beside_it(office: Office) -> None:
    set_for(office, code="H2015", effective_from=date(2026, 1, 1))
    assert [key for key, _first, until in rules(office) if until is None] == ["demo-floor", "demo-midpoint"]


def test_a_rule_whose_source_says_nothing_about_the_day_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="says nothing about that day"):
        set_for(office, rule_key="texas-medicaid-2016")
    assert len(rules(office)) == 1


@pytest.mark.parametrize("role", ["specialist", "supervisor", "director", "privacy_officer", "volunteer"])
def test_only_billers_and_administrators_set_rules(office: Office, role: str) -> None:
    with pytest.raises(Refused):
        set_for(office, role)


def test_a_biller_of_one_program_sets_no_rule_in_another(office: Office) -> None:
    with pytest.raises(Refused):
        set_for(office, "biller", office.organization.day_room)
    set_for(office, "biller", office.program)


def test_it_leaves_one_event_with_codes_only(office: Office) -> None:
    set_for(office)
    with writing(office.organization.id):
        event = AuditEvent.objects.filter(organization_id=office.organization.id).get(verb="funding.rule_set")
    assert event.detail == {
        "rule": "demo-midpoint", "code": "H0038", "from": DAY.isoformat(), "former": "demo-floor",
    }  # fmt: skip


def test_the_database_refuses_two_rules_of_one_code_on_one_day(office: Office) -> None:
    with pytest.raises(IntegrityError, match="one_rule_per_code_and_day"):
        new_rule(office.program, effective_from=date(2027, 1, 1))


def test_the_database_refuses_a_rule_that_ends_before_it_begins(organization: Organization) -> None:
    with pytest.raises(IntegrityError, match="rule_holds_at_least_a_day"):
        open_office(organization, effective_until=date(2025, 1, 1))


def test_a_program_of_another_organization_is_out_of_reach(
    office: Office, other_organization: Organization
) -> None:
    fields = RuleFields(program_id=office.program.id, rule_key="demo-floor", code="H0038", effective_from=DAY)
    with pytest.raises(IntegrityError), acting(acting_for(other_organization, "biller")) as who:
        set_rule(acting=who, id=uuid7(), fields=fields)
