"""What the pages on staff and hours show."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, When
from django.utils.translation import gettext as _

from beenthere.kernel.minutes import in_words
from beenthere.trust.api import ROLE_DESCRIPTIONS, Acting, ProgramFacts, Role, get_for, programs, visible
from beenthere.workforce.access import May
from beenthere.workforce.facts import CredentialFacts, HoursLine, WorkerFacts
from beenthere.workforce.models import Certification, HoursEntry, Worker
from beenthere.workforce.queries import (
    counted_hours,
    credential_facts,
    hours_line,
    is_reached_by,
    worker_facts,
    worker_of,
)

PER_PAGE = 24
HAS_LEFT = Case(When(ended_on=None, then=0), default=1)


@dataclass(frozen=True, kw_only=True)
class StaffLine:
    """A colleague. `roles` are in words, `credential` the one valid now, `credentials` all, the last first;
    `invited` says that they have not chosen a password yet."""

    worker: WorkerFacts
    employment_words: str
    roles: tuple[str, ...]
    credential: CredentialFacts | None
    credentials: tuple[CredentialFacts, ...]
    supervisor: str
    invited: bool
    ended_on: date | None


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """Some colleagues, in order of name; `pages` knows which. `here` and `gone` are how many there are."""

    lines: tuple[StaffLine, ...]
    pages: Page
    here: int
    gone: int
    may_set_up: bool


@dataclass(frozen=True, kw_only=True)
class WorkerPage:
    line: StaffLine
    email: str
    started_on: date | None
    may_set_up: bool
    may_record_credentials: bool


@dataclass(frozen=True, kw_only=True)
class HoursTotal:
    kind_words: str
    minutes: int
    words: str


@dataclass(frozen=True, kw_only=True)
class HoursPage:
    """One month of somebody's own hours. `after` is None in the present month."""

    worker: WorkerFacts
    month: date
    before: date
    after: date | None
    lines: tuple[HoursLine, ...]
    totals: tuple[HoursTotal, ...]
    minutes: int
    words: str


@dataclass(frozen=True, kw_only=True)
class StaffChoices:
    programs: tuple[ProgramFacts, ...]
    supervisors: tuple[WorkerFacts, ...]


def staff_page(
    *, acting: Acting, on: date, words: str = "", gone: bool = False, number: str = ""
) -> StaffPage:
    """One page of who works here, or worked here before. With `words`, of both: those whose name or position
    has all of them, who works here first.

    Five queries, however many colleagues: counts, workers, credentials, grants, programs.
    """
    everyone = visible(acting, Worker, may=May.SEE_STAFF)
    for word in words.split():
        everyone = everyone.filter(Q(name__icontains=word) | Q(position__icontains=word))
    if "\x00" in words:  # no column of text holds it, and PostgreSQL refuses to be asked
        everyone = everyone.none()
    counts = everyone.aggregate(here=Count("id", filter=Q(ended_on=None)), all=Count("id"))
    shown = everyone if words else everyone.filter(ended_on__isnull=not gone)
    rows = shown.select_related("user", "supervisor").order_by(HAS_LEFT, "name", "id")
    former = counts["all"] - counts["here"]
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = counts["all"] if words else former if gone else counts["here"]
    pages = paginator.get_page(number)
    return StaffPage(
        lines=tuple(_lines(acting, list(pages.object_list), on)),
        pages=pages,
        here=counts["here"],
        gone=former,
        may_set_up=acting.may(May.SET_UP_STAFF),
    )


def worker_page(*, acting: Acting, id: UUID, on: date) -> WorkerPage:
    rows = visible(acting, Worker, may=May.SEE_STAFF).select_related("user", "supervisor")
    worker = get_for(acting, Worker, id, may=May.SEE_STAFF, within=rows)
    (line,) = _lines(acting, [worker], on)
    return WorkerPage(
        line=line,
        email=worker.user.email,
        started_on=worker.started_on,
        may_set_up=acting.may(May.SET_UP_STAFF),
        may_record_credentials=is_reached_by(acting=acting, worker=worker, may=May.RECORD_CREDENTIALS),
    )


