"""What can be done with staff: add, invite, change, supervise, certify, say goodbye."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils.translation import gettext as _

from beenthere.foundation.announce import announce
from beenthere.trust.api import (
    Acting,
    EventType,
    Refused,
    Role,
    action,
    get_for,
    insert_once,
    programs,
    record,
    visible,
)
from beenthere.workforce import events
from beenthere.workforce.access import May
from beenthere.workforce.announcements import StandingChanged
from beenthere.workforce.invitations import invitation_path
from beenthere.workforce.models import Certification, Worker
from beenthere.workforce.queries import is_reached_by


@dataclass(frozen=True, kw_only=True)
class WorkerFields:
    """What is said about a colleague. Without `shown_as` participants see the first word of the name."""

    name: str
    shown_as: str = ""
    position: str = ""
    employment: str = Worker.Employment.STAFF
    supervisor_id: UUID | None = None
    started_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CertificationFields:
    credential: str
    letters: str = ""
    number: str = ""
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Added:
    """`invitation` is the path of a link to show once; empty when the account already has a password."""

    worker_id: UUID
    invitation: str


@action
def add_worker(
    *, acting: Acting, id: UUID, email: str, role: Role, program_id: UUID | None, fields: WorkerFields
) -> Added:
    """Add a colleague: account, role and worker at once. Nobody chooses a password for them.

    An email that signs in already, for another organization, keeps its account and password. Raises
    `Refused` when that account, or the form's `id`, already stands for a colleague here.
    """
    _authorise(acting)
    _known_program(acting, program_id)
    user = _account(email, fields.name)
    worker = Worker(id=id, organization_id=acting.organization_id, user=user)
    _put(acting, worker, fields)
    if not insert_once(worker):
        raise Refused(_("This colleague is already on the list."))
    user.grants.get_or_create(organization_id=acting.organization_id, role=Role(role), program_id=program_id)
    detail = {"role": str(role), "program": str(program_id or "")}
    _note(acting, events.WORKER_ADDED, id, detail)
    return Added(worker_id=id, invitation=invitation_path(user) if _is_ours_to_invite(acting, user) else "")


def _is_ours_to_invite(acting: Acting, user: Any) -> bool:
    """Whoever holds the link becomes that user. An account that another organization made and nobody has
    opened yet would let this organization's administrator in there."""
    elsewhere = user.grants.exclude(organization_id=acting.organization_id)
    return not user.has_usable_password() and not elsewhere.exists()


def _account(email: str, name: str) -> Any:
    users = get_user_model()
    normal = users.objects.normalize_email(email.strip())
    present = users.objects.filter(email__iexact=normal).first()
    if present is None:
        return users.objects.create_user(normal, None, name=name.strip())
    if not present.is_active:
        raise Refused(_("This account is closed. Ask whoever runs BeenThere for you to open it."))
    return present


def _put(acting: Acting, worker: Worker, fields: WorkerFields) -> None:
    if not fields.name.strip():
        raise Refused(_("Write the name of the colleague."))
    worker.name = fields.name.strip()
    worker.shown_as = fields.shown_as.strip() or worker.name.split()[0]
    worker.position = fields.position.strip()
    worker.employment = Worker.Employment(fields.employment)
    worker.started_on = fields.started_on
    worker.supervisor_id = _supervisor(acting, worker.id, fields.supervisor_id)


def _supervisor(acting: Acting, worker_id: UUID, supervisor_id: UUID | None) -> UUID | None:
    """The supervisor, if they work here and are not supervised, step by step, by this very worker."""
    if supervisor_id is None:
        return None
    _one_line_at_a_time(acting)
    lines = visible(acting, Worker, may=May.SET_UP_STAFF).values_list("id", "supervisor_id", "ended_on")
    above = {id: (supervisor, ended) for id, supervisor, ended in lines}
    if supervisor_id not in above or above[supervisor_id][1] is not None:
        raise Refused(_("Choose a supervisor who works here now."))
    step: UUID | None = supervisor_id
    for _level in above:
        if step == worker_id:
            raise Refused(_("Two people can't supervise each other. Choose someone else."))
        step = above[step][0] if step in above else None
    return supervisor_id


