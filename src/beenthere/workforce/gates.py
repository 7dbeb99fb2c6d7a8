"""Who sees colleagues: whoever holds the permission, all of them. Staff are not a secret to each other."""

from beenthere.trust.api import everyone_in_the_organization, gate
from beenthere.workforce.models import Certification, Worker


def register() -> None:
    gate(Worker, everyone_in_the_organization)
    gate(Certification, everyone_in_the_organization)
