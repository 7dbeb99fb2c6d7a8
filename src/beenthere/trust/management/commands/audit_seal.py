from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from beenthere.trust.checkpoints import open_new_era, seal_pending
from beenthere.trust.management.organizations import add_organization_option, chosen
from beenthere.trust.sealing.checkpoint import NewEraNeeded


class Command(BaseCommand):
    help = "Seal what the audit holds, now instead of at the worker's next turn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_organization_option(parser)
        parser.add_argument(
            "--open-era",
            metavar="REASON",
            help="After a restore: begin a new era, with the reason reviewers will read. Nobody at work.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for organization in chosen(options["organization"]):
            try:
                if options["open_era"]:
                    open_new_era(organization.id, options["open_era"])
                made = seal_pending(organization.id)
            except (NewEraNeeded, ValueError) as problem:
                raise CommandError(f"{organization.name}: {problem}") from problem
            self.stdout.write(f"{organization.name}: {made} new checkpoints.")