def _one_line_at_a_time(acting: Acting) -> None:
    """Two who set supervisors at the same moment would not see each other's, and close a ring together."""
    with connection.cursor() as cursor:
        of = f"supervisors of {acting.organization_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [of])


def _known_program(acting: Acting, program_id: UUID | None) -> None:
    if program_id is not None and program_id not in {one.id for one in programs(acting=acting)}:
        raise Refused(_("There is no such program here."))


@action
def invite_again(*, acting: Acting, id: UUID) -> str:
    """A new invitation link for a colleague who has not chosen a password. The former one ends by itself."""
    worker = _worker(acting, id)
    if worker.user.has_usable_password():
        raise Refused(_("They have a password. If they forgot it, the sign-in page helps them."))
    if worker.user.grants.exclude(organization_id=acting.organization_id).exists():
        raise Refused(_("They were invited by another organization too. They use that link."))
    _note(acting, events.WORKER_INVITED, id)
    return invitation_path(worker.user)


@action
def change_worker(*, acting: Acting, id: UUID, fields: WorkerFields) -> None:
    worker = _worker(acting, id)
    former = worker.employment
    _put(acting, worker, fields)
    worker.save()
    if worker.employment != former:
        announce(StandingChanged(acting=acting, worker_id=worker.id, since=date.min))
    _note(acting, events.WORKER_CHANGED, id)


@action
def set_supervisor(*, acting: Acting, id: UUID, supervisor_id: UUID | None) -> None:
    """Say who supervises a colleague, or nobody. Notes signed from now on post supervised hours."""
    worker = _worker(acting, id)
    worker.supervisor_id = _supervisor(acting, worker.id, supervisor_id)
    worker.save(update_fields=["supervisor"])
    _note(acting, events.SUPERVISOR_SET, id, {"supervisor": str(supervisor_id or "")})


@action
def end_worker(*, acting: Acting, id: UUID, on: date) -> None:
    """The colleague leaves: no role here opens anything from their next request. What they wrote stays."""
    worker = _worker(acting, id)
    if worker.user_id == acting.user_id:
        raise Refused(_("You can't end your own time here. Ask another administrator."))
    worker.ended_on = on
    worker.save(update_fields=["ended_on"])
    worker.user.grants.filter(organization_id=acting.organization_id).delete()
    _note(acting, events.WORKER_ENDED, id)


@action(quiet="a replay leaves no second event")
def record_certification(*, acting: Acting, id: UUID, worker_id: UUID, fields: CertificationFields) -> None:
    """Write down a credential as it stands on the paper. The same `id` sent twice is one.

    A supervisor does it for the staff of their programs: it decides what notes of others bring.
    """
    worker = get_for(acting, Worker, worker_id, may=May.RECORD_CREDENTIALS)
    if not is_reached_by(acting=acting, worker=worker, may=May.RECORD_CREDENTIALS):
        raise Refused(_("Your role doesn't record credentials. Ask your supervisor."))
    if fields.valid_until is not None and fields.valid_until < fields.valid_from:
        raise Refused(_("The last day is before the first. Check the paper."))
    row = Certification(id=id, organization_id=acting.organization_id, worker_id=worker.id, **vars(fields))
    if insert_once(row):
        announce(StandingChanged(acting=acting, worker_id=worker.id, since=fields.valid_from))
        _note(acting, events.CERTIFICATION_RECORDED, worker.id, {"certification": str(id)})


def _worker(acting: Acting, id: UUID) -> Worker:
    """Held until the end, but not against those who only refer to the colleague: their check comes at their
    commit, when they hold what this action may wait for, such as the recount that both asked for."""
    _authorise(acting)
    rows = visible(acting, Worker, may=May.SET_UP_STAFF).select_for_update(of=("self",), no_key=True)
    return get_for(acting, Worker, id, may=May.SET_UP_STAFF, within=rows.select_related("user"))


def _authorise(acting: Acting) -> None:
    # Of the whole organization: whoever sets up one program would give themselves a role in all of them.
    if acting.programs(May.SET_UP_STAFF) is not None:
        raise Refused(_("Only an administrator can do this."))


def _note(acting: Acting, event: EventType, id: UUID, detail: dict[str, str] | None = None) -> None:
    record(acting, event, object_type="worker", object_id=id, detail=dict(detail or {}))
