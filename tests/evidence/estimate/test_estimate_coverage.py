"""Worlds with known truth: every estimator meets it on average, and its interval holds it as often as it
says.

Tolerances come from the Monte Carlo error of so many draws: four of them, and for the bias a tenth of the
spread more, which is what samples of a few hundred may cost. The long run is docs/look-up/coverage.md.
"""

import pytest
from worlds import SLOW, WORLDS, Record, World, repeat

DRAWS = 150


def judged(world: World, record: Record) -> list[str]:
    """What speaks against the estimator, in words; empty when nothing does."""
    said = []
    if abs(record.bias) > 4 * record.bias_error + 0.1 * record.spread:
        said.append(f"biased by {record.bias:.4f}, which is {record.bias / record.spread:.2f} of its spread")
    if record.coverage < 0.95 - 4 * record.coverage_error:
        said.append(f"the 95 % interval held the truth in {record.coverage:.1%}")
    if not world.wide and record.mean_error > 1.6 * record.spread:
        said.append(f"standard errors of {record.mean_error:.4f} for a spread of {record.spread:.4f}")
    if record.failed > record.count // 20:
        said.append(f"{record.failed} draws gave no answer")
    return said


@pytest.mark.parametrize("name", WORLDS)
def test_the_truth_is_met(name: str) -> None:
    assert judged(WORLDS[name], repeat(WORLDS[name], DRAWS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_the_truth_is_met_slowly(name: str) -> None:
    assert judged(SLOW[name], repeat(SLOW[name], 40)) == []


def test_a_biased_estimator_would_be_found() -> None:
    world = WORLDS["linear"]
    record = repeat(world, 50)
    moved = Record(**{**vars(record), "bias": record.bias + record.spread})
    narrow = Record(**{**vars(record), "coverage": 0.7})
    assert len(judged(world, moved)) == 1
    assert len(judged(world, narrow)) == 1
