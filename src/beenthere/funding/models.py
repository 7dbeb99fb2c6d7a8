from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.funding.rules.judging import State
from beenthere.trust.api import TenantForeignKey, TenantModel


class _DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class ProgramRule(TenantModel):
    """Which payer's rule counts a program's units, for which services, from one day to another.

    `effective_until` is the first day on which it no longer holds. An empty list of paid kinds or modes, and
    an empty maximum or deadline, mean that the payer's text does not say: then nothing is judged by it.
    """

    program = TenantForeignKey("trust.Program", db_index=False)
    rule_key = models.CharField(max_length=60)
    code = models.CharField(max_length=10, default="H0038")
    paid_kinds = models.JSONField(default=list)
    paid_modes = models.JSONField(default=list)
    group_maximum = models.PositiveSmallIntegerField(null=True, blank=True)
    note_within_hours = models.PositiveSmallIntegerField(null=True, blank=True)
    grant_tag = models.CharField(max_length=120, blank=True)
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization program rule_key code paid_kinds paid_modes group_maximum note_within_hours"
        " grant_tag effective_from effective_until"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
                name="rule_holds_at_least_a_day",
            ),
            ExclusionConstraint(
                name="one_rule_per_code_and_day",
                expressions=[
                    ("organization", RangeOperators.EQUAL),
                    ("program", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (
                        _DateRange(F("effective_from"), F("effective_until"), Value("[)")),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "program"], name="rules_of_program")]

    def __str__(self) -> str:
        return f"{self.rule_key} for {self.program_id}"


class EncounterUnits(TenantModel):
    """Units that followed from a signed note. Minutes are the record; units are derived, by a named rule.

    The sentence that explains them is not kept: it follows from the rule and the day's numbers.
    """

    encounter = TenantForeignKey("support.Encounter", db_index=False)
    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    rule_key = models.CharField(max_length=60)
    code = models.CharField(max_length=10)
    on = models.DateField()
    group = models.BooleanField(default=False)
    minutes = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    dropped_minutes = models.PositiveIntegerField(default=0)
    capped_units = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization encounter person rule_key code on group minutes units dropped_minutes"
        " capped_units counted_at withdrawn_at",
        part2="program",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "encounter"], name="units_once_per_encounter")
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "person", "on", "code"], name="units_of_day"),
            models.Index(fields=["organization", "program", "on"], name="units_of_program"),
        ]

    def __str__(self) -> str:
        return f"{self.units} units on {self.on}"


class JudgedNote(TenantModel):
    """What was last found about a signed note that stands: the pages of a month read these rows.

    `units` are 0 where none are counted or can be. Overlaps are not among `findings`: whether one may be told
    depends on who asks, see `NoteOverlap`.
    """

    encounter = TenantForeignKey("support.Encounter", db_index=False)
    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    worker = TenantForeignKey("workforce.Worker", db_index=False)
    on = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=10, blank=True)
    minutes = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=[(state.value, state.value) for state in State])
    findings = models.JSONField(default=list, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization encounter person worker on starts_at code minutes units state findings",
        part2="program",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "encounter"], name="judged_once_per_encounter")
        ]
        indexes: ClassVar = [
            # In the order in which the page shows them.
            models.Index(fields=["organization", "-on", "-starts_at", "encounter"], name="judged_by_day"),
            models.Index(fields=["organization", "program", "on"], name="judged_of_program"),
        ]

    def __str__(self) -> str:
        return f"{self.state} on {self.on}"


class NoteOverlap(TenantModel):
    """`encounter` shares a minute with `other`, which is about this `person` in this `program`. Kept once
    from each side: who may not see the one must not learn of it from the other."""

    encounter = TenantForeignKey("support.Encounter", db_index=False)
    other = TenantForeignKey("support.Encounter", db_index=False)
    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    on = models.DateField()
    same_person = models.BooleanField()

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization encounter other person on same_person", part2="program"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "encounter", "other"], name="overlap_once_a_side")
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "on"], name="overlaps_of_day"),
            models.Index(fields=["organization", "other"], name="overlaps_from_the_other_side"),
        ]

    def __str__(self) -> str:
        return f"{self.encounter_id} overlaps {self.other_id}"


class Recount(TenantModel):
    """Signed notes that are being counted again, day after day: those of a program, or judged again: those
    of a worker. `next_on` is the first day still to do; the row goes when the last is done."""

    program = TenantForeignKey("trust.Program", null=True, blank=True, db_index=False)
    worker = TenantForeignKey("workforce.Worker", null=True, blank=True, db_index=False)
    next_on = models.DateField()
    moved_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization worker next_on moved_at", part2="program"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "program", "worker"], nulls_distinct=False, name="one_recount_of_each"
            ),
            models.CheckConstraint(
                condition=Q(program=None, worker__isnull=False) | Q(program__isnull=False, worker=None),
                name="recount_of_a_program_or_a_worker",
            ),
        ]

    def __str__(self) -> str:
        return f"recount from {self.next_on}"


class CountedBy(TenantModel):
    """By which payers' folders and rules an organization's notes were judged, as a fingerprint."""

    fingerprint = models.CharField(max_length=64)

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization fingerprint")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="counted_by_one_set_of_rules")
        ]

    def __str__(self) -> str:
        return self.fingerprint
