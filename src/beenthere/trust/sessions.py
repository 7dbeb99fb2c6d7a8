"""Sessions in the database, which let people go on reading while it keeps nothing new.

A session that cannot be written down stays as it was: the screen then locks a little early, never late. A new
session is another matter: without it nobody is signed in, and so it fails.
"""

import logging

from django.contrib.sessions.backends import db
from django.db import DatabaseError

from beenthere.foundation.trouble import Trouble, trouble_of

log = logging.getLogger(__name__)


class SessionStore(db.SessionStore):
    def save(self, must_create: bool = False) -> None:
        try:
            super().save(must_create)
        except DatabaseError as problem:
            if must_create or trouble_of(problem) is not Trouble.NO_WRITES:
                raise
            log.critical("The database keeps nothing new; a session stays as it was.")
