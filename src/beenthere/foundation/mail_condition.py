"""How mail goes out, kept in the state directory for `beenthere status`, which asks no database."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from beenthere.foundation.remembered import remember, remembered

TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Since when mail does not go out and why, and when one was last given up; empty when all is well."""

    failing_since: str = ""
    why: str = ""
    gave_up_at: str = ""


def works(state: Path) -> None:
    _note(state, replace(_found(state), failing_since="", why=""))


def fails(state: Path, moment: datetime, why: str) -> None:
    before = _found(state)
    _note(state, replace(before, failing_since=before.failing_since or moment.isoformat(), why=why))


def gave_up(state: Path, moment: datetime) -> None:
    _note(state, replace(_found(state), gave_up_at=moment.isoformat()))


def told(state: Path, *, now: datetime) -> Iterator[str]:
    """Lines for `status`; nothing while mail goes out."""
    last = _found(state)
    if last.failing_since:
        yield f"MAIL DOES NOT GO OUT since {_minute(last.failing_since)}: {last.why}"
    if last.gave_up_at and now - datetime.fromisoformat(last.gave_up_at) < TOLD_FOR:
        yield f"MAIL GIVEN UP {_minute(last.gave_up_at)}: tried for a day. Its reader has to ask for it again"


def _found(state: Path) -> Condition:
    return remembered(_file(state), Condition)


def _note(state: Path, condition: Condition) -> None:
    if condition != _found(state):
        remember(_file(state), **asdict(condition))


def _file(state: Path) -> Path:
    return state / "mail.json"


def _minute(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M} UTC"
