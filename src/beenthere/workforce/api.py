"""The door of workforce: what other contexts may call."""

from beenthere.workforce.access import May
from beenthere.workforce.announcements import StandingChanged
from beenthere.workforce.facts import Author, CredentialFacts, HoursLine, WorkerFacts, WorkerStanding
from beenthere.workforce.hours import post_hours, withdraw_hours
from beenthere.workforce.invitations import invitation_path
from beenthere.workforce.queries import (
    author_of,
    hours_from,
    shown_names,
    standing_of,
    worker_names,
    worker_of,
    workers_in,
)

__all__ = [
    "Author",
    "CredentialFacts",
    "HoursLine",
    "May",
    "StandingChanged",
    "WorkerFacts",
    "WorkerStanding",
    "author_of",
    "hours_from",
    "invitation_path",
    "post_hours",
    "shown_names",
    "standing_of",
    "withdraw_hours",
    "worker_names",
    "worker_of",
    "workers_in",
]
