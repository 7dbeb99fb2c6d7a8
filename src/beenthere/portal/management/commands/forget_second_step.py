"""For somebody who lost their phone and their recovery codes: the next sign-in asks for a new second step."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from beenthere.portal import events
from beenthere.trust.api import sign_in, system


class Command(BaseCommand):
    help = (
        "Forget the second step of an account, and sign it out everywhere. Until a new one is set up, the"
        " password alone reaches that page: first make sure, in person or over video, who is asking, and have"
        " a second colleague confirm it. Example:"
        " beenthere manage forget_second_step pat@example.org --confirmed-by 'Kim Lee'"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--confirmed-by", required=True, help="the second person who knows who is asking")

    def handle(self, *args: Any, email: str, confirmed_by: str, **options: Any) -> None:
        with system("forgetting a lost second step"), transaction.atomic():
            user = get_user_model().objects.filter(email__iexact=email).first()
            if user is None:
                raise CommandError(f"There is no account {email}. Check the address and run this again.")
            Authenticator.objects.filter(user=user).delete()
            sign_in.end_sessions(user.pk)
            sign_in.note_for(user.pk, events.SECOND_STEP_REMOVED, how="lost", confirmed_by=confirmed_by)
        self.stdout.write(f"Forgotten. {user.name} sets up a new second step at the next sign-in.")
