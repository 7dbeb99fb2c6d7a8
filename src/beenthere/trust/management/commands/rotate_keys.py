from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from beenthere.foundation.crypto.keyfile import KeyFileUnusable
from beenthere.trust.checkpoints import signing_key_file
from beenthere.trust.management.organizations import add_organization_option, chosen
from beenthere.trust.models import Organization
from beenthere.trust.rotation import count_keys, new_data_key, new_root_key, seal_again
from beenthere.trust.sealing.signing import SigningKeys


class Command(BaseCommand):
    help = "Begin to use a new key and seal stored text under it. As the owner of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_organization_option(parser)
        only = parser.add_mutually_exclusive_group()
        only.add_argument(
            "--verify", action="store_true", help="Change nothing; open every text and count the keys."
        )
        only.add_argument(
            "--again",
            action="store_true",
            help="No new key: go on sealing stored text under the newest one, as after a stop half-way.",
        )
        only.add_argument("--root", action="store_true", help="A new root key, which wraps all data keys.")
        only.add_argument("--signing", action="store_true", help="A new key to sign the audit with.")
        parser.add_argument("--batch", type=int, default=500, help="Rows in one transaction (500).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._done(options)
        except KeyFileUnusable as problem:
            raise CommandError(str(problem)) from None

    def _done(self, options: dict[str, Any]) -> None:
        if options["root"]:
            self.stdout.write(f"New root key; {new_root_key()} data keys wrapped. Restart all processes.")
        elif options["signing"]:
            SigningKeys.rotate(signing_key_file())
            self.stdout.write("New signing key. Give out the public keys: audit_verify --public-keys")
        elif options["verify"]:
            self._verify(chosen(options["organization"]))
        else:
            self._rotate(chosen(options["organization"]), again=options["again"], at_once=options["batch"])

    def _rotate(self, organizations: list[Organization], *, again: bool, at_once: int) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError(
                "Signed notes are final for the role that serves, in their bytes too. "
                "Run this as the owner: beenthere manage --role owner rotate_keys"
            )
        for organization in organizations:
            if not again:
                new_data_key(organization.id)
            self.stdout.write(f"{organization.name}: sealing stored text under the newest key")
            counts = seal_again(
                organization.id, at_once=at_once, say=lambda line: self.stdout.write(f"  {line}")
            )
            self.stdout.write(f"  done: {counts.newest} texts sealed again, {counts.shut} cannot be opened")

    def _verify(self, organizations: list[Organization]) -> None:
        shut = 0
        for organization in organizations:
            counts = count_keys(organization.id)
            shut += counts.shut
            self.stdout.write(
                f"{organization.name}: {counts.newest} texts under the newest key, {counts.former} under a"
                f" former one, {counts.shut} cannot be opened"
            )
        if shut:
            raise CommandError(f"{shut} texts cannot be opened. The log says why, one by one.", returncode=1)
