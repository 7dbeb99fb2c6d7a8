"""Who asks and about whom, drawn from a database: run as `python -m bench.sample SEED`, as the loader role.

Writes one JSON object to standard output. Specialists are drawn at random, each signed in with a session of
their own and with a password of their own that the sign-in page takes; people are drawn from all whom that
specialist works with now. Nothing is chosen by hand, and the same seed draws the same.
"""

import json
import random
import sys
from importlib import import_module
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.auth.hashers import check_password, make_password  # noqa: E402
from django.db import connection  # noqa: E402

from beenthere.foundation import clock  # noqa: E402
from beenthere.portal.demo.load import present  # noqa: E402
from beenthere.portal.demo.names import FAMILY, GIVEN  # noqa: E402
from beenthere.trust.acting import system  # noqa: E402
from beenthere.trust.membership import ORGANIZATION_KEY  # noqa: E402
from beenthere.trust.models import Organization, User  # noqa: E402
from beenthere.trust.security import LAST_ACTIVE, PERSONA, SECOND_FACTOR, SIGNED_IN_AT  # noqa: E402

PASSWORD = "only for measuring, never for people"
SPECIALISTS, PEOPLE_OF_EACH, DRAFTS_OF_EACH, SEARCHES = 64, 40, 4, 2_000

_SPECIALISTS = """
SELECT worker.user_id FROM workforce_worker worker
  JOIN trust_rolegrant held ON held.user_id = worker.user_id AND held.role = 'specialist'
 WHERE worker.organization_id = %s GROUP BY 1
HAVING EXISTS (SELECT 1 FROM support_assignment a
                WHERE a.worker_id = ANY(array_agg(worker.id)) AND a.ended_at IS NULL)
 ORDER BY 1
"""
_PEOPLE = """
SELECT enrolment.person_id, enrolment.program_id
  FROM support_assignment assigned
  JOIN workforce_worker worker ON worker.id = assigned.worker_id
  JOIN support_enrolment enrolment ON enrolment.id = assigned.enrolment_id
 WHERE worker.user_id = %s AND assigned.ended_at IS NULL AND enrolment.ended_on IS NULL
 ORDER BY 1
"""
# What earlier runs saved and never signed. Nobody has a hundred drafts, and each would be looked at on Today.
_THROW_AWAY = """
DELETE FROM support_encounter WHERE signed_at IS NULL AND id IN (
  SELECT id FROM (
    SELECT id, row_number() OVER (PARTITION BY worker_id ORDER BY id) AS nth
      FROM support_encounter WHERE organization_id = %s AND signed_at IS NULL
  ) AS draft WHERE nth > %s)
"""
_COUNTED = ("people_person", "support_encounter", "trust_auditevent", "consent_consent", "trust_user")


def main() -> None:
    chance = random.Random(int(sys.argv[1]))
    with system("choosing whom to measure as"):
        # Measuring writes notes. Beside a real organization this raises.
        present()
        organization = Organization.objects.order_by("created_at", "id").first()
        with connection.cursor() as cursor:
            cursor.execute(_THROW_AWAY, [organization.id, DRAFTS_OF_EACH])
        users = _rows(_SPECIALISTS, organization.id)
        chosen = chance.sample(users, min(SPECIALISTS, len(users)))
        _know_a_password([user_id for (user_id,) in chosen])
        specialists = [_specialist(user_id, organization, chance) for (user_id,) in chosen]
    drawn = {
        "organization": str(organization.id),
        "password": PASSWORD,
        "specialists": specialists,
        "searches": [_typed(chance) for _ in range(SEARCHES)],
        "names": [row[0] for row in _rows(_NAMES, organization.id)],
        "counts": {table: _rows(f"SELECT count(*) FROM {table}")[0][0] for table in _COUNTED},
    }
    json.dump(drawn, sys.stdout)


_NAMES = "SELECT sort_key FROM people_person WHERE organization_id = %s ORDER BY md5(id::text) LIMIT 500"


def _typed(chance: random.Random) -> str:
    """As people type: two letters or more, first names, full names, nobody."""
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return chance.choice(
        (given, family, f"{given} {family}", given[:3], family[:2], f"{given} {family[:2]}", "Zzyzx")
    )


def _know_a_password(ids: list[Any]) -> None:
    """One hash for all: its cost lies in checking it, and that is the same for each."""
    unknown = [u for u in User.objects.filter(id__in=ids) if not _is_known(u.password)]
    if unknown:
        User.objects.filter(id__in=[u.id for u in unknown]).update(password=_hashed())


_known: dict[str, bool] = {}


def _is_known(encoded: str) -> bool:
    if encoded not in _known:
        _known[encoded] = check_password(PASSWORD, encoded)
    return _known[encoded]


def _hashed() -> str:
    known = next((encoded for encoded, right in _known.items() if right), None)
    return known or make_password(PASSWORD)


def _specialist(user_id: Any, organization: Organization, chance: random.Random) -> dict[str, Any]:
    user = User.objects.get(id=user_id)
    people = _rows(_PEOPLE, user_id)
    drawn = chance.sample(people, min(PEOPLE_OF_EACH, len(people)))
    return {
        "user": str(user_id),
        "email": user.email,
        "session": _session(user, organization),
        "people": [{"id": str(person), "program": str(program)} for person, program in drawn],
    }


def _session(user: User, organization: Organization) -> str:
    """As after the sign-in page and a second step."""
    session, now = import_module(settings.SESSION_ENGINE).SessionStore(), clock.now().timestamp()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[ORGANIZATION_KEY] = str(organization.id)
    session[SIGNED_IN_AT] = session[LAST_ACTIVE] = now
    session[SECOND_FACTOR], session[PERSONA] = True, ""
    session.create()
    return str(session.session_key)


def _rows(question: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return cursor.fetchall()


if __name__ == "__main__":
    main()
