from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.trust.api import TenantForeignKey, TenantModel


class Worker(TenantModel):
    """Someone who gives support here, paid or as a volunteer."""

    class Employment(models.TextChoices):
        STAFF = "staff", _("Paid staff")
        VOLUNTEER = "volunteer", _("Volunteer")

    user = models.ForeignKey("trust.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("Name"), max_length=120)
    shown_as = models.CharField(_("Name shown to participants"), max_length=120)
    position = models.CharField(_("Position"), max_length=120, blank=True)
    employment = models.CharField(max_length=10, choices=Employment.choices, default=Employment.STAFF)
    supervisor = TenantForeignKey("self", null=True, blank=True, db_index=False)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization user position employment supervisor started_on ended_on",
        identity="name shown_as",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "user"], name="one_worker_per_user"),
            models.CheckConstraint(
                condition=~models.Q(supervisor=models.F("id")), name="nobody_supervises_themselves"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Certification(TenantModel):
    """A credential a worker holds, as recorded; what it takes to get one is for the certification context."""

    worker = TenantForeignKey(Worker, db_index=False)
    credential = models.CharField(_("Credential"), max_length=120)
    letters = models.CharField(_("Letters after the name"), max_length=20, blank=True)
    number = models.CharField(_("Number"), max_length=60, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization worker credential letters valid_from valid_until", identity="number"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "worker"], name="credentials_of_worker")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="credential_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.credential


class HoursEntry(TenantModel):
    """Minutes of work, posted once by what they came from and never typed again."""

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct support")
        SUPERVISED = "supervised", _("Direct support under supervision")
        SUPERVISION = "supervision", _("Supervision received")

    worker = TenantForeignKey(Worker, db_index=False)
    on = models.DateField()
    minutes = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    posted_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization worker on minutes kind source_type source_id posted_at withdrawn_at"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "source_type", "source_id", "kind"], name="hours_post_once"
            ),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="hours_are_above_zero"),
        ]
        indexes: ClassVar = [models.Index(fields=["organization", "worker", "on"], name="hours_of_worker")]

    def __str__(self) -> str:
        return f"{self.minutes} {self.kind} minutes on {self.on}"
