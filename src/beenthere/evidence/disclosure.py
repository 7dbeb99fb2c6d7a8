"""Small cells: which counts of a publication must be hidden so that no small one is shown, nor can be
worked out.

Source of the default: CMS cell size suppression policy (resdac.org, node 1506, read 26 January 2024): no
cell of 1 to 10 is shown, nor derivable; 0 may be shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

CMS_LARGEST_HIDDEN = 10


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A total and the parts that make it up, by the names of their cells."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.total, *self.parts)


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Everything a publication lets a reader know: counts, how they add up, and what goes with what.

    with_: cells that are hidden with another one: a numerator with its denominator, a count with what is
    around it.
    """

    counts: Mapping[str, int]
    sums: tuple[Sum, ...]
    with_: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def hidden(cells: Cells, *, largest: int = CMS_LARGEST_HIDDEN) -> frozenset[str]:
    """The cells to hide. Of what stays visible no count of 1 to `largest` can be derived by adding and
    subtracting: neither a cell, nor what all hidden parts of one total come to together.
    """
    found = {name for name, count in cells.counts.items() if 1 <= count <= largest}
    while True:
        found |= {other for name in found for other in cells.with_.get(name, ())}
        more = next(_needed(cells, found, largest), None)
        if more is None:
            return frozenset(found)
        found.add(more)


def _needed(cells: Cells, found: set[str], largest: int) -> Iterator[str]:
    """What has to be hidden beside; empty when nothing small can be derived any more."""
    for one in cells.sums:
        covered = [part for part in one.parts if part in found]
        if _gives_away(cells, one, covered, found, largest):
            yield _smallest(cells, one.parts, found) or _smallest(cells, one.cells, found) or one.total
    for name in sorted(determined(cells, found)):
        if 1 <= cells.counts[name] <= largest:
            near = [one for one in cells.sums if name in one.cells]
            wider = [one for one in cells.sums if found & set(one.cells)]
            for names in (
                [cell for one in near for cell in one.parts],
                [one.total for one in near],
                [cell for one in wider for cell in one.cells],
            ):
                beside = _smallest(cells, names, found)
                if beside:
                    yield beside


def _gives_away(cells: Cells, one: Sum, covered: list[str], found: set[str], largest: int) -> bool:
    if one.total in found:
        return not covered and 1 <= cells.counts[one.total] <= largest
    return 1 <= sum(cells.counts[part] for part in covered) <= largest


def _smallest(cells: Cells, names: Iterable[str], found: set[str]) -> str | None:
    """The cell whose loss costs the reader least. Hiding a zero protects nothing, so zeros stay."""
    shown = [name for name in names if name not in found and cells.counts[name] > 0]
    return min(shown, key=lambda name: (cells.counts[name], name), default=None)


def determined(cells: Cells, found: set[str]) -> set[str]:
    """Hidden cells that the sums fix exactly, all sums taken together: those no solution of the system can
    move."""
    names = sorted(found)
    place = {name: number for number, name in enumerate(names)}
    rows = []
    for one in cells.sums:
        row = np.zeros(len(names))
        for name, sign in ((one.total, -1.0), *((part, 1.0) for part in one.parts)):
            if name in place:
                row[place[name]] += sign
        if row.any():
            rows.append(row)
    if not rows:
        return set()
    free = _null_space(np.array(rows))
    return {name for name, number in place.items() if not np.abs(free[:, number]).max(initial=0.0) > 1e-9}


def _null_space(matrix: np.ndarray) -> np.ndarray:
    _left, sizes, right = np.linalg.svd(matrix, full_matrices=True)
    rank = int((sizes > 1e-9).sum())
    return np.asarray(right[rank:])
