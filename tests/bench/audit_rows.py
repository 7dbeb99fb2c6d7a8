"""Fill the audit up to a number of rows, as if people had looked at records for years.

The rows are reads (somebody opened a page), made from the encounters that are there: the same people, the
same specialists, in the order of the days. They are rows like any other, so the worker can seal them; until
`beenthere manage audit_seal` has run they count as unsealed.
"""

from collections.abc import Callable, Iterator
from datetime import date

import psycopg

READS_OF_A_PERSON = ("person page", "list of notes", "note", "note being written", "goals", "new note")
READS_OF_NOBODY = ("home", "caseload")
READS_PER_VISIT = len(READS_OF_A_PERSON) + len(READS_OF_NOBODY)

_DAYS = "SELECT happened_on, count(*) FROM support_encounter GROUP BY 1 ORDER BY 1"
# One statement on the server: copied through a client, ten million rows take an hour.
_INSERT = """
INSERT INTO trust_auditevent (organization_id, at, actor_id, roles, verb, object_type, object_id, subject_id,
                              purpose, outcome, session, address, detail)
SELECT e.organization_id,
       coalesce(e.starts_at, e.happened_on::timestamptz) + read.turn * interval '3 minutes',
       e.signed_by_id, 'specialist',
       CASE WHEN read.about THEN 'person.viewed' ELSE 'page.viewed' END,
       CASE WHEN read.about THEN 'person' ELSE '' END,
       CASE WHEN read.about THEN e.person_id END,
       CASE WHEN read.about THEN e.person_id END,
       'support', 'done',
       left(md5(e.worker_id::text || e.happened_on::text), 16), left(md5(e.worker_id::text), 16),
       jsonb_build_object('page', read.page)
  FROM (SELECT * FROM support_encounter WHERE happened_on >= %(since)s AND happened_on <= %(until)s
         ORDER BY happened_on, id) e
 CROSS JOIN (SELECT pages.page, pages.page = ANY(%(about)s) AS about, pages.turn + repeat.number * 8 AS turn
               FROM unnest(%(pages)s::text[]) WITH ORDINALITY AS pages (page, turn)
              CROSS JOIN generate_series(0, %(repeats)s - 1) AS repeat (number)) read
 LIMIT %(most)s
"""


def rows(connection: psycopg.Connection) -> int:
    return int(_one(connection, "SELECT count(*) FROM trust_auditevent"))


def fill(connection: psycopg.Connection, *, up_to: int, say: Callable[[str], None]) -> int:
    """Add rows until the audit holds `up_to`; returns how many it holds. As the loader role."""
    present = rows(connection)
    days = connection.execute(_DAYS).fetchall()
    visits = sum(count for _, count in days)
    repeats = -(-(up_to - present) // (visits * READS_PER_VISIT)) if visits else 0
    for since, until in _batches(days, at_once=500_000 // READS_PER_VISIT):
        if present >= up_to:
            break
        asked = {
            "since": since, "until": until, "repeats": repeats, "most": up_to - present,
            "about": list(READS_OF_A_PERSON), "pages": [*READS_OF_A_PERSON, *READS_OF_NOBODY],
        }  # fmt: skip
        present += connection.execute(_INSERT, asked).rowcount
        connection.commit()
        say(f"{present:,} of {up_to:,} audit rows")
    return present


def _batches(days: list[tuple[date, int]], *, at_once: int) -> Iterator[tuple[date, date]]:
    """First and last day of each batch of about `at_once` visits."""
    held: list[date] = []
    count = 0
    for day, visits in days:
        held.append(day)
        count += visits
        if count >= at_once:
            yield held[0], held[-1]
            held, count = [], 0
    if held:
        yield held[0], held[-1]


def _one(connection: psycopg.Connection, question: str) -> int:
    row = connection.execute(question).fetchone()
    return row[0] if row else 0
