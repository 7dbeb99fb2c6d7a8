"""How long finding a person takes, at the size of the database in DATABASE_URL.

    beenthere demo --people 50000 --encounters 1000000      (or `load_demo` into a database of its own)
    .venv/bin/python tests/bench/people_search.py

Searches as people type them: two or more letters, first names, full names, both scripts of an accent, nobody.
Prints the number of searches, the people and the 50th, 95th and 99th percentile in milliseconds.
"""

import random
import statistics
import sys
import time

import django

django.setup()

from beenthere.people.api import search_people  # noqa: E402
from beenthere.portal.demo.names import FAMILY, GIVEN  # noqa: E402
from beenthere.support.api import May  # noqa: E402
from beenthere.trust.acting import Acting, Grant, acting, system  # noqa: E402
from beenthere.trust.api import Role  # noqa: E402
from beenthere.trust.models import Organization, RoleGrant  # noqa: E402

SEARCHES = int(sys.argv[1]) if len(sys.argv) > 1 else 400


def typed(chance: random.Random) -> str:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return chance.choice(
        (given, family, f"{given} {family}", given[:3], family[:2], f"{given} {family[:2]}", "Zzyzx")
    )


def specialist() -> Acting:
    with system("choosing whom to search as"):
        organization = Organization.objects.order_by("created_at").first()
        grant = RoleGrant.objects.filter(organization=organization, role=Role.SPECIALIST).first()
        programs = RoleGrant.objects.filter(user=grant.user).values_list("program_id", flat=True)
        grants = frozenset(Grant(role=Role.SPECIALIST, program_id=program) for program in programs)
        return Acting(organization_id=organization.id, user_id=grant.user_id, grants=grants)


def main() -> None:
    chance = random.Random(7)
    who = specialist()
    took, found = [], 0
    for _ in range(SEARCHES):
        words = typed(chance)
        with acting(who):
            began = time.perf_counter()
            page = search_people(acting=who, may=May.SEE_PEOPLE, words=words)
            took.append((time.perf_counter() - began) * 1000)
            found += page.total
    cuts = statistics.quantiles(took, n=100)
    sys.stdout.write(
        f"{SEARCHES} searches, {found / SEARCHES:.0f} found on average: "
        f"p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms\n"
    )


if __name__ == "__main__":
    main()
