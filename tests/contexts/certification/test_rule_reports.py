"""Saying that a rule is wrong: without an account, once, within limits; and answering it."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from factories.certification import new_rule_report
from factories.users import signed_in
from factories.writing import writing

from beenthere.certification.models import RuleReport
from beenthere.certification.views import RATE
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import Role, system
from beenthere.trust.models import AuditEvent, Organization

WRONG = "/certification/wrong/oh/prs/"
QUEUE = "/certification/reports/"


@pytest.fixture(autouse=True)
def nothing_sent_yet(database: str) -> None:
    """Reports belong to no organization, so those of another test are seen here too."""
    with system("clearing for a test"):
        RuleReport.objects.all().delete()
        cache.clear()


@pytest.fixture
def anybody(database: str) -> Client:
    return Client(SERVER_NAME="localhost")


def stored() -> list[RuleReport]:
    with system("looking in a test"):
        return list(RuleReport.objects.order_by("sent_at"))


def sent(client: Client, **fields: Any) -> Any:
    return client.post(WRONG, {"id": str(uuid7()), "words": "It is 60 hours now.", **fields})


def test_anybody_can_say_it_and_twice_is_once(anybody: Client) -> None:
    page = anybody.get(WRONG).content.decode()
    id_ = re.search(r'name="id" value="([^"]+)"', page)[1]
    for _ in range(2):
        assert sent(anybody, id=id_, found_at="mha.ohio.gov").headers["Location"].endswith("/wrong/thanks/")
    (report,) = stored()
    assert (report.credential, report.words, report.found_at) == (
        "OH/PRS",
        "It is 60 hours now.",
        "mha.ohio.gov",
    )
    assert report.state == RuleReport.State.NEW


def test_nothing_about_who_sent_it_is_kept() -> None:
    kept = {field.name for field in RuleReport._meta.local_fields}
    assert kept == {
        "id", "credential", "words", "found_at", "state", "answer", "sent_at", "checked_at"
    }  # fmt: skip


@pytest.mark.parametrize(
    "fields",
    [{"words": ""}, {"words": "x" * 1001}, {"found_at": "x" * 301}, {"id": "no id"}, {"words": "a\0b"}],
)
def test_what_does_not_fit_is_said_and_the_words_stay(anybody: Client, fields: dict[str, str]) -> None:
    page = sent(anybody, **{"words": "It is 60 hours now.", **fields}).content.decode()
    assert stored() == []
    assert "A few things need you. Your words are kept." in page
    assert fields.get("words", "It is 60 hours now.")[:300] in page


def test_too_many_from_one_place_are_refused_and_the_words_stay(anybody: Client) -> None:
    most = int(RATE["rule_report"].partition("/")[0])
    for _ in range(most):
        assert sent(anybody).status_code == 302
    refused = sent(anybody, words="One more thing.")
    assert refused.status_code == 429
    assert "One more thing." in refused.content.decode()
    assert len(stored()) == most


def test_too_many_waiting_are_refused(anybody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beenthere.certification.actions.MOST_WAITING", 1)
    assert sent(anybody).status_code == 302
    assert "Too many messages wait" in sent(anybody).content.decode()
    assert len(stored()) == 1


# -- the queue


def checked(client: Client, report: RuleReport, **fields: str) -> Any:
    prefix = f"r{report.id.hex}-"
    told = {f"{prefix}{name}": value for name, value in fields.items()}
    return client.post(f"{QUEUE}{report.id}/check/", told, follow=True)


def test_an_administrator_reads_and_answers_it_and_the_audit_has_it(organization: Organization) -> None:
    report = new_rule_report("It is 60 hours now.")
    administrator = signed_in(organization, Role.ADMINISTRATOR)
    assert "It is 60 hours now." in administrator.get(QUEUE).content.decode()
    page = checked(administrator, report, state="changed", answer="Right, since July.").content.decode()
    assert "Checked: the rule was changed" in page
    assert "Right, since July." in page
    (now,) = stored()
    assert (now.state, now.answer) == ("changed", "Right, since July.")
    assert now.checked_at is not None
    assert audited(organization) == [{"state": "changed", "credential": "OH/PRS"}]


def audited(organization: Organization) -> list[dict[str, str]]:
    with writing(organization.id):
        events = AuditEvent.objects.filter(verb="certification.report_checked")
        return [event.detail for event in events]


def test_the_first_answer_stands(organization: Organization, other_organization: Organization) -> None:
    """The list is one for all organizations; a second answer is refused aloud, its words shown once more."""
    report = new_rule_report()
    checked(signed_in(organization, Role.ADMINISTRATOR), report, state="kept", answer="It says 80 there.")
    for house in (organization, other_organization):
        page = checked(
            signed_in(house, Role.ADMINISTRATOR), report, state="changed", answer="No, 60."
        ).content.decode()
        assert "This report was answered already, and that answer stands. You wrote: “No, 60.”" in page
        assert "It says 80 there." in page
    assert [(one.state, one.answer) for one in stored()] == [("kept", "It says 80 there.")]
    assert audited(organization) == [{"state": "kept", "credential": "OH/PRS"}]
    assert audited(other_organization) == []


@pytest.mark.parametrize("state", ["", "new", "nonsense"])
def test_an_answer_that_is_none_changes_nothing(organization: Organization, state: str) -> None:
    report = new_rule_report()
    page = checked(signed_in(organization, Role.ADMINISTRATOR), report, state=state)
    assert "Say what you found" in page.content.decode()
    assert [one.state for one in stored()] == ["new"]


def test_others_do_not_see_the_queue(organization: Organization) -> None:
    report = new_rule_report()
    for role in set(Role) - {Role.ADMINISTRATOR}:
        somebody = signed_in(organization, role)
        assert somebody.get(QUEUE).status_code == 403
        assert checked(somebody, report, state="kept").status_code == 403
    assert [one.state for one in stored()] == ["new"]


def test_the_database_keeps_a_state_and_its_day_together(database: str) -> None:
    with system("writing what must not be"), pytest.raises(IntegrityError), transaction.atomic():
        RuleReport.objects.create(credential="OH/PRS", words="x", state="kept", sent_at="2026-11-22T00:00Z")
