"""Search stays fast because row security lets these comparisons into the index; a LIKE would stay outside."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext
from factories.people import new_person
from factories.support import enrol
from psycopg import Connection

from beenthere.people import api
from beenthere.people.search import begins, named
from beenthere.support.api import May
from beenthere.trust.models import Organization


def conditions(rows: QuerySet) -> list[str]:
    """What the serving role would look up in an index, if it had to use one where one can be used."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    return [line for line in rows.explain().splitlines() if "Index Cond" in line]


@pytest.fixture
def many_tokens(organization: Organization, loader: Connection, owner: Connection) -> None:
    """Enough that the planner weighs what an index saves."""
    person = new_person(organization)
    loader.execute(
        "insert into people_nametoken (id, organization_id, person_id, token)"
        " select gen_random_uuid(), %s, %s, md5(n::text) from generate_series(1, 3000) n",
        [organization.id, person.id],
    )
    owner.execute("analyze people_nametoken")


@pytest.mark.usefixtures("many_tokens")
@pytest.mark.parametrize(
    ("condition", "says"),
    [(begins("gar"), [">= 'gar'", "< 'gar"]), (Q(token="maria"), ["= 'maria'"])],
    ids=["the beginning of a word", "a whole word"],
)
def test_a_word_is_looked_up_in_the_index(acting_as: Callable, condition: Q, says: list[str]) -> None:
    with acting_as("supervisor") as acting:
        (looked_up,) = conditions(named(acting, condition))
    assert all(words in looked_up for words in says)


@pytest.mark.usefixtures("many_tokens")
def test_a_pattern_would_not_be(acting_as: Callable) -> None:
    """The planted violation: LIKE may not see a row before the policy has, so it is only a filter."""
    with acting_as("supervisor") as acting:
        assert not any("token" in one for one in conditions(named(acting, Q(token__startswith="gar"))))


def test_found_and_counted_in_one_query(organization: Organization, acting_as: Callable) -> None:
    enrol(new_person(organization, "Maria", "Garcia"), organization.harbor)
    with acting_as("supervisor") as acting, CaptureQueriesContext(connection) as queries:
        page = api.search_people(acting=acting, may=May.SEE_PEOPLE.value, words="maria gar")
    assert (page.total, len(queries)) == (1, 1)
