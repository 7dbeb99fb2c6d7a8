"""What people say is wrong in the rules. The rules themselves are files; nothing else is stored here."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from beenthere.foundation.classes import FieldClass, classify
from beenthere.kernel.ids import uuid7
from beenthere.trust.api import unscoped

MOST_WORDS = 1000


@unscoped("anybody may say that a public rule is wrong; they belong to no organization and act for none")
class RuleReport(models.Model):
    """One report. It asks for no name and no way to answer, so it holds nothing about who sent it."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Checked: the rule was changed")
        KEPT = "kept", _("Checked: the rule stays")
        NOT_A_RULE = "not_a_rule", _("Not about a rule")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    credential = models.CharField(max_length=40)
    words = models.CharField(max_length=MOST_WORDS)
    found_at = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    answer = models.CharField(max_length=MOST_WORDS, blank=True)
    sent_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)

    classes: ClassVar[dict[str, FieldClass]] = classify(
        plain="id credential words found_at state answer sent_at checked_at"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="new", checked_at=None)
                | (~models.Q(state="new") & models.Q(checked_at__isnull=False)),
                name="report_checked_when_not_new",
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"], name="report_by_state")]

    def __str__(self) -> str:
        return f"{self.credential}, {self.state}"
