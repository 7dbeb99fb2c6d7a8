"""Django's `migrate`, which never makes people queue behind it.

A change to a table that somebody reads has to wait for them, and everybody who comes later waits behind the
change. So it waits two seconds for each lock, steps aside, and comes again.
"""

import time
from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

WAIT = "2s"
TRIES = 5
PAUSE_SECONDS = 2.0
LOCK_NOT_AVAILABLE = "55P03"


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        for again in range(TRIES):
            time.sleep(PAUSE_SECONDS if again else 0)
            with connections[options["database"]].cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{WAIT}'")
            try:
                super().handle(*args, **options)
                return
            except OperationalError as problem:
                if getattr(problem.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                    raise
            self.stderr.write("A table is in use; stepping aside for a moment, then trying again.")
        raise CommandError(
            f"A table was in use each of the {TRIES} times. Nothing of this migration was done, those before"
            " it are kept, and BeenThere goes on serving. Look in pg_stat_activity which transaction is"
            " oldest, let it end, then run this again."
        )
