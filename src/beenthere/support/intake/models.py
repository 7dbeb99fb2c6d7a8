from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.trust.api import TenantForeignKey, TenantModel


class _DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


def _who_and_where() -> Concat:
    """One expression, so that the index behind the constraint serves the constraint alone. With a column for
    each id PostgreSQL took it for every look at a person's enrolments, at five times the cost of a B-tree."""
    ids = (Cast(name, models.TextField()) for name in ("organization_id", "person_id", "program_id"))
    return Concat(*ids)


class Enrolment(TenantModel):
    """A person takes part in a program from one day to another. That they do is itself protected."""

    class EndReason(models.TextChoices):
        GOALS_REACHED = "goals_reached", _("Reached what they came for")
        OWN_CHOICE = "own_choice", _("Chose to stop")
        MOVED = "moved", _("Moved away")
        OTHER_SUPPORT = "other_support", _("Found other support")
        OUT_OF_TOUCH = "out_of_touch", _("We lost touch")
        DIED = "died", _("Died")
        MISTAKE = "mistake", _("Enrolled by mistake")

    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    started_on = models.DateField(_("First day"))
    ended_on = models.DateField(_("Last day"), null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason.choices, blank=True)
    # When the end was recorded and what was closed with it, so that it can be taken back the same day.
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_with = models.JSONField(default=dict, blank=True)
    plan_review_on = models.DateField(_("Plan review due"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    # The last day the person was met in this program. Follows from the encounters; the database keeps it (see
    # docs/decisions/0031): a list of the longest without contact must not read every encounter there is.
    last_contact_on = models.DateField(null=True, editable=False)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person created_at",
        part2="program started_on ended_on end_reason closed_at closed_with plan_review_on last_contact_on",
    )

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_enrolment_at_a_time",
                expressions=[
                    (_who_and_where(), RangeOperators.EQUAL),
                    (_DateRange(F("started_on"), F("ended_on"), Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, end_reason="")
                | Q(ended_on__gte=F("started_on")) & ~Q(end_reason=""),
                name="enrolment_end_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "program", "person"], name="enrolments_of_program"),
            models.Index(fields=["organization", "person", "program"], name="enrolments_of_person"),
            models.Index(
                F("organization"),
                F("program"),
                F("last_contact_on").asc(nulls_first=True),
                F("started_on"),
                F("id"),
                condition=Q(ended_on__isnull=True),
                name="longest_without_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.program_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id


class TakingPart(TenantModel):
    """How many people take part in exactly these programs now, and in no other.

    The number of people of any choice of programs is a sum over a handful of these rows, although somebody in
    two programs counts once. Follows from the enrolments; the database keeps it (see docs/decisions/0031).
    """

    programs = ArrayField(models.UUIDField())
    people = models.IntegerField()

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization programs people")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "programs"], name="taking_part_by_programs")
        ]

    def __str__(self) -> str:
        return f"{self.people} in {len(self.programs)} programs"


class Assignment(TenantModel):
    """The specialist a participant works with, from one moment to another."""

    enrolment = TenantForeignKey(Enrolment, db_index=False, related_name="assignments")
    worker = TenantForeignKey("workforce.Worker", db_index=False)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization began_at ended_at", part2="enrolment worker"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "enrolment"],
                condition=Q(ended_at__isnull=True),
                name="one_specialist_at_a_time",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "worker"],
                condition=Q(ended_at__isnull=True),
                include=["enrolment"],
                name="caseload_of_worker",
            )
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} for {self.enrolment_id}"
