from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from beenthere.foundation import clock
from beenthere.foundation.classes import FieldClass, classify
from beenthere.foundation.crypto.fields import EncryptedTextField
from beenthere.support.plans.models import Goal
from beenthere.trust.api import TenantForeignKey, TenantModel


class Kind(models.TextChoices):
    """What kind of support a visit was. A program shows its six most used first."""

    ONE_TO_ONE = "one_to_one", _("One-to-one support")
    CHECK_IN = "check_in", _("Short check-in")
    GOAL_WORK = "goal_work", _("Working on a goal")
    GROUP = "group", _("Group")
    GOING_ALONG = "going_along", _("Going along to something")
    RESOURCES = "resources", _("Finding resources")
    CRISIS = "crisis", _("Support in a hard moment")
    OUTREACH = "outreach", _("Outreach")
    PLANNING = "planning", _("Wellness planning")
    SKILLS = "skills", _("Practicing a skill")
    ADVOCACY = "advocacy", _("Speaking up together")
    CELEBRATION = "celebration", _("Marking a milestone")


class Mode(models.TextChoices):
    IN_PERSON = "in_person", _("In person")
    PHONE = "phone", _("Phone")
    VIDEO = "video", _("Video")
    TEXT = "text", _("Text")


class NextKind(models.TextChoices):
    CALL = "call", _("Call them")
    MEET = "meet", _("Meet again")
    DO = "do", _("Do something for them")


class Place(models.TextChoices):
    CENTER = "center", _("Our center")
    HOME = "home", _("Their home")
    COMMUNITY = "community", _("Out in the community")
    HOSPITAL = "hospital", _("Hospital")
    JAIL = "jail", _("Jail or court")
    PHONE = "phone", _("On the phone")
    VIDEO = "video", _("On video")
    OTHER = "other", _("Somewhere else")


class PlannedVisit(TenantModel):
    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        KEPT = "kept", _("Met")
        MISSED = "missed", _("Did not meet")
        CANCELLED = "cancelled", _("Called off")

    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    worker = TenantForeignKey("workforce.Worker", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.ONE_TO_ONE)
    place = models.CharField(max_length=20, choices=Place.choices, blank=True)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    created_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person worker kind place starts_at minutes status created_at", part2="program"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization", "worker", "starts_at"], name="visits_of_worker"),
            models.Index(fields=["organization", "person", "starts_at"], name="visits_of_person"),
        ]

    def __str__(self) -> str:
        return f"visit {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id


