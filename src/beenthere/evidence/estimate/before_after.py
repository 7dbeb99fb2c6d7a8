"""Before and after without a comparison: a change, never an effect.

People are mostly enrolled when things are at their worst, and then things get better by themselves
(regression to the mean). The change is shown with what of it that alone would make, where the design says
what is usual.
Source: Barnett, van der Pols & Dobson 2005, 10.1093/ije/dyh299.
"""

from typing import Any

import numpy as np
from scipy import stats

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.effects import cluster_codes, error_of
from beenthere.evidence.estimate.result import Answer, normal
from beenthere.evidence.estimate.sample import Sample
from beenthere.evidence.estimate.spec import Spec, number, switch


def calculate(sample: Sample, design: Design) -> Answer:
    """The mean change, with Student's t on people or clusters."""
    before, after = sample.column("before"), sample.column("after")
    if len(before) < 2:
        raise Unfit("one person carries no interval.")
    change = after - before
    clusters = cluster_codes(sample)
    grow = 1.0 if clusters is not None else np.sqrt(len(change) / (len(change) - 1))
    error = error_of((change - change.mean()) / len(change), clusters) * grow
    df = float(len(change) - 1 if clusters is None else clusters.max())
    values = {"change": normal(float(change.mean()), error, level=design.level, scale="mean change", df=df)}
    for name, series in (("before", before), ("after", after)):
        spread = error_of((series - series.mean()) / len(series), clusters) * grow
        values[name] = normal(
            float(series.mean()), spread, level=design.level, scale="mean", null=None, df=df
        )
    return Answer(
        headline="change",
        values=values,
        n=len(change),
        estimand_words="the mean change from before to after in the same people, whatever made it",
        method="paired difference, Student's t",
    )


def diagnose(sample: Sample, design: Design, answer: Answer) -> dict[str, Any]:
    before, after = sample.column("before"), sample.column("after")
    varied = np.ptp(before) > 0 and np.ptp(after) > 0
    correlation = float(stats.pearsonr(before, after).statistic) if varied else None
    usual = design.options["usual_mean"]
    found: dict[str, Any] = {"correlation": correlation, "regression_to_the_mean": None}
    if usual is not None and correlation is not None:
        expected = (1 - correlation) * (usual - float(before.mean()))
        found["regression_to_the_mean"] = {
            "expected_change": expected,
            "change_beyond_it": answer.value.estimate - expected,
        }
    chosen = "These people were chosen by how they were before. " if design.options["selected"] else ""
    found["warnings"] = [
        f"{chosen}There is no comparison group, and part or all of this change may be regression to the "
        "mean: who enters at their worst tends to get better with or without help. Use a comparison group "
        "(did, ipw, matching)."
    ]
    return found


SPEC = Spec(
    key="before_after",
    title="Before and after, no comparison",
    estimands=("change",),
    measures=("change",),
    required=("before", "after"),
    optional=("id", "cluster"),
    options={"usual_mean": number(None), "selected": switch(False)},
    causal=False,
    calculate=calculate,
    diagnose=diagnose,
)
