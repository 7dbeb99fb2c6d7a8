from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true")
        parser.add_argument("--people", type=int, default=3)
        parser.add_argument("--encounters", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, count(*) FROM note")
            role, count = cursor.fetchone()
            if count == 0:
                cursor.executemany("INSERT INTO note (words) VALUES (%s)", [["demo"]] * options["people"])
        self.stdout.write(f"loaded as {role}")
