from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
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
