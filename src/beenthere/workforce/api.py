"""The door of workforce: what other contexts may call."""

from beenthere.workforce.access import May
from beenthere.workforce.announcements import StandingChanged
from beenthere.workforce.facts import CredentialFacts, HoursLine, WorkerFacts, WorkerStanding
from beenthere.workforce.hours import post_hours, withdraw_hours
from beenthere.workforce.invitations import invitation_path
from beenthere.workforce.queries import (
    credential_on,
    hours_from,
    shown_names,
    signature,
    standing_of,
    worker_names,
    worker_of,
    workers_in,
)

__all__ = [
    "CredentialFacts",
    "HoursLine",
    "May",
    "StandingChanged",
    "WorkerFacts",
    "WorkerStanding",
    "credential_on",
    "hours_from",
    "invitation_path",
    "post_hours",
    "shown_names",
    "signature",
    "standing_of",
    "withdraw_hours",
    "worker_names",
    "worker_of",
    "workers_in",
]
