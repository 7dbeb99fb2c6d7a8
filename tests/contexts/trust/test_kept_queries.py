"""What a kept query must not be: another reader's, or another day's."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet
from factories.organizations import new_program

from beenthere.foundation import kept_queries
from beenthere.trust.acting import Acting, acting
from beenthere.trust.models import Organization, Program

_SOMEBODY = uuid4()


def named(name: str, *, organization: UUID) -> QuerySet[Program]:
    return Program.objects.filter(name=name, organization_id=organization)


def since(*, organization: UUID, day: date | None = None) -> QuerySet[Program]:
    rows = Program.objects.filter(organization_id=organization)
    return rows.filter(determined_on__gte=day) if day else rows


def a_week_before(*, organization: UUID, day: date) -> QuerySet[Program]:
    return Program.objects.filter(organization_id=organization, determined_on__gte=day + timedelta(days=7))


def of_somebody(*, organization: UUID) -> QuerySet[Program]:
    return Program.objects.filter(organization_id=organization, id=_SOMEBODY)


def nothing(*, organization: UUID) -> QuerySet[Program]:
    return Program.objects.filter(organization_id=organization, id__in=[])


@pytest.fixture
def here(organization: Organization) -> Any:
    new_program(organization, "Determined", part2=True)
    with acting(Acting(organization_id=organization.id, user_id=None, grants=frozenset())):
        yield organization.id


def test_each_shape_and_each_set_of_values_is_a_query_of_its_own(here: UUID) -> None:
    for _ in range(2):
        assert [row.name for row in kept_queries.ask(named, "Determined", organization=here)] == [
            "Determined"
        ]
        assert kept_queries.ask(named, "Nowhere", organization=here) == []
        everything = kept_queries.ask(since, organization=here)
        assert len(everything) > 1
        for day, many in ((date(2000, 1, 1), True), (date(2099, 1, 1), False)):
            assert bool(kept_queries.ask(since, organization=here, day=day)) == many
        assert kept_queries.ask(nothing, organization=here) == []
        assert kept_queries.ask(since, organization=uuid4()) == []


def test_a_day_counted_or_an_id_from_elsewhere_is_refused(here: UUID) -> None:
    with pytest.raises(LookupError, match="a_week_before"):
        kept_queries.ask(a_week_before, organization=here, day=date(2026, 4, 1))
    with pytest.raises(LookupError, match="of_somebody"):
        kept_queries.ask(of_somebody, organization=here)


def test_a_builder_that_carries_something_along_is_refused(here: UUID) -> None:
    with pytest.raises(TypeError, match="shape"):
        kept_queries.ask(lambda organization: since(organization=organization), organization=here)
    with pytest.raises(TypeError, match="nothing to be filled in"):
        kept_queries.ask(since, organization=None)  # type: ignore[arg-type]


def test_lists_of_many_lengths_share_a_few_queries() -> None:
    ids = [uuid4() for _number in range(9)]
    lengths = [len(kept_queries.several(ids[:length])) for length in range(1, 10)]
    assert lengths == [1, 2, 4, 4, 8, 8, 8, 8, 16]
    assert all(
        set(kept_queries.several(ids[:length]).values()) == set(ids[:length]) for length in range(1, 10)
    )
