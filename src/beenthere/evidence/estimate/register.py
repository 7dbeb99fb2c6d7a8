"""Every estimator, one line each."""

from types import MappingProxyType

from beenthere.evidence.estimate import (
    aipw,
    before_after,
    ccw,
    cost,
    difference,
    fine_gray,
    hazards,
    linear,
    matching,
    meta,
    rates,
    staggered,
    standardisation,
    survival,
    two_by_two,
    weighting,
)
from beenthere.evidence.estimate.spec import Spec

ESTIMATORS: MappingProxyType[str, Spec] = MappingProxyType(
    {
        spec.key: spec
        for spec in (
            linear.SPEC,
            standardisation.SPEC,
            weighting.SPEC,
            matching.SPEC,
            aipw.SPEC,
            survival.KAPLAN_MEIER,
            survival.AALEN_JOHANSEN,
            survival.WEIGHTED,
            hazards.COX,
            hazards.ANDERSEN_GILL,
            fine_gray.SPEC,
            ccw.SPEC,
            rates.POISSON,
            rates.NEGATIVE_BINOMIAL,
            cost.GAMMA,
            cost.TWO_PART,
            difference.DID,
            difference.EVENT_STUDY,
            staggered.SPEC,
            two_by_two.SPEC,
            meta.SPEC,
            before_after.SPEC,
        )
    }
)
