from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.trust.api import TenantForeignKey, TenantModel


class Consent(TenantModel):
    """A person's written permission: who may tell what to whom, what for, until when (42 CFR 2.31)."""

    class Kind(models.TextChoices):
        TREATMENT_PAYMENT_OPERATIONS = "tpo", _("Treatment, payment and running the program")
        SPECIFIC = "specific", _("A named person, team or organization")

    class Signature(models.TextChoices):
        PAPER = "paper", _("Signed on paper")
        SCREEN = "screen", _("Signed on this screen")
        SPOKEN = "spoken", _("Said out loud; the paper follows")

    person = TenantForeignKey("people.Person", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    from_program = TenantForeignKey("trust.Program", db_index=False)
    to_program = TenantForeignKey("trust.Program", null=True, blank=True, db_index=False)
    to_whom = models.CharField(_("To whom"), max_length=300, blank=True)
    segments = models.JSONField(_("What may be shared"), default=list)
    purpose = models.CharField(_("What for"), max_length=300)
    expires_on = models.DateField(_("Until"), null=True, blank=True)
    expires_when = models.CharField(_("Or until this happens"), max_length=200, blank=True)
    signature = models.CharField(max_length=10, choices=Signature.choices, blank=True)
    signed_name = EncryptedTextField(_("Name as signed"), null=True, blank=True)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.now)
    created_by_id = models.UUIDField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_id = models.UUIDField(null=True, blank=True)
    revoked_how = models.CharField(max_length=200, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person kind signature signed_on language created_at created_by_id expires_on"
        " revoked_at revoked_by_id",
        part2="from_program to_program to_whom segments purpose expires_when revoked_how",
        identity="signed_name",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "person"], name="consents_of_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by_id__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by_id__isnull=False),
                name="consent_revoked_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} consent of {self.person_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id
