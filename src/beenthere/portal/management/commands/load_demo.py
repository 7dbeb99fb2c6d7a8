"""Load the synthetic demonstration organizations."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from beenthere.foundation import clock
from beenthere.portal.demo.load import OthersAreHere, load, present
from beenthere.portal.demo.story import Scale


class Command(BaseCommand):
    help = "Load Harbor Light Recovery Community and its neighbor. Every person in them is made up."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when it is already loaded")
        parser.add_argument("--people", type=int, default=Scale.people)
        parser.add_argument("--encounters", type=int, default=Scale.encounters)
        parser.add_argument("--seed", type=int, default=12)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            there = present()
        except OthersAreHere as error:
            raise CommandError(str(error)) from None
        if there:
            if options["if_empty"]:
                return
            raise CommandError("The demonstration is already loaded. `beenthere demo --reset` begins anew.")
        began = time.monotonic()
        scale = Scale(people=options["people"], encounters=options["encounters"])
        load(scale=scale, seed=options["seed"], now=clock.now(), say=self.stdout.write)
        self.stdout.write(f"Loaded in {time.monotonic() - began:.0f} s. All of it is made up.")
