"""Each measure and its slow twin say the same of every history Hypothesis can think of."""

import importlib
from pathlib import Path

import pytest
import twins
from hypothesis import given
from twins.claims import people
from twins.engine import Engine
from twins.histories import EXAMPLES, YEAR, worlds
from twins.rows import World

from beenthere.evidence.claims import codes
from beenthere.evidence.measures.measure import Measure
from beenthere.evidence.measures.register import MEASURES

LISTS = codes.load(Path(__file__).parent / "value_sets")


def key(row: dict[str, object]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in row.items())


def counted(measure: Measure, row: dict[str, object]) -> dict[str, object]:
    """What is counted of a row: a step is asked of those whom the steps before left, a numerator of those in
    the denominator. A measure need not look further into whom it has let go. A rate has no denominator."""
    left = True
    for step in measure.steps:
        row = row | {step.key: left and row[step.key]}
        left = bool(row[step.key])
    if left or measure.kind == "rate":
        return row
    return row | {numerator.key: False for numerator in measure.numerators}


@pytest.mark.parametrize("name", list(MEASURES))
@pytest.mark.parametrize("year", [YEAR - 1, YEAR])
def test_measure_and_twin_agree(engine: Engine, name: str, year: int) -> None:
    twin = importlib.import_module(f"twins.{name}")

    @EXAMPLES
    @given(worlds())
    def agree(world: World) -> None:
        engine.fill(world)
        measure = MEASURES[name]
        slow = [row for person in people(world, LISTS) for row in twin.events(person, year)]
        fast = engine.rows(measure, year, LISTS)
        assert sorted(key(counted(measure, row)) for row in fast) == sorted(
            key(counted(measure, row)) for row in slow
        )

    agree()


def test_every_measure_has_a_twin_and_a_page() -> None:
    folder = Path(twins.__path__[0])
    assert [name for name in MEASURES if not (folder / f"{name}.py").is_file()] == []
