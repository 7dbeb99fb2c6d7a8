"""Each measure and its slow twin say the same of every history Hypothesis can think of, and would not if a
rule were wrong."""

import importlib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pytest
import twins
from hypothesis import given
from twins.claims import people
from twins.compared import Row, differing, missed
from twins.engine import Engine
from twins.histories import EXAMPLES, YEAR, worlds
from twins.rows import World

from beenthere.evidence.claims import codes, stays
from beenthere.evidence.claims import people as claimants
from beenthere.evidence.measures import (
    common,
    contacts,
    emergencies,
    followup,
    fui,
    iet,
    readmission_30,
)
from beenthere.evidence.measures.register import MEASURES

LISTS = codes.load(Path(__file__).parent / "value_sets")


def slowly(name: str, world: World, year: int) -> list[Row]:
    twin = importlib.import_module(f"twins.{name}")
    return [row for person in people(world, LISTS) for row in twin.events(person, year)]


def compare(engine: Engine, name: str, year: int, seen: list[list[Row]]) -> None:
    """Fails in the first world on which the two differ; gathers the rows of all before it."""

    @EXAMPLES
    @given(worlds())
    def agree(world: World) -> None:
        engine.fill(world)
        fast, slow = engine.rows(MEASURES[name], year, LISTS), slowly(name, world, year)
        apart = differing(MEASURES[name], fast, slow)
        assert not apart, f"{apart[:2]}\n{world.of(apart[0]['person_id'])}"
        seen.append(slow)

    agree()


@pytest.mark.parametrize("name", list(MEASURES))
@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_measure_and_twin_agree_and_a_fault_would_be_found(engine: Engine, name: str, year: int) -> None:
    seen: list[list[Row]] = []
    compare(engine, name, year, seen)
    assert missed(MEASURES[name], seen) == []


def a_day_more(days_to: Callable[..., ir.Table]) -> Any:
    return lambda *parts, most, **rest: days_to(*parts, most=most + 1, **rest)


def a_day_later(days_to: Callable[..., ir.Table]) -> Any:
    return lambda *parts, least, **rest: days_to(*parts, least=least + 1, **rest)


def a_day_short(covered: Callable[..., ir.BooleanValue]) -> Any:
    return lambda table, *, before, after: covered(table, before=before, after=after - 1)


def a_birthday_late(age: Callable[..., ir.IntegerValue]) -> Any:
    return lambda born, on: age(born + ibis.interval(days=1), on)


def everybody(_rule: Callable[..., ir.BooleanValue]) -> Any:
    return lambda table, *_parts: table.person_id.notnull()


def nobody(_rule: Callable[..., ir.BooleanValue]) -> Any:
    return lambda *_parts: ibis.literal(False)


def any_visit(_rule: Callable[..., ir.Table]) -> Any:
    return lambda claims, _year: claims.visit_lines.select("person_id", "day")


def a_day_on(day: Callable[[int], date]) -> Any:
    return lambda year: day(year) + timedelta(days=1)


def instead(value: int) -> Callable[[int], int]:
    return lambda _right: value


#: One fault of each kind of rule: in which measure it shows, whose code it is in, and what it does there.
PLANTED: dict[str, tuple[str, Any, str, Callable[[Any], Any]]] = {
    "windows end a day late": ("fuh", common, "days_to", a_day_more),
    "windows begin a day late": ("readmission_30", common, "days_to", a_day_later),
    "enrollment is a day too short": ("fui", fui, "covered", a_day_short),
    "birthdays are a day late": ("fum", claimants, "age", a_birthday_late),
    "the last day to begin is a day late": ("psychiatric_readmission", common, "last_index_day", a_day_on),
    "the dead are alive": ("fuh", common, "alive_through", everybody),
    "visits 30 days apart both count": ("fum", emergencies, "WINDOW", instead(30)),
    "a third stay makes an outlier": ("readmission_30", readmission_30, "OUTLIER", instead(3)),
    "the quiet time is a day short": ("iet", iet, "HISTORY", instead(193)),
    "a visit for anything follows an emergency": ("fum", followup, "after_emergency", any_visit),
    "providers of mental health are unknown": ("fua", followup, "by_mental_health_provider", nobody),
    "peers count a year late": ("fuh", followup, "PEERS_COUNT", instead(YEAR + 1)),
    "stays two days apart are one": ("readmission_30", stays, "TRANSFER", instead(2)),
    "month 3 lasts two months": ("peer_support", contacts, "MONTH_3", lambda _right: (61, 120)),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, where, what, wrong = PLANTED[fault]
    monkeypatch.setattr(where, what, wrong(getattr(where, what)))
    engine = Engine()
    with pytest.raises(AssertionError):
        compare(engine, name, YEAR, [])
    engine.backend.disconnect()


def test_every_measure_has_a_twin_and_a_page() -> None:
    folder = Path(twins.__path__[0])
    assert [name for name in MEASURES if not (folder / f"{name}.py").is_file()] == []
