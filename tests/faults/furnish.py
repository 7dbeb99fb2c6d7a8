"""An organization with a specialist who has signed in, and one participant. Prints who they are, as JSON."""

import json
import sys

import django

django.setup()

from django.middleware.csrf import _get_new_csrf_string  # noqa: E402
from factories.installation import ensure_keys  # noqa: E402
from factories.notes import open_desk  # noqa: E402
from factories.organizations import new_organization  # noqa: E402

ensure_keys()
organization = new_organization("Faults")
desk = open_desk(organization)
client = desk.client()
found = {
    "organization": str(organization.id),
    "session": client.session.session_key,
    "token": _get_new_csrf_string(),
    "person": str(desk.person.id),
    "program": str(desk.program.id),
}
json.dump(found, sys.stdout)