def _lines(acting: Acting, workers: list[Worker], on: date) -> list[StaffLine]:
    held = _credentials(acting, [worker.id for worker in workers])
    roles = _roles(acting, [worker.user_id for worker in workers])
    return [_line(worker, held[worker.id], roles[worker.user_id], on) for worker in workers]


def _credentials(acting: Acting, ids: list[UUID]) -> dict[UUID, list[CredentialFacts]]:
    """What each holds or held, the last to begin first."""
    held: dict[UUID, list[CredentialFacts]] = defaultdict(list)
    rows = visible(acting, Certification, may=May.SEE_STAFF).filter(worker_id__in=ids)
    for row in rows.order_by("-valid_from", "-id"):
        held[row.worker_id].append(credential_facts(row))
    return held


def _roles(acting: Acting, user_ids: list[UUID]) -> dict[UUID, list[str]]:
    """The roles of each, in words, with the program where it is not the whole organization."""
    names = {program.id: program.name for program in programs(acting=acting)}
    found: dict[UUID, list[str]] = defaultdict(list)
    grants = get_user_model().objects.filter(id__in=user_ids, grants__organization_id=acting.organization_id)
    rows = grants.values_list("id", "grants__role", "grants__program_id").order_by("grants__granted_at")
    for user_id, role, program_id in rows:
        found[user_id].append(role_words(role, names.get(program_id, "") if program_id else ""))
    return found


def role_words(role: str, program: str) -> str:
    title = str(ROLE_DESCRIPTIONS[Role(role)].title)
    return _("%(role)s, %(program)s") % {"role": title, "program": program} if program else title


def _line(worker: Worker, held: list[CredentialFacts], roles: list[str], on: date) -> StaffLine:
    valid = (one for one in held if one.valid_from <= on and (not one.valid_until or one.valid_until >= on))
    return StaffLine(
        worker=worker_facts(worker),
        employment_words=worker.get_employment_display(),
        roles=tuple(roles),
        credential=next(valid, None),
        credentials=tuple(held),
        supervisor=worker.supervisor.name if worker.supervisor else "",
        invited=not worker.user.has_usable_password(),
        ended_on=worker.ended_on,
    )


def hours_page(*, acting: Acting, month: date, on: date) -> HoursPage | None:
    """The acting user's hours in the month of `month`: two queries. None for someone who gives no support."""
    worker = worker_of(acting=acting)
    if worker is None:
        return None
    first = month.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    rows = counted_hours(acting).filter(worker_id=worker.id, on__gte=first, on__lt=following)
    lines = tuple(hours_line(entry) for entry in rows.order_by("on", "posted_at", "id"))
    minutes = sum(line.minutes for line in lines)
    return HoursPage(
        worker=worker,
        month=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=following if following <= on else None,
        lines=lines,
        totals=tuple(totals(lines)),
        minutes=minutes,
        words=in_words(minutes),
    )


def totals(lines: Iterable[HoursLine]) -> list[HoursTotal]:
    """Minutes by kind, in the order the ledger names the kinds; kinds without hours are left out."""
    summed: dict[str, int] = defaultdict(int)
    for line in lines:
        summed[line.kind] += line.minutes
    return [
        HoursTotal(kind_words=str(kind.label), minutes=summed[kind], words=in_words(summed[kind]))
        for kind in HoursEntry.Kind
        if kind in summed
    ]


def choices_for_staff(*, acting: Acting, apart_from: UUID | None = None) -> StaffChoices:
    """What the staff forms offer: programs, and colleagues who could supervise."""
    rows = visible(acting, Worker, may=May.SET_UP_STAFF).filter(ended_on=None)
    return StaffChoices(
        programs=programs(acting=acting),
        supervisors=tuple(worker_facts(one) for one in rows.order_by("name", "id") if one.id != apart_from),
    )


def as_typed(page: WorkerPage) -> dict[str, object]:
    """What the form about a colleague starts with."""
    worker = page.line.worker
    return {
        "name": worker.name,
        "shown_as": worker.shown_as,
        "position": worker.position,
        "employment": worker.employment,
        "supervisor": str(worker.supervisor_id or ""),
        "started_on": page.started_on,
    }
