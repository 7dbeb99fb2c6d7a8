"""Taking a report about a rule, and answering it."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from beenthere.certification import events
from beenthere.certification.may import May
from beenthere.certification.models import RuleReport
from beenthere.foundation import clock
from beenthere.trust.api import Acting, Refused, action, record

# More than anybody reads. Past it the form says so instead of filling the disk.
MOST_WAITING = 2000


@action(quiet="nobody acts and no organization is concerned: the report itself is what is left")
def send_report(*, id: UUID, credential: str, words: str, found_at: str) -> None:
    """Sent twice, it is one report. Refused when too many wait."""
    if RuleReport.objects.filter(state=RuleReport.State.NEW).count() >= MOST_WAITING:
        raise Refused(_("Too many messages wait to be read. Please try again another day."))
    told = {"credential": credential, "words": words, "found_at": found_at, "sent_at": clock.now()}
    RuleReport.objects.get_or_create(id=id, defaults=told)


@action
def check_report(*, acting: Acting, id: UUID, state: str, answer: str) -> None:
    """Say what was found, once. The list is one for all organizations, and the audit of one does not tell
    what another replaced: so the first answer stands."""
    if not acting.may(May.CHECK_REPORTS):
        raise Refused(_("Only an administrator can do this."))
    report = RuleReport.objects.select_for_update().filter(id=id).first()
    if report is None or state == RuleReport.State.NEW:
        raise Refused(_("There is no such report."))
    if report.state != RuleReport.State.NEW:
        raise Refused(_("This report was answered already, and that answer stands."))
    report.state, report.answer = RuleReport.State(state), answer
    report.checked_at = clock.now()
    report.save(update_fields=["state", "answer", "checked_at"])
    record(
        acting, events.REPORT_CHECKED, object_type="rule report", object_id=id,
        detail={"state": state, "credential": report.credential},
    )  # fmt: skip
