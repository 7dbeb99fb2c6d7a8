"""The door of workforce: what other contexts may call."""

from beenthere.workforce.facts import CredentialFacts, HoursLine, WorkerFacts
from beenthere.workforce.hours import post_hours, withdraw_hours
from beenthere.workforce.queries import (
    credential_on,
    hours_from,
    signature,
    worker_names,
    worker_of,
    workers_in,
)

__all__ = [
    "CredentialFacts",
    "HoursLine",
    "WorkerFacts",
    "credential_on",
    "hours_from",
    "post_hours",
    "signature",
    "withdraw_hours",
    "worker_names",
    "worker_of",
    "workers_in",
]
