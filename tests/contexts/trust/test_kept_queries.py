"""What a kept query must not be: another reader's, or another day's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial, wraps
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet, UUIDField, Value
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


def narrowed(narrow: Callable[..., QuerySet[Program]], *, organization: UUID) -> QuerySet[Program]:
    return narrow(Program.objects.filter(organization_id=organization))


def by_name(rows: QuerySet[Program], *, name: str) -> QuerySet[Program]:
    return rows.filter(name=name)


def named_determined(rows: QuerySet[Program]) -> QuerySet[Program]:
    return by_name(rows, name="Determined")


def determined_by(name: str) -> Callable[..., QuerySet[Program]]:
    def narrow(rows: QuerySet[Program]) -> QuerySet[Program]:
        return by_name(rows, name=name)

    return narrow


@dataclass(frozen=True)
class Holder:
    name: str

    def of(self, rows: QuerySet[Program]) -> QuerySet[Program]:
        return by_name(rows, name=self.name)


@dataclass(frozen=True, kw_only=True)
class Asked:
    narrow: Any


def listing(ids: list[UUID], organization: UUID) -> QuerySet[Program]:
    """Asked with the whole list as one value."""
    several = Value(ids, output_field=ArrayField(UUIDField()))
    return Program.objects.filter(organization_id=organization).annotate(several=several)


def listing_somebody(*, organization: UUID) -> QuerySet[Program]:
    return listing([_SOMEBODY], organization)


def listing_stand_in(*, organization: UUID, program: UUID) -> QuerySet[Program]:
    return listing([program], organization)


def listing_shape(ids: tuple[UUID, ...], *, organization: UUID) -> QuerySet[Program]:
    return listing([*ids], organization)


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


def test_a_function_in_the_shape_carries_nothing_along_either(here: UUID) -> None:
    """Two readers, one function each, made anew for every request: the query would be either's."""
    assert kept_queries.ask(narrowed, named_determined, organization=here)
    made = [lambda rows: rows.filter(name="Determined"), determined_by("Determined"), Holder("Determined").of]
    made += [partial(by_name, name="Determined"), wraps(named_determined)(determined_by("Determined"))]
    for one in made:
        for shape in (one, (one,), frozenset({one}), Asked(narrow=one)):
            with pytest.raises(TypeError, match="shape"):
                kept_queries.ask(narrowed, shape, organization=here)


def test_an_id_from_elsewhere_is_refused_in_a_list_too(here: UUID) -> None:
    with pytest.raises(LookupError, match="listing_somebody"):
        kept_queries.ask(listing_somebody, organization=here)
    with pytest.raises(LookupError, match="listing_stand_in"):
        kept_queries.ask(listing_stand_in, organization=here, program=uuid4())
    assert kept_queries.ask(listing_shape, (_SOMEBODY,), organization=here)


def test_lists_of_many_lengths_share_a_few_queries() -> None:
    ids = [uuid4() for _number in range(9)]
    lengths = [len(kept_queries.several(ids[:length])) for length in range(1, 10)]
    assert lengths == [1, 2, 4, 4, 8, 8, 8, 8, 16]
    assert all(
        set(kept_queries.several(ids[:length]).values()) == set(ids[:length]) for length in range(1, 10)
    )
