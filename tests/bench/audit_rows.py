"""Fill the audit up to a number of rows, as if people had looked at records for years.

The rows are reads (somebody opened a page), made from the encounters that are there: the same people, the
same specialists, in the order of the days. They are rows like any other, so they are sealed like any other;
until then they count as unsealed.
"""

from collections.abc import Callable, Iterator

import psycopg

READS_OF_A_PERSON = ("person page", "list of notes", "note", "note being written", "goals", "new note")
READS_OF_NOBODY = ("home", "caseload")
READS_PER_VISIT = len(READS_OF_A_PERSON) + len(READS_OF_NOBODY)
# Sealing never parts the rows of one transaction, so a transaction is no larger than a usual checkpoint.
ROWS_AT_ONCE, REPORT_EVERY = 8_000, 500_000

_VISITS = """
CREATE TEMPORARY TABLE visits AS
SELECT row_number() OVER (ORDER BY happened_on, id) AS place, organization_id, person_id, worker_id,
       signed_by_id, happened_on, coalesce(starts_at, happened_on::timestamptz) AS at
  FROM support_encounter
"""
# Made on the server: copied through a client, ten million rows take an hour.
_INSERT = """
INSERT INTO trust_auditevent (organization_id, at, actor_id, roles, verb, object_type, object_id, subject_id,
                              purpose, outcome, session, address, detail)
SELECT visit.organization_id, visit.at + read.turn * interval '3 minutes', visit.signed_by_id, 'specialist',
       CASE WHEN read.about THEN 'person.viewed' ELSE 'page.viewed' END,
       CASE WHEN read.about THEN 'person' ELSE '' END,
       CASE WHEN read.about THEN visit.person_id END,
       CASE WHEN read.about THEN visit.person_id END,
       'support', 'done',
       left(md5(visit.worker_id::text || visit.happened_on::text), 16), left(md5(visit.worker_id::text), 16),
       jsonb_build_object('page', read.page)
  FROM visits visit
 CROSS JOIN (SELECT pages.page, pages.page = ANY(%(about)s) AS about,
                    pages.turn + repeat.number * cardinality(%(pages)s::text[]) AS turn
               FROM unnest(%(pages)s::text[]) WITH ORDINALITY AS pages (page, turn)
              CROSS JOIN generate_series(0, %(repeats)s - 1) AS repeat (number)) read
 WHERE visit.place BETWEEN %(first)s AND %(last)s
 LIMIT %(most)s
"""


def fill(connection: psycopg.Connection, *, up_to: int, after_each: Callable[[int], None]) -> int:
    """Add rows until the audit holds `up_to`; returns how many it holds. As the loader role.

    `after_each` hears how many there are every half million; they are committed then.
    """
    present = _one(connection, "SELECT count(*) FROM trust_auditevent")
    if present >= up_to:
        return present
    told = present
    visits = connection.execute(_VISITS).rowcount
    connection.execute("CREATE INDEX ON visits (place)")
    repeats = -(-(up_to - present) // (visits * READS_PER_VISIT)) if visits else 0
    for first, last in _batches(visits, max(ROWS_AT_ONCE // (READS_PER_VISIT * max(repeats, 1)), 1)):
        asked = {
            "first": first, "last": last, "repeats": repeats, "most": up_to - present,
            "about": list(READS_OF_A_PERSON), "pages": [*READS_OF_A_PERSON, *READS_OF_NOBODY],
        }  # fmt: skip
        present += connection.execute(_INSERT, asked).rowcount
        connection.commit()
        if present - told >= REPORT_EVERY:
            told = present
            after_each(present)
        if present >= up_to:
            break
    return present


def _batches(visits: int, at_once: int) -> Iterator[tuple[int, int]]:
    """First and last place of each batch."""
    for first in range(1, visits + 1, at_once):
        yield first, min(first + at_once - 1, visits)


def _one(connection: psycopg.Connection, question: str) -> int:
    row = connection.execute(question).fetchone()
    return row[0] if row else 0
