"""Every estimator, one line each."""

from types import MappingProxyType

from beenthere.evidence.estimate import aipw, linear, matching, standardisation, weighting
from beenthere.evidence.estimate.spec import Spec

ESTIMATORS: MappingProxyType[str, Spec] = MappingProxyType(
    {
        family.SPEC.key: family.SPEC
        for family in (
            linear,
            standardisation,
            weighting,
            matching,
            aipw,
        )
    }
)
