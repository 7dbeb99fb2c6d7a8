"""What a study's report may show: all its counts judged together, so that no small one can be worked out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from beenthere.evidence.disclosure import Cells, Sum, hidden
from beenthere.evidence.study.analysis import Analysed

ARMS = ("began", "did not")
Shown = int | None


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """away: the names of hidden cells; see `cells`. largest: the largest count that is not shown."""

    away: frozenset[str]
    largest: int

    def count(self, name: str, number: int) -> Shown:
        return None if name in self.away else number

    def touches(self, place: int, one: Analysed) -> bool:
        """Whether a hidden count could be worked out from the numbers of this analysis.

        A risk gives its events away. A mean per month does not say how many had nothing, so there only few
        people who had anything hide it.
        """
        if any(f"{place}/people/{arm}" in self.away for arm in ARMS):
            return True
        if one.question.window is not None:
            return any(1 <= one.events[arm] <= self.largest for arm in ARMS)
        return any(f"{place}/events/{arm}" in self.away for arm in ARMS)


def judged(
    flow: Sequence[tuple[str, int]],
    analysed: Sequence[Analysed],
    starts: Mapping[str, int],
    risk: Mapping[str, Mapping[int, int]],
    *,
    largest: int,
) -> Hidden:
    """flow: from all to those followed. starts: how many began in each part of the grace period, and not.
    risk: by strategy and day, who is still followed."""
    return Hidden(away=hidden(cells(flow, analysed, starts, risk), largest=largest), largest=largest)


def cells(
    flow: Sequence[tuple[str, int]],
    analysed: Sequence[Analysed],
    starts: Mapping[str, int],
    risk: Mapping[str, Mapping[int, int]],
) -> Cells:
    """Names: flow/N, start/NAME, N/people/ARM, N/events/ARM, risk/ARM/DAY; ~ marks what is never printed but
    can be had."""
    counts = {f"flow/{place}": number for place, (_words, number) in enumerate(flow)}
    last = f"flow/{len(flow) - 1}"
    sums = [Sum(total="flow/0", parts=tuple(f"flow/{place}" for place in range(1, len(flow))))]
    if starts:
        counts |= {f"start/{name}": number for name, number in starts.items()}
        sums.append(Sum(total=last, parts=tuple(f"start/{name}" for name in starts)))
        in_time = tuple(f"start/{name}" for name in starts if name not in ("later", "none"))
        sums += [Sum(total="0/people/began", parts=in_time)] if analysed[0].question.window is None else []
    for place, one in enumerate(analysed):
        for arm in ARMS:
            counts[f"{place}/people/{arm}"] = one.people[arm]
            counts[f"{place}/events/{arm}"] = one.events[arm]
            counts[f"~{place}/others/{arm}"] = one.people[arm] - one.events[arm]
    left, leaving = _risk(dict(zip(ARMS, risk.values(), strict=False)), counts, last)
    return Cells(counts=counts | left, sums=(*sums, *_sums(analysed, last), *leaving), with_={})


def _risk(
    risk: Mapping[str, Mapping[int, int]], counts: Mapping[str, int], last: str
) -> tuple[dict[str, int], list[Sum]]:
    """Who is followed on one day less who is on the next is who left between them; and who is followed at all
    is of those who entered, and of those who began."""
    found: dict[str, int] = {}
    sums: list[Sum] = []

    def within(whole: str, name: str, size: int) -> None:
        if size >= found[name]:
            found[f"~{whole}-{name}"] = size - found[name]
            sums.append(Sum(total=whole, parts=(name, f"~{whole}-{name}")))

    for arm, days in risk.items():
        before = last
        for day, count in days.items():
            name = f"risk/{arm}/{day}"
            found[name] = count
            within(before, name, {**counts, **found}[before])
            people = f"0/people/{arm}"
            within(people, name, counts[people])
            before = name
    return found, sums


def _sums(analysed: Sequence[Analysed], last: str) -> Iterator[Sum]:
    for place, one in enumerate(analysed):
        for arm in ARMS:
            parts = (f"{place}/events/{arm}", f"~{place}/others/{arm}")
            yield Sum(total=f"{place}/people/{arm}", parts=parts)
        whole = one.question.subgroup is None and one.question.window is None
        if whole:
            yield Sum(total=last, parts=tuple(f"{place}/people/{arm}" for arm in ARMS))
        if whole and place and not one.question.control:
            yield from (Sum(total=f"0/people/{arm}", parts=(f"{place}/people/{arm}",)) for arm in ARMS)
        if (
            whole
            and place
            and one.question.outcome == analysed[0].question.outcome
            and not one.question.control
        ):
            yield from (Sum(total=f"0/events/{arm}", parts=(f"{place}/events/{arm}",)) for arm in ARMS)
    yield from _subgroups(analysed)


def _subgroups(analysed: Sequence[Analysed]) -> Iterator[Sum]:
    """The levels of a subgroup add up to the main analysis."""
    columns = dict.fromkeys(one.question.subgroup[0] for one in analysed if one.question.subgroup)
    for column in columns:
        places = [
            place
            for place, one in enumerate(analysed)
            if one.question.subgroup and one.question.subgroup[0] == column
        ]
        for part in ("people", "events"):
            for arm in ARMS:
                yield Sum(total=f"0/{part}/{arm}", parts=tuple(f"{place}/{part}/{arm}" for place in places))
