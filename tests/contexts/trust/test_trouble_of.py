"""Which errors of the database pass by themselves."""

import psycopg
import pytest
from django.db import DataError, OperationalError, connection

from beenthere.foundation.trouble import Trouble, trouble_of
from beenthere.trust.acting import system


def test_a_value_that_cannot_be_sent_is_no_trouble_of_the_database(database: str) -> None:
    """The driver refuses it before anything is asked: trying again would only repeat it."""
    with system("test"), connection.cursor() as cursor, pytest.raises(DataError) as refused:
        cursor.execute("SELECT %s", ["a\0b"])
    assert trouble_of(refused.value) is None


def test_nobody_who_answers_is_trouble_that_passes() -> None:
    with pytest.raises(OperationalError) as away, connection.wrap_database_errors:
        psycopg.connect("host=127.0.0.1 port=1 connect_timeout=5")
    assert trouble_of(away.value) is Trouble.AWAY
