"""A landmark: follow from a day those who reached it without the event; exposed is who was exposed by then.

It answers for people who are event-free on that day, and says nothing of what happened before it.
Source: Anderson, Cain & Gelber 1983, 10.1200/JCO.1983.1.11.710.
"""

from dataclasses import replace

from beenthere.evidence.errors import Unfit
from beenthere.evidence.estimate.design import Design
from beenthere.evidence.estimate.sample import Sample

EXPOSED = "exposed by the landmark"


def landmarked(sample: Sample, design: Design) -> Sample:
    """The rows at risk after the landmark, time counted from it. Raises Unfit when one of the two halves
    is missing."""
    day = design.options.get("landmark")
    if design.estimator == "clone_censor_weight":
        return sample
    if (day is None) != (not sample.has("treatment_time")):
        raise Unfit("a landmark needs both: [options] landmark and the column treatment_time.")
    if day is None:
        return sample
    if sample.has("treatment") or sample.has("entry"):
        raise Unfit(
            "with a landmark the exposure is made from treatment_time: leave out treatment and entry."
        )
    frame = sample.frame[sample.column("time") > day].reset_index(drop=True)
    if frame.empty:
        raise Unfit(f"nobody was still followed at the landmark {day:g}.")
    begun = frame[sample.columns["treatment_time"]]
    time = sample.columns["time"]
    frame = frame.assign(**{EXPOSED: (begun <= day).astype(float), time: frame[time] - day})
    columns = {role: column for role, column in sample.columns.items() if role != "treatment_time"}
    step = {
        "step": f"left out: event or end of follow-up by the landmark {day:g}",
        "rows": len(sample) - len(frame),
    }
    return replace(
        sample,
        frame=frame,
        columns={**columns, "treatment": EXPOSED},
        flow=(*sample.flow, step, {"step": "rows followed from the landmark", "rows": len(frame)}),
    )
