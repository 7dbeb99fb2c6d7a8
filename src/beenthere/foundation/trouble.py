"""What a database error means for the person who waits: whether it passes, and what still works meanwhile.

Only trouble that passes by itself, or by a hand on the server, has a kind. All else is a fault of ours.
"""

from enum import StrEnum

from django.db import DatabaseError, InterfaceError, OperationalError


class Trouble(StrEnum):
    AWAY = "away"  # nobody answers, or the connection broke
    CROWDED = "crowded"  # it answers, and has no connection free
    NO_WRITES = "no_writes"  # it shows what it has and keeps nothing new: read-only, or its disk is full
    SLOW = "slow"  # it was stopped at a limit of time, or gave way to another


# https://www.postgresql.org/docs/18/errcodes-appendix.html
_BY_STATE = {
    "25006": Trouble.NO_WRITES,  # read_only_sql_transaction
    "53100": Trouble.NO_WRITES,  # disk_full
    "53200": Trouble.CROWDED,  # out_of_memory
    "53300": Trouble.CROWDED,  # too_many_connections
    "55P03": Trouble.SLOW,  # lock_not_available
    "57014": Trouble.SLOW,  # query_canceled: statement_timeout
    "40001": Trouble.SLOW,  # serialization_failure
    "40P01": Trouble.SLOW,  # deadlock_detected
    "57P01": Trouble.AWAY,  # admin_shutdown
    "57P02": Trouble.AWAY,  # crash_shutdown
    "57P03": Trouble.AWAY,  # cannot_connect_now
    "57P05": Trouble.AWAY,  # idle_session_timeout
    "58030": Trouble.NO_WRITES,  # io_error
}
# A connection that was refused carries words and no state.
_CROWDED = ("too many clients", "too many connections", "remaining connection slots")


def trouble_of(problem: BaseException | None) -> Trouble | None:
    """The kind of trouble, or None for an error that trying again would only repeat."""
    if isinstance(problem, InterfaceError):
        return Trouble.AWAY
    if not isinstance(problem, DatabaseError):
        return None
    state = getattr(problem.__cause__, "sqlstate", None)
    if state is None:
        return _of_words(problem)
    return _BY_STATE.get(state) or (Trouble.AWAY if state.startswith("08") else None)


def _of_words(problem: DatabaseError) -> Trouble | None:
    """Without a state it is the connection that failed, an operational error of the driver; or something was
    refused before it was asked, by Django (no cause at all) or by the driver (text with a NUL in it)."""
    if problem.__cause__ is None or not isinstance(problem, OperationalError):
        return None
    crowded = any(words in str(problem) for words in _CROWDED)
    return Trouble.CROWDED if crowded else Trouble.AWAY
