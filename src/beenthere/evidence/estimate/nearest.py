"""Nearest neighbours on a line, in n log n: a state's worth of people cannot be compared pair by pair."""

import numpy as np

from beenthere.evidence.estimate.sample import Array, Codes


def pairs_without(
    treated: Codes, control: Codes, score: Array, width: float, ratio: int
) -> list[tuple[int, int]]:
    """Greedy, the likeliest treated first, each control once. Ties go to the lower score, then the earlier
    row.

    ratio controls each, dealt in rounds so that nobody takes a second before all had a first.
    """
    if not len(control):
        return []
    line = control[np.argsort(score[control], kind="stable")]
    values = score[line]
    free = _Free(len(line))
    order = treated[np.argsort(-score[treated], kind="stable")]
    pairs: list[tuple[int, int]] = []
    for _round in range(ratio):
        for person in order.tolist():
            place = free.nearest(values, float(score[person]), width)
            if place is not None:
                pairs.append((person, int(line[place])))
                free.take(place)
    return pairs


def pairs_with_replacement(
    treated: Codes, control: Codes, score: Array, width: float, ratio: int
) -> list[tuple[int, int]]:
    """The `ratio` nearest controls of each treated person, whoever else uses them."""
    if not len(control):
        return []
    line = control[np.argsort(score[control], kind="stable")]
    values = score[line]
    pairs: list[tuple[int, int]] = []
    for person in treated.tolist():
        right = int(np.searchsorted(values, score[person]))
        left = right - 1
        for _count in range(min(ratio, len(line))):
            down = score[person] - values[left] if left >= 0 else np.inf
            up = values[right] - score[person] if right < len(line) else np.inf
            if min(down, up) > width:
                break
            left, right, place = (left - 1, right, left) if down <= up else (left, right + 1, right)
            pairs.append((person, int(line[place])))
    return pairs


class _Free:
    """Which places are free, with jumps over the taken ones (union-find with path halving)."""

    def __init__(self, size: int) -> None:
        self.size = size
        # One place of margin on either side, so that running off the line is a place too.
        self.down = list(range(size + 2))
        self.up = list(range(size + 2))

    def take(self, place: int) -> None:
        self.down[place + 1] = place
        self.up[place + 1] = place + 2

    def nearest(self, values: Array, wanted: float, width: float) -> int | None:
        start = int(np.searchsorted(values, wanted))
        right = _root(self.up, start + 1) - 1
        left = _root(self.down, start) - 1
        up = values[right] - wanted if right < self.size else np.inf
        down = wanted - values[left] if left >= 0 else np.inf
        if min(up, down) > width or min(up, down) == np.inf:
            return None
        return left if down <= up else right


def _root(jumps: list[int], place: int) -> int:
    while jumps[place] != place:
        jumps[place] = jumps[jumps[place]]
        place = jumps[place]
    return place
