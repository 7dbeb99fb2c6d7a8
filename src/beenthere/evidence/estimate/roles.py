"""What a column can be for an estimator, and what may stand in it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Role:
    """kind: binary, number, positive, at_least_zero, event, any. gaps: an empty cell means something."""

    kind: str
    says: str
    gaps: bool = False


ROLES: dict[str, Role] = {
    "id": Role(kind="any", says="who the row is about"),
    "cluster": Role(kind="any", says="what is drawn as a whole: person, site"),
    "weights": Role(kind="positive", says="how many people the row stands for"),
    "treatment": Role(kind="binary", says="who was treated"),
    "outcome": Role(kind="number", says="the outcome"),
    "time": Role(kind="at_least_zero", says="time from time zero to the event or the end of follow-up"),
    "event": Role(kind="event", says="how the follow-up ended"),
    "entry": Role(kind="at_least_zero", says="when follow-up begins, from time zero"),
    "exposure": Role(kind="positive", says="person-time: what the count or cost was collected over"),
    "group": Role(kind="any", says="for which groups a curve is wanted"),
    "period": Role(kind="number", says="calendar period or month"),
    "post": Role(kind="binary", says="whether the row lies after the start"),
    "first_treated": Role(kind="number", says="the period of the start; empty for never", gaps=True),
    "treatment_time": Role(kind="at_least_zero", says="when treatment began; empty for never", gaps=True),
    "before": Role(kind="number", says="the outcome before"),
    "after": Role(kind="number", says="the outcome after"),
    "events": Role(kind="at_least_zero", says="how many of the row had the event"),
    "total": Role(kind="positive", says="how many people the row counts"),
    "effect": Role(kind="number", says="the effect a study found"),
    "std_error": Role(kind="positive", says="the standard error a study gave"),
    "treated_events": Role(kind="at_least_zero", says="events among the treated of a study"),
    "treated_total": Role(kind="positive", says="the treated of a study"),
    "control_events": Role(kind="at_least_zero", says="events among the controls of a study"),
    "control_total": Role(kind="positive", says="the controls of a study"),
    "study": Role(kind="any", says="the name of a study"),
}
