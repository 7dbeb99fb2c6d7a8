"""What trust does by the clock."""

import logging

from beenthere.foundation.jobs import job
from beenthere.trust.as_whom import as_system
from beenthere.trust.checkpoints import organization_ids, seal_pending
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
