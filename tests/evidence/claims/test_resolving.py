"""Corrections: the rules one by one, the twin on everything, and the quick way against the whole way."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from twins.claims import standing as slowly
from twins.engine import Engine
from twins.histories import EXAMPLES, worlds
from twins.rows import Line, World, as_rows

from beenthere.evidence.claims.resolving import judge, resolve, standing

SENT = Line(
    person_id="P1",
    claim_id="C1",
    claim_start_date=date(2025, 3, 1),
    paid_amount=100.0,
    paid_date=date(2025, 3, 20),
)
BACK = replace(SENT, paid_amount=-100.0, paid_date=date(2025, 4, 1))
AGAIN = replace(SENT, paid_amount=80.0, paid_date=date(2025, 4, 2))


@pytest.mark.parametrize(
    ("sent", "amounts", "twice", "back", "superseded"),
    [
        ((SENT, SENT, SENT), [100.0], 2, 0, 0),
        ((SENT, BACK), [], 0, 2, 0),
        ((SENT, BACK, AGAIN), [80.0], 0, 2, 0),
        ((SENT, AGAIN), [80.0], 0, 0, 1),
        ((SENT, replace(BACK, paid_amount=-30.0)), [70.0], 0, 1, 0),
        ((BACK,), [], 0, 1, 0),
        ((BACK, BACK), [], 1, 1, 0),
        ((SENT, replace(SENT, claim_line_number=2)), [100.0, 100.0], 0, 0, 0),
        ((SENT, replace(SENT, person_id="P2")), [100.0, 100.0], 0, 0, 0),
    ],
)
def test_the_rules(
    engine: Engine, sent: tuple[Line, ...], amounts: list[float], twice: int, back: int, superseded: int
) -> None:
    engine.fill(World(lines=sent))
    found = resolve(engine.tables["lines"], lambda _name, table: table)
    assert sorted(row["paid_amount"] for row in found.lines.to_pyarrow().to_pylist()) == amounts
    assert (found.sent_twice, found.taken_back, found.superseded) == (twice, back, superseded)


@EXAMPLES
@given(worlds())
def test_twin_and_quick_way_agree(engine: Engine, world: World) -> None:
    engine.fill(world)
    lines = engine.tables["lines"]
    whole = standing(judge(lines)).select(*lines.columns)
    quick = resolve(lines, lambda _name, table: table).lines
    expected = sorted(map(str, as_rows(tuple(slowly(world.lines)))))
    assert sorted(map(str, whole.to_pyarrow().to_pylist())) == expected
    assert sorted(map(str, quick.to_pyarrow().to_pylist())) == expected