class Encounter(TenantModel):
    """What happened between a participant and a specialist, and the one short note about it.

    A draft until signed. Once signed its content is final, in the database too; later words are addenda, and
    a note entered in error is withdrawn, not changed.
    """

    class Result(models.TextChoices):
        MET = "met", _("We met")
        NO_SHOW = "no_show", _("They couldn't make it")
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message")

    class WithdrawnWhy(models.TextChoices):
        WRONG_PERSON = "wrong_person", _("It was about someone else")
        WRONG_DAY = "wrong_day", _("It was another day or time")
        DUPLICATE = "duplicate", _("It is there twice")
        NEEDED_MENDING = "needed_mending", _("A fact in it needed mending")
        DID_NOT_HAPPEN = "did_not_happen", _("It did not happen")

    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    worker = TenantForeignKey("workforce.Worker", db_index=False)
    planned_visit = TenantForeignKey(PlannedVisit, null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    result = models.CharField(max_length=20, choices=Result.choices, default=Result.MET)
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.IN_PERSON)
    place = models.CharField(max_length=20, choices=Place.choices, blank=True)
    happened_on = models.DateField()
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    goal = TenantForeignKey(Goal, null=True, blank=True, db_index=False)
    group_size = models.PositiveSmallIntegerField(null=True, blank=True)
    purpose = EncryptedTextField(blank=True)
    what_we_did = EncryptedTextField(blank=True)
    response = EncryptedTextField(blank=True)
    next_step = EncryptedTextField(blank=True)
    next_kind = models.CharField(max_length=6, choices=NextKind.choices, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    written_together = models.BooleanField(default=False)
    not_billable = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=64, editable=False)
    # Which open form wrote last, and its how-manieth time: a late or doubled request of one form is told from
    # another form's.
    edited_in = models.UUIDField(null=True, editable=False)
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by_id = models.UUIDField(null=True, blank=True)
    signed_as = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_id = models.UUIDField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=20, choices=WithdrawnWhy.choices, blank=True)
    moved_to = TenantForeignKey("self", null=True, blank=True, db_index=False)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person worker planned_visit kind result mode place happened_on starts_at"
        " ends_at group_size next_kind next_step_on edited_in edit_number written_together not_billable"
        " content_hash created_at saved_at signed_at"
        " signed_by_id signed_as withdrawn_at withdrawn_by_id withdrawn_why moved_to",
        part2="program",
        health="goal purpose what_we_did response next_step",
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="encounter_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by_id__isnull=True)
                | Q(signed_at__isnull=False, signed_by_id__isnull=False),
                name="encounter_signed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by_id__isnull=True, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by_id__isnull=False, signed_at__isnull=False)
                & ~Q(withdrawn_why=""),
                name="encounter_withdrawn_at_by_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "person", "-happened_on"], name="encounters_of_person"),
            models.Index(fields=["organization", "worker", "happened_on"], name="encounters_of_worker"),
            models.Index(
                fields=["organization", "worker", "happened_on"],
                condition=Q(signed_at__isnull=True),
                name="drafts_of_worker",
            ),
            # Notes of a program that stand, day after day: for counting them again after its rule changed.
            models.Index(
                fields=["organization", "program", "happened_on"],
                condition=Q(signed_at__isnull=False, withdrawn_at__isnull=True),
                name="standing_notes_of_program",
            ),
            # Throwing a draft away asks, in the database too, which note was moved to it.
            models.Index(
                fields=["organization", "moved_to"],
                condition=Q(moved_to__isnull=False),
                name="encounters_moved_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.happened_on}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id


class ThrownAwayDraft(TenantModel):
    """The id of a draft that its author threw away. A request that was sent before and arrives after must not
    bring the draft back."""

    thrown_away_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(plain="id organization thrown_away_at")

    def __str__(self) -> str:
        return str(self.id)


class Addendum(TenantModel):
    """Words added to a signed note."""

    encounter = TenantForeignKey("support.Encounter", db_index=False)
    words = EncryptedTextField(_("What needs adding"))
    added_at = models.DateTimeField(default=clock.now)
    added_by_id = models.UUIDField()
    added_as = models.CharField(max_length=200)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization encounter added_at added_by_id added_as", health="words"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization", "encounter"], name="addenda_of_encounter")]

    def __str__(self) -> str:
        return f"addendum to {self.encounter_id}"


class FollowUp(TenantModel):
    """A call to make or a thing to do for a person, by a day; often the next step of a note."""

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        TASK = "task", _("To do")

    person = TenantForeignKey("people.Person", db_index=False)
    program = TenantForeignKey("trust.Program", db_index=False)
    worker = TenantForeignKey("workforce.Worker", db_index=False)
    encounter = TenantForeignKey("support.Encounter", null=True, blank=True, db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.TASK)
    what = EncryptedTextField(blank=True)
    due_on = models.DateField()
    due_at = models.TimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id organization person worker encounter kind due_on due_at attempts done_at created_at",
        part2="program",
        health="what",
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "worker", "due_on"],
                condition=Q(done_at__isnull=True),
                name="follow_ups_of_worker",
            ),
            models.Index(fields=["organization", "person"], name="follow_ups_of_person"),
            models.Index(
                fields=["organization", "encounter"],
                condition=Q(encounter__isnull=False),
                name="follow_ups_of_encounter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} due {self.due_on}"

    @property
    def subject_id(self) -> UUID:
        return self.person_id
