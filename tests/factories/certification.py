"""A report that somebody sent about a rule."""

from datetime import UTC, datetime

from beenthere.certification.models import RuleReport
from beenthere.trust.api import system


def new_rule_report(words: str = "Son 60 horas desde este año.", **fields: object) -> RuleReport:
    told = {"credential": "OH/PRS", "sent_at": datetime(2026, 11, 20, 12, 0, tzinfo=UTC)} | fields
    with system("a report for a test"):
        return RuleReport.objects.create(words=words, **told)
