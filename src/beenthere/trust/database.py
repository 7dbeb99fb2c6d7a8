"""Wall one at the connection: no query without someone acting, no write outside an action."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings

from beenthere.trust.acting import Acting, NoActing, SystemActing, ambient
from beenthere.trust.ledger import WriteOutsideAction, action_is_open
from beenthere.trust.tenancy import belongs_to_an_organization

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
# Reads leave their event beside an action; the table takes nothing but additions, see `walls`.
_APPEND_ONLY = frozenset({"trust_auditevent"})
# Anywhere in the statement: a write can hide in a WITH.
_WRITES = re.compile(
    r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?"?([a-z0-9_]+)',
    re.IGNORECASE,
)


@cache
def tenant_tables() -> frozenset[str]:
    return frozenset(m._meta.db_table for m in apps.get_models() if belongs_to_an_organization(m))


def watch_connection(sender: object, connection: Any, **kwargs: object) -> None:
    if settings.DATABASE_ROLE == "app" and guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


def guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    who = ambient()
    text = str(sql)
    if who is None:
        raise NoActing(f"a query was made and nobody is acting: {text[:120]}")
    if isinstance(who, SystemActing):
        _only_unscoped(text, who)
    elif isinstance(who, Acting):
        _only_in_action(text)
    return execute(sql, params, many, context)


def _only_unscoped(sql: str, who: SystemActing) -> None:
    touched = _touched(sql)
    if touched:
        raise NoActing(
            f"{who.reason!r} runs outside any organization and may not touch {', '.join(sorted(touched))}"
        )


def _only_in_action(sql: str) -> None:
    written = _written(sql)
    if written and not action_is_open():
        raise WriteOutsideAction(f"{', '.join(sorted(written))} is written only inside an action")


# Statements come with places for their values, so the same few hundred texts come again and again.
@lru_cache(maxsize=2048)
def _touched(sql: str) -> frozenset[str]:
    return tenant_tables().intersection(_NAME.findall(sql))


@lru_cache(maxsize=2048)
def _written(sql: str) -> frozenset[str]:
    tables = tenant_tables() - _APPEND_ONLY
    return tables.intersection(table.lower() for table in _WRITES.findall(sql))
