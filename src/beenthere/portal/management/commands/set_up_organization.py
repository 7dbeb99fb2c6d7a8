"""Begin an organization on a server, with its first administrator."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from beenthere.trust.api import create_organization, system
from beenthere.workforce.api import invitation_path


class Command(BaseCommand):
    help = (
        "Begin an organization: its encryption key and its first administrator, who gets a link to choose a"
        " password. Programs and sites: see docs/do/add-a-program.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help='as participants know it, for example "River House"')
        parser.add_argument("--administrator", required=True, metavar="NAME")
        parser.add_argument("--email", required=True, help="the administrator's, to sign in with")
        parser.add_argument("--time-zone", default="America/New_York", help="for example America/Chicago")

    def handle(self, *args: Any, name: str, administrator: str, email: str, **options: Any) -> None:
        if settings.DEMO:
            raise CommandError("This is a demonstration. Real organizations get a database of their own.")
        zone = _zone(options["time_zone"])
        with system("setting up an organization"):
            user = _administrator(administrator, email)
        create_organization(name=name, time_zone=zone, administrator_id=user.pk)
        with system("inviting the first administrator"):
            path = invitation_path(user)
        self.stdout.write(
            f"{name} is set up. {administrator} chooses a password here, within three days, once:"
        )
        self.stdout.write(f"  {_site()}{path}")
        self.stdout.write(f"Copy {settings.KEYS} somewhere safe now: without it no sealed word opens again.")


def _site() -> str:
    return "http://localhost:8000" if settings.LOCAL else f"https://{settings.HOST}"


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandError(f"{name} is no time zone. Write one like America/Chicago.") from None


def _administrator(name: str, email: str) -> AbstractBaseUser:
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"{email} is no email address.") from None
    users = get_user_model()._default_manager
    known = users.filter(email__iexact=email).first()
    return known or users.create_user(email, None, name=name)
