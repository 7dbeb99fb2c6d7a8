from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from beenthere.trust.checkpoints import signing_keys, verify_audit
from beenthere.trust.management.organizations import add_organization_option, chosen
from beenthere.trust.models import Organization
from beenthere.trust.sealing.verify import Opening, Report


class Command(BaseCommand):
    help = "Check that the audit is what was sealed: nothing changed, removed, added or reordered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_organization_option(parser)
        parser.add_argument(
            "--public-keys", action="store_true", help="Print the public keys, for an auditor, and stop."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_keys"]:
            self.stdout.write(signing_keys().public_text(), ending="")
            return
        troubled = [o.name for o in chosen(options["organization"]) if not self._report(o)]
        if troubled:
            raise CommandError(f"The audit is not what was sealed: {', '.join(troubled)}.", returncode=1)

    def _report(self, organization: Organization) -> bool:
        report = verify_audit(organization.id)
        self.stdout.write(f"{organization.name} ({organization.id})")
        for line in [*_said(report), *map(_opening, report.openings)]:
            self.stdout.write(f"  {line}")
        return report.ok


def _said(report: Report) -> list[str]:
    if report.finding:
        found = report.finding
        row = f", row {found.event}" if found.event is not None else ""
        return [
            f"WRONG: {found.kind} (checkpoint {found.checkpoint}{row}). {found.sentence}",
            f"Before that: {report.checkpoints} checkpoints with {report.sealed} events are as sealed.",
        ]
    until = f", until {_moment(report.sealed_until)}" if report.sealed_until else ""
    return [
        f"As sealed: {report.checkpoints} checkpoints with {report.sealed} events{until}.",
        f"Not sealed yet: {report.unsealed} events"
        + (f", the oldest from {_moment(report.oldest_unsealed)}." if report.oldest_unsealed else "."),
    ]


def _opening(opening: Opening) -> str:
    lost = f" Checkpoints {opening.lost[0]} to {opening.lost[1]} were lost." if opening.lost else ""
    return f"Restored from a backup at {_moment(opening.sealed_at)}: {opening.reason}.{lost}"


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at else "never"
