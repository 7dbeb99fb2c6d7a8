"""What follows from a signed note without being typed again, in the same transaction."""

from beenthere.kernel.minutes import minutes_between
from beenthere.support.encounters.models import Encounter, FollowUp, NextKind, PlannedVisit
from beenthere.trust.api import Acting, step
from beenthere.workforce import api as workforce

SOURCE = "encounter"


@step
def follow_from(*, acting: Acting, encounter: Encounter, author: workforce.WorkerFacts) -> None:
    """The planned visit is settled, the next step planned, the hours posted."""
    _settle_visit(encounter)
    _plan_next_step(acting, encounter)
    _post_hours(acting, encounter, supervised=author.supervisor_id is not None)


def _settle_visit(encounter: Encounter) -> None:
    if encounter.planned_visit_id is None:
        return
    met = encounter.result == Encounter.Result.MET
    PlannedVisit.objects.filter(id=encounter.planned_visit_id).update(
        status=PlannedVisit.Status.KEPT if met else PlannedVisit.Status.MISSED
    )


def _plan_next_step(acting: Acting, encounter: Encounter) -> None:
    if encounter.next_step_on is None or not (encounter.next_kind or encounter.next_step):
        return
    calling = encounter.next_kind == NextKind.CALL
    FollowUp.objects.create(
        organization_id=acting.organization_id,
        person_id=encounter.person_id,
        program_id=encounter.program_id,
        worker_id=encounter.worker_id,
        encounter_id=encounter.id,
        kind=FollowUp.Kind.CALL if calling else FollowUp.Kind.TASK,
        what=encounter.next_step or str(NextKind(encounter.next_kind).label),
        due_on=encounter.next_step_on,
    )


def _minutes_of(encounter: Encounter) -> int:
    """Whole minutes by the clock; 0 where a clock time is missing."""
    if encounter.starts_at is None or encounter.ends_at is None:
        return 0
    return minutes_between(encounter.starts_at, encounter.ends_at)


def _post_hours(acting: Acting, encounter: Encounter, *, supervised: bool) -> None:
    minutes = _minutes_of(encounter)
    if encounter.result != Encounter.Result.MET or minutes == 0:
        return
    workforce.post_hours(
        acting=acting,
        worker_id=encounter.worker_id,
        on=encounter.happened_on,
        minutes=minutes,
        kind="supervised" if supervised else "direct",
        source_type=SOURCE,
        source_id=encounter.id,
    )
