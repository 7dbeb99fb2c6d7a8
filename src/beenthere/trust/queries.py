"""What other contexts may know of an organization, its programs, its users and its audit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import pgettext

from beenthere.foundation import kept_queries
from beenthere.trust import events
from beenthere.trust.access import ROLE_DESCRIPTIONS, May
from beenthere.trust.acting import Acting
from beenthere.trust.audit import event_types
from beenthere.trust.models import AuditEvent, Organization, Program, RoleGrant, User

LOOKS = (events.PERSON_VIEWED.verb,)


@dataclass(frozen=True, kw_only=True)
class OrganizationFacts:
    """`time_zone` is an IANA name; `synthetic` marks an organization of invented people."""

    id: UUID
    name: str
    time_zone: str
    synthetic: bool


@dataclass(frozen=True, kw_only=True)
class ProgramFacts:
    """`part2`: 42 CFR part 2 was found to govern it. `usual_kinds`: what it offers most, in order."""

    id: UUID
    name: str
    site_name: str
    part2: bool
    funding_tag: str
    warm_line: str
    narrative: str
    dictation_hint: bool
    usual_kinds: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One time somebody opened a page of a person's record. `roles` are titles, as they were then."""

    at: datetime
    user_id: UUID | None
    roles: tuple[str, ...]
    page: str
    purpose: str
    consent_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One audit event, as a sentence. `detail` holds codes, never the words of a note."""

    id: int
    at: datetime
    user_id: UUID | None
    roles: tuple[str, ...]
    verb: str
    sentence: str
    subject_id: UUID | None
    detail: dict[str, object]


def organization_facts(*, acting: Acting) -> OrganizationFacts:
    row = Organization.objects.get(id=acting.organization_id)
    return OrganizationFacts(id=row.id, name=row.name, time_zone=row.time_zone, synthetic=row.synthetic)


def programs(*, acting: Acting) -> tuple[ProgramFacts, ...]:
    """All programs of the organization, by name; those `acting` may work in are `acting.programs(may)`."""
    rows = kept_queries.ask(_by_name, organization=acting.organization_id)
    return tuple(_program(row) for row in rows)


def _by_name(*, organization: UUID) -> QuerySet[Program]:
    rows = Program.objects.filter(organization_id=organization).order_by("name", "id")
    return rows.annotate(site_name=F("site__name"))


def _program(row: Program) -> ProgramFacts:
    return ProgramFacts(
        id=row.id,
        name=row.name,
        site_name=row.site_name or "",  # type: ignore[attr-defined]  # annotated in `programs`
        part2=row.part2,
        funding_tag=row.funding_tag,
        warm_line=row.warm_line,
        narrative=row.narrative,
        dictation_hint=row.dictation_hint,
        usual_kinds=tuple(row.usual_kinds),
    )


def user_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of these users, in one query; an id that is None or unknown is left out."""
    wanted = {id_ for id_ in ids if id_}
    return dict(User.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def who_looked(
    *,
    acting: Acting,
    subject_id: UUID,
    program_ids: Collection[UUID] | None,
    consent_ids: Collection[UUID] = (),
    since: datetime | None = None,
    limit: int = 500,
) -> tuple[Look, ...]:
    """Who opened this person's record, the latest first. The caller has gated the person.

    `program_ids`: only looks of those who hold a role there or in the whole organization, of the acting user,
    and what one of `consent_ids` opened; None for everybody's. Somebody who has left holds no role any more.
    """
    rows = _events(acting, since).filter(subject_id=subject_id, verb__in=LOOKS)
    if program_ids is not None:
        known = _by_staff_of(acting, program_ids) | Q(actor_id=acting.user_id)
        rows = rows.filter(known | Q(consent_id__in=consent_ids))
    rows = rows[:limit]
    return tuple(
        Look(
            at=row.at,
            user_id=row.actor_id,
            roles=_titles(row.roles),
            page=_page(row),
            purpose=row.purpose,
            consent_id=row.consent_id,
        )
        for row in rows
    )


def _by_staff_of(acting: Acting, program_ids: Collection[UUID]) -> Q:
    """Events of those who hold a role in these programs or in the whole organization."""
    here = Q(program_id__in=program_ids) | Q(program_id=None)
    staff = RoleGrant.objects.filter(here, organization_id=acting.organization_id)
    return Q(actor_id__in=staff.values("user_id"))


def history_of(
    *, acting: Acting, object_id: UUID, subject_id: UUID | None, limit: int = 500
) -> tuple[Happening, ...]:
    """What happened to one thing (a note, a consent), the latest first. The caller has gated it.

    `subject_id`: the person it is about, None for what is about nobody. The audit is found by person: an
    index by thing would be written with every look.
    """
    return _sentences(_events(acting, None).filter(subject_id=subject_id, object_id=object_id)[:limit])


def happenings(
    *,
    acting: Acting,
    since: datetime | None = None,
    before_id: int | None = None,
    outcome: str = "",
    limit: int = 50,
) -> tuple[Happening, ...]:
    """What is in the organization's audit, or had this `outcome` ("denied"), the latest first.

    Who may see the audit in some programs sees what their staff did, not what other programs' staff do.
    """
    rows = _events(acting, since)
    programs = acting.programs(May.SEE_AUDIT)
    if programs is not None:
        rows = rows.filter(_by_staff_of(acting, programs))
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return _sentences((rows.filter(outcome=outcome) if outcome else rows)[:limit])


def _events(acting: Acting, since: datetime | None) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(organization_id=acting.organization_id).order_by("-id")
    return rows.filter(at__gte=since) if since else rows


def _sentences(rows: QuerySet[AuditEvent]) -> tuple[Happening, ...]:
    found = list(rows)
    names = user_names(row.actor_id for row in found)
    return tuple(_happening(row, names) for row in found)


def _happening(row: AuditEvent, names: dict[UUID, str]) -> Happening:
    return Happening(
        id=row.id,
        at=row.at,
        user_id=row.actor_id,
        roles=_titles(row.roles),
        verb=row.verb,
        sentence=_sentence(row, names.get(row.actor_id, "BeenThere") if row.actor_id else "BeenThere"),
        subject_id=row.subject_id,
        detail=row.detail,
    )


def _sentence(row: AuditEvent, actor: str) -> str:
    """A verb whose context is no longer installed is shown as it is stored."""
    known = event_types().get(row.verb)
    words = str(known.sentence) if known else row.verb
    return words.format_map(_Filling({**row.detail, "page": _page(row), "actor": actor, "when": row.at}))


def _page(row: AuditEvent) -> str:
    """The page as `@endpoint` names it, in the reader's language."""
    stored = row.detail.get("page")
    return pgettext("page", stored) if stored else ""


class _Filling(dict):
    """What a sentence asks for and the event does not have is left out, not an error."""

    def __missing__(self, key: str) -> str:
        return ""


def _titles(roles: str) -> tuple[str, ...]:
    known = {role.value: str(description.title) for role, description in ROLE_DESCRIPTIONS.items()}
    return tuple(known.get(role, role) for role in roles.split(",") if role)
