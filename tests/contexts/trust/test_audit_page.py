from typing import Any

from factories.audit import write_events

from beenthere.trust.models import Organization


def test_the_privacy_officer_reads_what_happened_page_by_page(
    client_as: Any, organization: Organization
) -> None:
    write_events(organization, 40)
    client = client_as("privacy_officer")
    first = client.get("/audit/")
    assert first.status_code == 200
    rows = first.context["page"].rows
    assert (len(rows), rows[0].detail) == (30, {"page": "page 39"})
    older = client.get(f"/audit/?before={first.context['page'].older}").context["page"]
    assert older.rows[0].id < rows[-1].id
    assert older.older is None
    assert b"Peer support specialist" in first.content


def test_only_what_was_refused(client_as: Any, organization: Organization) -> None:
    write_events(organization, 1)
    client_as("volunteer").get("/audit/")
    (row,) = client_as("privacy_officer").get("/audit/?show=refused").context["page"].rows
    assert row.sentence.endswith("was refused: audit page")


def test_another_organization_s_audit_is_not_there(
    client_as: Any, organization: Organization, other_organization: Organization
) -> None:
    write_events(organization, 3)
    page = (
        client_as("privacy_officer", organization=other_organization)
        .get("/audit/?before=abc")
        .context["page"]
    )
    assert page.rows == ()


def test_a_supervisor_of_one_program_sees_what_its_staff_did(
    client_as: Any, organization: Organization
) -> None:
    here, elsewhere = organization.harbor, organization.day_room
    client_as("volunteer", here).get("/people/")
    client_as("volunteer", elsewhere).get("/people/")
    client_as("privacy_officer").get("/audit/")
    roles = [row.roles for row in client_as("supervisor", here).get("/audit/").context["page"].rows]
    assert roles == [("Privacy officer",), ("Volunteer",)]
    everything = client_as("privacy_officer").get("/audit/").context["page"].rows
    assert len(everything) == 4
