from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.trust.api import TenantForeignKey, TenantModel

# The elements of 42 CFR 2.31(a), as far as a row can tell. `rules/consent.py` says the same in words; this
# holds when somebody forgets to ask it. The person and the program that shares are never null.
_EVERY_ELEMENT = (
    ~models.Q(segments=[])
    & ~models.Q(purpose="")
    & ~models.Q(revocation_words="")
    & (models.Q(to_program__isnull=False) | ~models.Q(to_whom=""))
    & (models.Q(expires_on__isnull=False) | ~models.Q(expires_when="") | models.Q(no_expiry=True, kind="tpo"))
    & (~models.Q(kind="tpo") | ~models.Q(redisclosure_words=""))
    & models.Q(signature__in=["paper", "screen"], signed_on__isnull=False, signed_name__isnull=False)
)


class Consent(TenantModel):
    """A person's written permission: who may tell what to whom, what for, until when (42 CFR 2.31).

    A draft until someone activates it, which the database allows only when every element is there. What the
    form told the person (how to take it back, what recipients may do) is kept in the words that were signed.
    Consents for counseling notes and for legal proceedings must stand alone and are not recorded here.
    """

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
    no_expiry = models.BooleanField(_("No end"), default=False)
    event_on = models.DateField(_("It happened on"), null=True, blank=True)
    revocation_words = models.TextField(_("How to take it back"), blank=True)
    redisclosure_words = models.TextField(_("What recipients may do"), blank=True)
    signature = models.CharField(max_length=10, choices=Signature.choices, blank=True)
    signed_name = EncryptedTextField(_("Name as signed"), blank=True)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=clock.now)
    created_by_id = models.UUIDField()
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by_id = models.UUIDField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by_id = models.UUIDField(null=True, blank=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_how = models.CharField(max_length=200, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person kind signature signed_on language created_at created_by_id expires_on"
        " no_expiry event_on activated_at activated_by_id revoked_at revoked_by_id revoked_on"
        " revocation_words redisclosure_words",
        part2="from_program to_program to_whom segments purpose expires_when revoked_how",
        identity="signed_name",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "person"], name="consents_of_person"),
            models.Index(
                fields=["organization", "to_program", "from_program"],
                condition=models.Q(activated_at__isnull=False),
                name="consents_to_programs",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    revoked_at__isnull=True, revoked_by_id__isnull=True, revoked_on__isnull=True
                )
                | models.Q(revoked_at__isnull=False, revoked_by_id__isnull=False, revoked_on__isnull=False),
                name="consent_revoked_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(activated_at__isnull=True, activated_by_id__isnull=True)
                | models.Q(activated_at__isnull=False, activated_by_id__isnull=False),
                name="consent_activated_at_and_by",
            ),
            models.CheckConstraint(
                condition=models.Q(activated_at__isnull=True) | _EVERY_ELEMENT,
                name="consent_active_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} consent of {self.person_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id
