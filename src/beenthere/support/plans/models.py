from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.trust.api import TenantForeignKey, TenantModel


class Goal(TenantModel):
    """What the person wants, in the person's words. Staff never edit them; a new wording is a new goal."""

    class Domain(models.TextChoices):
        PERSONAL = "personal", _("Health and self")
        HOME = "home", _("Home")
        WORK = "work", _("Work and learning")
        PEOPLE = "people", _("Family and friends")
        COMMUNITY = "community", _("Community")
        RECOVERY = "recovery", _("Recovery")

    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    words = EncryptedTextField(_("In their own words"))
    domain = models.CharField(max_length=12, choices=Domain.choices, blank=True)
    place_in_list = models.PositiveSmallIntegerField(default=0)
    begun_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)
    set_aside_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person place_in_list created_at",
        part2="program",
        health="words domain begun_on reached_on set_aside_on",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "person"], name="goals_of_person")]

    def __str__(self) -> str:
        return f"goal of {self.person_id}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id
