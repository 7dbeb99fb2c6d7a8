"""Every measure, one line each. To add one: docs/do/add-a-measure.md."""

from beenthere.evidence.errors import Unfit
from beenthere.evidence.measures import (
    ed_use,
    fua,
    fuh,
    fui,
    fum,
    iet,
    peer_starts,
    peer_support,
    psychiatric_readmission,
    readmission_30,
)
from beenthere.evidence.measures.measure import Measure

MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        fuh.MEASURE,
        fum.MEASURE,
        fua.MEASURE,
        fui.MEASURE,
        iet.MEASURE,
        readmission_30.MEASURE,
        psychiatric_readmission.MEASURE,
        ed_use.MEASURE,
        peer_support.MEASURE,
        peer_starts.MEASURE,
    )
}


def measure_named(name: str) -> Measure:
    if name not in MEASURES:
        raise Unfit(f"there is no measure {name}; there are: {', '.join(MEASURES)}")
    return MEASURES[name]
