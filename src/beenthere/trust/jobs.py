"""What trust does by the clock."""

import logging

from django.conf import settings

from beenthere.foundation import rate_limits
from beenthere.foundation.jobs import job, retry_stalled
from beenthere.trust import unwritten
from beenthere.trust.as_whom import as_system
from beenthere.trust.checkpoints import organization_ids, seal_pending
from beenthere.trust.mail import outgoing
from beenthere.trust.sealing.checkpoint import NewEraNeeded

log = logging.getLogger(__name__)


@job(
    name="trust.seal_audit",
    as_whom=as_system("sealing the audit of each organization in turn"),
    cron="* * * * * */30",
)
def seal_audit() -> None:
    for organization_id in organization_ids():
        try:
            seal_pending(organization_id)
        except (NewEraNeeded, ValueError) as problem:
            # One organization's trouble must not leave the others unsealed.
            log.error("The audit of %s is not being sealed: %s", organization_id, problem)
        except OSError as no_room:
            # Most often a full disk. The next turn adds what is lacking.
            log.critical(
                "What seals the audit of %s cannot be kept in %s: %s. Make room; it then goes on by itself.",
                organization_id, settings.AUDIT_HEADS, no_room.strerror,
            )  # fmt: skip


@job(
    name="trust.bring_in_reads",
    as_whom=as_system("looks that waited in a file while the database kept nothing new"),
    cron="* * * * *",
)
def bring_in_reads() -> None:
    unwritten.bring_in()


@job(
    name="trust.retry_stalled_jobs",
    as_whom=as_system("jobs whose worker was killed in the middle"),
    cron="* * * * *",
)
def retry_stalled_jobs() -> None:
    retry_stalled()


@job(name="trust.send_mail", as_whom=as_system("a mail that was just written"))
def send_mail() -> None:
    outgoing.send_new()


@job(name="trust.send_waiting_mail", as_whom=as_system("mails that could not be sent yet"), cron="* * * * *")
def send_waiting_mail() -> None:
    outgoing.send_waiting()


@job(name="trust.forget_tries", as_whom=as_system("tries that no longer count"), cron="*/10 * * * *")
def forget_tries() -> None:
    rate_limits.forget_past()
