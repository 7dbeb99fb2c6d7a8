"""The notes that lie in the database: `python -m soak.facts MOMENT`, as the loader role.

Writes one JSON object a line for every note made since MOMENT (ISO 8601), with how often each of its effects
was recorded. The words are opened with the installation's own keys, through the product's model.
"""

import json
import sys
from collections import Counter
from datetime import datetime
from uuid import UUID

import django

django.setup()

from beenthere.support.encounters.models import Encounter  # noqa: E402
from beenthere.trust.acting import Acting, acting  # noqa: E402
from beenthere.trust.models import AuditEvent, Organization  # noqa: E402
from beenthere.workforce.models import HoursEntry  # noqa: E402


def main() -> None:
    since = datetime.fromisoformat(sys.argv[1])
    for organization_id in list(Organization.objects.values_list("id", flat=True)):
        _tell(organization_id, since)


def _tell(organization_id: UUID, since: datetime) -> None:
    who = Acting(
        organization_id=organization_id, user_id=None, grants=frozenset(), purpose="durability drill"
    )
    with acting(who):
        mine = {"organization_id": organization_id}
        events = AuditEvent.objects.filter(**mine, verb__in=["note.begun", "note.signed"], at__gte=since)
        seen = Counter(events.values_list("verb", "object_id"))
        hours = Counter(
            HoursEntry.objects.filter(**mine, posted_at__gte=since).values_list("source_id", flat=True)
        )
        for note in Encounter.objects.filter(**mine, created_at__gte=since).iterator():
            told = {
                "note": str(note.id),
                "words": note.what_we_did,
                "signed": note.signed_at is not None,
                "begun_events": seen["note.begun", note.id],
                "signed_events": seen["note.signed", note.id],
                "hours": hours[note.id],
            }
            sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
