"""Every measure, one line each. To add one: docs/do/add-a-measure.md."""

from beenthere.evidence.errors import Unfit
from beenthere.evidence.measures import readmission_30
from beenthere.evidence.measures.measure import Measure

MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        readmission_30.MEASURE,
    )
}


def measure_named(name: str) -> Measure:
    if name not in MEASURES:
        raise Unfit(f"there is no measure {name}; there are: {', '.join(MEASURES)}")
    return MEASURES[name]
