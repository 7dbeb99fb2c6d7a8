"""An organization begins on a server: a key, an administrator, a link."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from beenthere.trust.acting import system
from beenthere.trust.models import DataKey, Organization, RoleGrant


def begin(**changes: str) -> tuple[str, str]:
    email = f"pat-{uuid.uuid4().hex[:10]}@example.org"
    options = {"administrator": "Pat Lee", "email": email, "time_zone": "America/Chicago"} | changes
    call_command("set_up_organization", "River House", **options)
    return email, options["time_zone"]


@pytest.mark.usefixtures("database")
def test_an_organization_begins_with_a_key_and_an_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    email, _zone = begin()
    with system("looking at what was set up"):
        grant = RoleGrant.objects.select_related("organization").get(user__email=email)
        keys = DataKey.objects.filter(organization=grant.organization, retired_at=None).count()
    assert (grant.role, grant.program_id, keys) == ("administrator", None, 1)
    assert grant.organization.time_zone == "America/Chicago"
    path = capsys.readouterr().out.split("localhost:8000")[1].split()[0]
    assert Client().get(path, follow=True).status_code == 200


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"time_zone": "Mars/Olympus"}, "is no time zone"), ({"email": "nobody"}, "is no email address")],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(changes: dict[str, str], sentence: str) -> None:
    with system("counting"):
        before = Organization.objects.count()
    with pytest.raises(CommandError, match=sentence):
        begin(**changes)
    with system("counting"):
        assert Organization.objects.count() == before
