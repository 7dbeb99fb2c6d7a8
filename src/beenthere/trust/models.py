from importlib import import_module
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.kernel.ids import uuid7
from beenthere.trust.access import ROLE_DESCRIPTIONS, Role
from beenthere.trust.tenancy import TenantForeignKey, TenantModel, unscoped


@unscoped("the sign-in page asks which organization a person works for before anyone acts for it")
class Organization(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="America/New_York")
    synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id name time_zone synthetic created_at")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@unscoped("who signs in is known before the organization they act for")
class User(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("Email"), unique=True)
    name = models.CharField(_("Name"), max_length=200)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id language is_active created_at last_login",
        identity="email name",
        secret="password",  # noqa: S106
    )

    def __str__(self) -> str:
        return self.name


@unscoped("read at sign-in to learn for which organization a user may act")
class RoleGrant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=[(r.value, d.title) for r, d in ROLE_DESCRIPTIONS.items()])
    program_id = models.UUIDField(null=True, blank=True)
    granted_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization user role program_id granted_at"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "user", "role", "program_id"],
                nulls_distinct=False,
                name="one_grant_per_role_and_program",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[r.value for r in Role]), name="role_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.user_id}"


@unscoped("a browser is recognized before it is known for which organization its user acts")
class Session(AbstractBaseSession):
    """Django's session with its user beside it: to end all sessions of one user, nobody else's is opened."""

    user_id = models.UUIDField(null=True, db_index=True, editable=False)

    objects: ClassVar[models.Manager["Session"]] = models.Manager()  # type: ignore[assignment]  # a plain one

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="user_id expire_date",
        secret="session_key session_data",  # noqa: S106
    )

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store


@unscoped("a forgotten password is asked for before anybody is known to work anywhere")
class OutgoingMail(models.Model):
    """A mail on its way: gone when it is sent. Sealed whole, its reader included.

    A link in it opens an account; neither this table nor a dump of it may.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sealed = models.TextField()
    written_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id written_at due_at tries",
        secret="sealed",  # noqa: S106
    )

    def __str__(self) -> str:
        return str(self.id)


class Site(TenantModel):
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization name address phone")

    def __str__(self) -> str:
        return self.name


class Program(TenantModel):
    """A program, with the laws that someone determined to govern it: by whom, when and why is kept."""

    class NarrativeMode(models.TextChoices):
        STANDARD = "standard", _("Standard: the specialist writes a short note")
        CO_WRITTEN = "co_written", _("Written together: the note is written with the person")
        PERSON_WRITTEN = "person_written", _("The person writes, the specialist adds the facts")
        NONE = "none", _("Facts only: no words about the visit are kept")

    name = models.CharField(max_length=200)
    site = TenantForeignKey(Site, null=True, blank=True)
    part2 = models.BooleanField(default=False)
    determined_by = models.CharField(max_length=200, blank=True)
    determined_on = models.DateField(null=True, blank=True)
    determined_why = models.TextField(blank=True)
    funding_tag = models.CharField(max_length=120, blank=True)
    warm_line = models.CharField(max_length=40, blank=True)
    narrative = models.CharField(max_length=20, choices=NarrativeMode.choices, default=NarrativeMode.STANDARD)
    dictation_hint = models.BooleanField(default=True)
    usual_kinds = models.JSONField(default=list, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization name site part2 determined_by determined_on determined_why funding_tag"
        " warm_line narrative dictation_hint usual_kinds"
    )

    def __str__(self) -> str:
        return self.name


@unscoped("keys are unwrapped before the first sealed field of an organization is read")
class DataKey(models.Model):
    """An organization's data key, wrapped by the root key, which is not in the database."""

    kid = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="kid organization created_at retired_at",
        secret="wrapped",  # noqa: S106
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(retired_at__isnull=True),
                name="one_data_key_in_use",
            )
        ]

    def __str__(self) -> str:
        return str(self.kid)


class AuditEvent(models.Model):
    """What happened, never what was written. Append-only: the database refuses change and removal."""

    id = models.BigAutoField(primary_key=True)
    # No constraint in the database: to check it, every page would lock the one row of its organization. Row
    # security lets nobody write an event of any organization but the one they act for.
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    txid = models.BigIntegerField(
        db_default=RawSQL("(pg_current_xact_id()::text)::bigint", []), editable=False
    )
    at = models.DateTimeField(default=clock.now)
    actor_id = models.UUIDField(null=True)
    roles = models.CharField(max_length=120, blank=True)
    verb = models.CharField(max_length=80)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60, blank=True)
    consent_id = models.UUIDField(null=True)
    outcome = models.CharField(max_length=20, default="done")
    session = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization txid at actor_id roles verb object_type object_id purpose consent_id outcome"
        " session address detail",
        identity="subject_id",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "subject_id", "-id"], name="audit_by_subject"),
            models.Index(fields=["organization", "txid", "id"], name="audit_by_txid"),
            models.Index(
                fields=["organization", "-id"], condition=models.Q(outcome="denied"), name="audit_refused"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AuditCheckpoint(models.Model):
    """A sealed batch: a Merkle root over leaves, linked to the former root, signed outside the database."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()
    body = models.JSONField()

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization number body")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "number"], name="checkpoints_are_numbered")
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.number} of {self.organization_id}"
