"""The options by which a command is told for which organizations it works."""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import CommandError

from beenthere.trust.acting import system
from beenthere.trust.models import Organization


def add_organization_option(parser: ArgumentParser) -> None:
    parser.add_argument("--organization", type=UUID, help="The id of one organization. Without it: all.")


def chosen(organization_id: UUID | None) -> list[Organization]:
    with system("a command's choice of organizations"):
        rows = Organization.objects.order_by("name", "id")
        found = list(rows.filter(id=organization_id) if organization_id else rows)
    if organization_id and not found:
        raise CommandError(f"There is no organization {organization_id}.")
    return found
