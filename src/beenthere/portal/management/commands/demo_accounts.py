"""Prints whom one can sign in as in the demonstration."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from beenthere.portal.demo.personas import PERSONAS
from beenthere.trust.api import ROLE_DESCRIPTIONS, system


class Command(BaseCommand):
    help = "Print whom one can sign in as in the demonstration, and what is worth a look as that person."

    def handle(self, *args: Any, **options: Any) -> None:
        with system("listing the accounts of the demonstration"):
            emails = [persona.email for persona in PERSONAS]
            known = set(get_user_model().objects.filter(email__in=emails).values_list("email", flat=True))
        shown = [persona for persona in PERSONAS if persona.email in known]
        if not shown:
            self.stdout.write("No practice data is loaded yet: run `beenthere manage load_demo`.")
            return
        self.stdout.write("Open /demo/ in the browser and choose who to be. No password is needed:\n")
        for persona in shown:
            title = ROLE_DESCRIPTIONS[persona.role].title
            self.stdout.write(f"  {persona.name}, {str(title).lower()}\n      {persona.look_at}")
