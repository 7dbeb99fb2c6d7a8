"""The only two ways a view fetches. Fetching is the permission: what may not be seen does not exist."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.http import Http404

from beenthere.trust.acting import Acting, current

M = TypeVar("M", bound=models.Model)
Gate = Callable[[Acting, str], models.Q]

_gates: dict[type[models.Model], Gate] = {}
Seen = dict[UUID, UUID | None]
_subjects: ContextVar[Seen | None] = ContextVar("subjects_seen", default=None)


def gate(model: type[models.Model], rule: Gate) -> None:
    """Register who sees which rows of `model`: a condition from (acting, permission).

    Higher contexts register for lower ones: trust and people ask upward questions without importing upward.
    """
    if model in _gates:
        raise ValueError(f"{model.__name__} already has a gate")
    _gates[model] = rule


def visible(acting: Acting, model: type[M], *, may: str) -> models.QuerySet[M]:
    """The rows of `model` that `acting` may see under the permission `may`."""
    if acting is not current():
        raise RuntimeError("visible() takes the acting that is open now")
    try:
        rule = _gates[model]
    except KeyError:
        raise LookupError(f"{model.__name__} has no gate: register one with trust.api.gate") from None
    rows = model._default_manager.filter(organization_id=acting.organization_id)
    return rows.filter(rule(acting, may))


def get_for(
    acting: Acting,
    model: type[M],
    id: UUID,
    *,
    may: str,
    within: models.QuerySet[M] | None = None,
) -> M:
    """The one row, or 404, the same for "not there", "not yours" and "another organization's".

    `within` narrows or enriches (select_related) the query and must come from `visible`.
    """
    rows = within if within is not None else visible(acting, model, may=may)
    row = rows.filter(id=id).first()
    if row is None:
        raise Http404
    subject = getattr(row, "subject_id", None)
    if subject is not None:
        looked_at(subject)
    return row


@contextmanager
def watching_subjects() -> Iterator[Seen]:
    """The persons whose records are opened in the block, each once, with the consent that let it happen."""
    seen: Seen = {}
    token = _subjects.set(seen)
    try:
        yield seen
    finally:
        _subjects.reset(token)


def looked_at(subject_id: UUID, *, consent_id: UUID | None = None) -> None:
    """Remember whose record this request opened; the endpoint writes it to the audit.

    `consent_id` names the consent where nothing else would have opened the record.
    """
    seen = _subjects.get()
    if seen is not None:
        seen[subject_id] = seen.get(subject_id) or consent_id


def everyone_in_the_organization(acting: Acting, may: str) -> models.Q:
    """A gate for what all staff who hold the permission anywhere may see."""
    return models.Q() if acting.may(may) else models.Q(pk__in=[])


def by_program(path: str = "program_id") -> Gate:
    """A gate for rows of a program: seen by those who hold the permission in that program."""

    def rule(acting: Acting, may: str) -> models.Q:
        programs = acting.programs(may)
        return models.Q() if programs is None else models.Q(**{f"{path}__in": programs})

    return rule
