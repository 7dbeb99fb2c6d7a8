"""Looking up what may be written about, built once for everybody with the same roles (see `kept_queries`)."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from beenthere.support import gates
from beenthere.support.access import May
from beenthere.trust.api import Acting

M = TypeVar("M", bound=Model)


def to_write(
    acting: Acting,
    model: type[M],
    rule: gates.Gate,
    narrow: Callable[..., QuerySet[Any, Any]],
    *shape: Hashable,
    **values: UUID | date | datetime,
) -> list[Any]:
    """`gates.seen` under the permission to write notes: rows, or values where `narrow` asks for them."""
    return gates.seen(acting, model, rule, May.WRITE_NOTES, narrow, *shape, **values)
