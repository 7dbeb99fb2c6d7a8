"""Small cells: nothing small is shown, and nothing small can be worked out of what is shown."""

import itertools

import numpy as np
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from beenthere.evidence.disclosure import CMS_LARGEST_HIDDEN, Cells, Sum, determined, hidden

COUNTS = st.integers(0, 30)


def one_table(*parts: int) -> Cells:
    names = tuple(f"part{number}" for number in range(len(parts)))
    return Cells(
        counts={"total": sum(parts), **dict(zip(names, parts, strict=True))},
        sums=(Sum(total="total", parts=names),),
    )


def two_ways(grid: list[list[int]]) -> Cells:
    """Rows by columns, with every margin."""
    counts = {f"{r}.{c}": number for r, row in enumerate(grid) for c, number in enumerate(row)}
    rows, columns = range(len(grid)), range(len(grid[0]))
    counts |= {f"row{r}": sum(grid[r]) for r in rows}
    counts |= {f"column{c}": sum(row[c] for row in grid) for c in columns}
    counts["all"] = sum(sum(row) for row in grid)
    sums = [Sum(total=f"row{r}", parts=tuple(f"{r}.{c}" for c in columns)) for r in rows]
    sums += [Sum(total=f"column{c}", parts=tuple(f"{r}.{c}" for r in rows)) for c in columns]
    sums.append(Sum(total="all", parts=tuple(f"row{r}" for r in rows)))
    sums.append(Sum(total="all", parts=tuple(f"column{c}" for c in columns)))
    return Cells(counts=counts, sums=tuple(sums))


def test_a_small_cell_takes_a_second_one_with_it() -> None:
    assert hidden(one_table(3, 40, 50)) == {"part0", "part1"}


def test_two_small_cells_whose_sum_is_small_take_a_third() -> None:
    assert hidden(one_table(2, 1, 50, 60)) == {"part0", "part1", "part2"}
    assert hidden(one_table(6, 7, 50, 60)) == {"part0", "part1"}


def test_zeros_and_large_cells_are_shown() -> None:
    assert hidden(one_table(0, 11, 40)) == frozenset()


def test_a_small_cell_alone_in_its_total_takes_the_total() -> None:
    assert hidden(one_table(5, 0, 0)) == {"part0", "total"}


def test_the_threshold_can_be_set() -> None:
    assert hidden(one_table(12, 40, 50)) == frozenset()
    assert hidden(one_table(12, 40, 50), largest=20) == {"part0", "part1"}


def test_what_goes_with_a_cell_goes() -> None:
    cells = Cells(counts={"below": 4, "above": 0}, sums=(), with_={"below": ("above",)})
    assert hidden(cells) == {"below", "above"}


def solved(cells: Cells, away: frozenset[str]) -> set[str]:
    """By another road than the engine's: a hidden cell is known if adding its unit row raises no rank."""
    names = sorted(away)
    rows = np.array(
        [[(name in one.parts) * 1.0 - (name == one.total) for name in names] for one in cells.sums]
    ).reshape(len(cells.sums), len(names))
    rank = np.linalg.matrix_rank(rows) if names and len(rows) else 0
    return {
        name
        for place, name in enumerate(names)
        if np.linalg.matrix_rank(np.vstack([rows, np.eye(len(names))[place]])) == rank
    }


FIXED = settings(
    derandomize=True,
    max_examples=150,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@FIXED
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=4))
@example([[1, 20, 20], [20, 20, 20], [20, 20, 1]])
def test_no_small_cell_can_be_solved_for(grid: list[list[int]]) -> None:
    cells = two_ways(grid)
    away = hidden(cells)
    small = {name for name, count in cells.counts.items() if 1 <= count <= CMS_LARGEST_HIDDEN}
    assert small <= away
    assert not small & solved(cells, away)
    assert determined(cells, set(away)) == solved(cells, away)


@FIXED
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_total_gives_away_a_small_rest(grid: list[list[int]]) -> None:
    cells = two_ways(grid)
    away = hidden(cells)
    for one in cells.sums:
        rest = sum(cells.counts[part] for part in one.parts if part in away)
        assert one.total in away or not 1 <= rest <= CMS_LARGEST_HIDDEN


def test_the_check_of_the_check_bites() -> None:
    """With one cell of a row hidden, the second road solves for it."""
    assert solved(one_table(3, 40, 50), frozenset({"part0"})) == {"part0"}
    assert all(
        solved(one_table(3, 40, 50), frozenset(pair)) == set()
        for pair in itertools.combinations(("part0", "part1", "part2"), 2)
    )
