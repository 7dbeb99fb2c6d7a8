from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.trust.api import TenantForeignKey, TenantModel


class Person(TenantModel):
    """Someone the organization knows by the name they chose. What they receive lives in higher contexts."""

    chosen_name = models.CharField(_("Name they go by"), max_length=120)
    family_name = models.CharField(_("Family name"), max_length=120, blank=True)
    legal_given_name = models.CharField(_("Given name on papers"), max_length=120, blank=True)
    pronouns = models.CharField(_("Pronouns"), max_length=40, blank=True)
    birth_date = models.DateField(_("Date of birth"), null=True, blank=True)
    language = models.CharField(_("Language they prefer"), max_length=8, default="en")
    safe_contact = EncryptedTextField(_("How to reach them safely"), blank=True)
    # Bytewise order of a key made in Python: the embedded server has no ICU.
    sort_key = models.CharField(max_length=260, db_collation="C", editable=False)
    created_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization language created_at",
        identity="chosen_name family_name legal_given_name pronouns birth_date sort_key safe_contact",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "sort_key", "id"], name="people_in_order")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def subject_id(self) -> UUID:
        return self.id

    @property
    def name(self) -> str:
        return f"{self.chosen_name} {self.family_name}".strip()


class NameToken(TenantModel):
    """A normalised piece of a name. Equality and prefix on (organization, token) stay fast under row
    security, where a trigram index is not used."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, db_index=False)
    token = models.CharField(max_length=120, db_collation="C")

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization person", identity="token")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "token", "person"], name="names_by_token"),
            models.Index(fields=["organization", "person"], name="names_by_person"),
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class ContactPoint(TenantModel):
    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("Email")
        ADDRESS = "address", _("Address")

    person = TenantForeignKey(Person, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PHONE)
    value = EncryptedTextField(_("Number or address"))
    fingerprint = models.BigIntegerField(null=True, editable=False)
    may_call = models.BooleanField(_("OK to call"), default=True)
    may_text = models.BooleanField(_("OK to text"), default=False)
    may_leave_message = models.BooleanField(_("OK to leave a message"), default=False)
    quiet_from = models.TimeField(_("Not after"), null=True, blank=True)
    quiet_until = models.TimeField(_("Not before"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person kind may_call may_text may_leave_message quiet_from quiet_until"
        " created_at ended_at",
        identity="value fingerprint",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "person"], name="contacts_of_person"),
            models.Index(fields=["organization", "fingerprint"], name="contacts_by_fingerprint"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id


class CrisisContact(TenantModel):
    """Whom the person wants called when things are hard."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, db_index=False)
    name = EncryptedTextField(_("Name"))
    relation = models.CharField(_("Who they are to the person"), max_length=80, blank=True)
    phone = EncryptedTextField(_("Phone"))
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person created_at ended_at", identity="name relation phone"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "person"], name="crisis_contacts_of_person")
        ]

    def __str__(self) -> str:
        return f"crisis contact of {self.person_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id
