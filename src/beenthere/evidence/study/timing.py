"""Time zero. A study whose strategies are told apart by what happens later is refused at once.

There is no switch that turns this off, and no table of results without it.
"""

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.timing import IMMORTAL
from beenthere.evidence.study.protocol import ALIGNED, Protocol

WAYS_OUT = (
    'Ways out: (1) fixed = "within" with days = a grace period, and estimators = ["clone_censor_weight"], '
    "which follows everybody from time zero under both strategies; "
    '(2) estimators = ["landmark"], which starts again at a day, keeps those who reached it without the '
    "outcome, and calls exposed who was exposed by then; "
    '(3) fixed = "before", for an exposure already known at time zero, such as a referral on the day.'
)


def check_time_zero(protocol: Protocol, *, where: str = "study") -> None:
    """Raises Unfit when eligibility, assignment and time zero would not coincide."""
    one, zero = protocol.strategies, protocol.eligibility.index
    place = f"{where} [strategies]"
    if one.fixed == "ever":
        raise Unfit(
            f'"ever {one.exposure}" is only known at the end of follow-up, but follow-up starts at the '
            f"{zero}. {IMMORTAL} {WAYS_OUT}",
            where=place,
        )
    unaligned = [name for name in protocol.analysis.estimators if name not in ALIGNED]
    if one.fixed == "within" and unaligned:
        raise Unfit(
            f'"{one.exposure} within {one.days} days" is fixed up to {one.days} days after the {zero}, and '
            f"{', '.join(unaligned)} would follow people from the {zero} on. {IMMORTAL} {WAYS_OUT}",
            where=place,
        )
    aligned = [name for name in protocol.analysis.estimators if name in ALIGNED]
    if one.fixed == "before" and aligned:
        raise Unfit(
            f"{', '.join(aligned)} is for an exposure after time zero; this one is known at time zero. Use "
            "weighted_survival for a first event, ipw or aipw for totals.",
            where=f"{where} [analysis]",
        )
