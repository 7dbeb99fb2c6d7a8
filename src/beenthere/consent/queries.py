"""From rows of consents to what the rules can judge, and from their answers to frozen facts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import reduce
from itertools import pairwise, starmap
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from beenthere.consent.facts import ConsentState, Opening, Permission
from beenthere.consent.models import Consent
from beenthere.consent.rules import consent as rules
from beenthere.consent.rules.segments import opened_by
from beenthere.consent.rules.visibility import FieldGroup, Relation, field_groups
from beenthere.foundation import kept_queries
from beenthere.kernel.decision import Decision, Reason, refuse_for
from beenthere.trust.api import Acting, Grant

SOON = timedelta(days=30)
DRAFT, ACTIVE = rules.Status.DRAFT, rules.Status.ACTIVE


# What `judged` reads, and nothing that is sealed.
_JUDGED = (
    "organization", "person", "kind", "from_program", "segments", "purpose", "to_program", "to_whom",
    "revocation_words", "redisclosure_words", "expires_on", "expires_when", "no_expiry", "event_on",
    "signature", "signed_on", "activated_at", "created_at", "revoked_at", "revoked_on",
    "person__chosen_name", "person__family_name",
)  # fmt: skip


def judged(row: Consent) -> rules.Consent:
    """The row as the rules read it. One that nobody activated counts as unsigned, whatever it holds."""
    return rules.Consent(
        id=row.id,
        kind=rules.Kind(row.kind),
        person_name=row.person.name,
        from_program_id=row.from_program_id,
        segments=frozenset(row.segments),
        purpose=row.purpose,
        to_program_id=row.to_program_id,
        to_whom=row.to_whom,
        told_how_to_revoke=bool(row.revocation_words),
        redisclosure_statement=bool(row.redisclosure_words),
        expires_on=row.expires_on,
        expires_when=row.expires_when,
        no_expiry=row.no_expiry,
        event_on=row.event_on,
        signature=rules.Signature(row.signature) if row.signature and row.activated_at else None,
        signed_name="signed" if row.activated_at else "",
        signed_on=row.signed_on,
        recorded_at=row.activated_at or row.created_at,
        revoked_at=row.revoked_at,
        revoked_on=row.revoked_on,
    )


def consents_of(acting: Acting, person_ids: Collection[UUID]) -> QuerySet[Consent]:
    rows = Consent.objects.filter(organization_id=acting.organization_id, person_id__in=set(person_ids))
    return rows.select_related("person")


def states(
    *, acting: Acting, person_ids: Collection[UUID], program_ids: Collection[UUID], on: date
) -> dict[UUID, ConsentState]:
    """How each person's consents to share what these programs keep stand on a day, in one query. Everyone
    asked for is in the answer. A consent given to another program would tell that the person is there.

    That a person needs none (no program of theirs is under Part 2) is for the caller to say: `not_needed()`.
    """
    by_person: dict[UUID, list[rules.Consent]] = defaultdict(list)
    for row in _shared_by(acting, person_ids, program_ids):
        by_person[row.person_id].append(judged(row))
    return {person_id: state_of(by_person[person_id], on) for person_id in person_ids}


def _shared_by(
    acting: Acting, person_ids: Collection[UUID], program_ids: Collection[UUID]
) -> Iterable[Consent]:
    if not person_ids:
        return ()
    people = kept_queries.several(person_ids)
    return kept_queries.ask(_of_people, frozenset(program_ids), organization=acting.organization_id, **people)


def _of_people(program_ids: frozenset[UUID], *, organization: UUID, **people: UUID) -> QuerySet[Consent]:
    rows = Consent.objects.filter(organization_id=organization, person_id__in=[*people.values()])
    return rows.filter(from_program_id__in=sorted(program_ids)).select_related("person").only(*_JUDGED)


def given_by(*, acting: Acting, person_id: UUID, program_ids: Collection[UUID]) -> frozenset[UUID]:
    """The consents of a person to share what these programs keep, whatever became of them since."""
    rows = consents_of(acting, [person_id]).filter(from_program_id__in=program_ids)
    return frozenset(rows.values_list("id", flat=True))


def state_of(consents: Iterable[rules.Consent], on: date) -> ConsentState:
    """One word for several consents: what holds comes first, then what was said last."""
    known = sorted(consents, key=lambda one: one.revoked_at or one.recorded_at)
    active = [one for one in known if rules.status(one, on) is ACTIVE]
    if active:
        return _active(active, on)
    if not known:
        return ConsentState(code="none", words=_("No consent yet"))
    words = {
        rules.Status.REVOKED: ("revoked", _("Taken back")),
        rules.Status.EXPIRED: ("expired", _("Ended")),
        DRAFT: ("none", _("Begun, not signed")),
    }
    code, sentence = words[rules.status(known[-1], on)]
    return ConsentState(code=code, words=sentence)


def _active(active: list[rules.Consent], on: date) -> ConsentState:
    """Ending soon only when all of them do: while one lasts nobody need be asked today."""
    ends = [one.expires_on for one in active]
    last = max((day for day in ends if day), default=None)
    if None in ends or last is None or last - on > SOON:
        return ConsentState(code="active", words=_("Consent given"))
    day = date_format(last, "MONTH_DAY_FORMAT")
    return ConsentState(code="expiring", words=_("Consent ends %(day)s") % {"day": day})


def permits(
    *,
    acting: Acting,
    person_id: UUID,
    from_program_id: UUID,
    to_program_ids: Collection[UUID],
    segment: str,
    on: date,
) -> Permission:
    """Whether one of these programs may see this segment of what another program keeps about a person.

    One query. A program sees its own without asking here. The consent for treatment, payment and operations
    opens nothing between programs of one house: their teams are named one by one, by a specific consent.
    """
    known = [judged(row) for row in consents_of(acting, [person_id])]
    answers = [_asked(known, from_program_id, to, segment, on) for to in sorted(to_program_ids)]
    allowed = next((answer for answer in answers if answer), None)
    if allowed or not answers:
        return allowed or Permission(decision=_nobody_asks(), consent_id=None)
    return answers[0]


def _asked(
    known: list[rules.Consent], from_program_id: UUID, to_program_id: UUID, segment: str, on: date
) -> Permission:
    request = _request(from_program_id, to_program_id, segment)
    decision = rules.permits(known, request, on)
    return Permission(decision=decision, consent_id=_ground(known, request, on) if decision else None)


def _request(from_program_id: UUID, to_program_id: UUID, segment: str) -> rules.Request:
    return rules.Request(
        from_program_id=from_program_id,
        to_program_id=to_program_id,
        segments=frozenset({segment}),
        purpose=rules.Purpose.OTHER,
    )


def _nobody_asks() -> Decision:
    return refuse_for(Reason("no_recipient", _("Say which program wants to see it.")))


def _ground(known: list[rules.Consent], request: rules.Request, on: date) -> UUID | None:
    """The consent that opened it, the last one recorded where there are several."""
    stopped = [one for one in known if one.revoked_at is not None]
    grounds = [
        one for one in known if one not in stopped and rules.permits([one, *stopped], request, on).allowed
    ]
    return max(grounds, key=lambda one: one.recorded_at).id if grounds else None


def openings(
    *, acting: Acting, to_program_ids: Collection[UUID], on: date, person_id: UUID | None = None
) -> tuple[Opening, ...]:
    """All that active consents open to these programs on a day, for a gate: one query for everyone.

    Consents from a program that is as open to the acting user anyway, by the same roles, are left out: in a
    house where one team serves all programs there may be thousands, and they would change nothing.
    """
    one = {"person": person_id} if person_id else {}
    rows = kept_queries.ask(
        _opening, frozenset(to_program_ids), frozenset(_open_anyway(acting)),
        organization=acting.organization_id, on=on, **one,
    )  # fmt: skip
    by_person: dict[UUID, list[rules.Consent]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(judged(row))
    found = [_opened(who, one, known, on) for who, known in by_person.items() for one in known]
    return tuple(opening for opening in found if opening is not None)


def _opening(
    to: frozenset[UUID], anyway: frozenset[UUID], *, organization: UUID, on: date, person: UUID | None = None
) -> QuerySet[Consent]:
    lasting = Q(expires_on=None) | Q(expires_on__gte=on) | Q(revoked_at__isnull=False)
    rows = Consent.objects.filter(lasting, organization_id=organization, to_program_id__in=sorted(to))
    rows = rows.filter(_from_others(anyway), activated_at__isnull=False)
    rows = rows.filter(person_id=person) if person else rows
    return rows.select_related("person").only(*_JUDGED)


def _from_others(anyway: frozenset[UUID]) -> Q:
    """From any program but these, as stretches between them: an index finds those at once, where it would
    walk through all that "not in" leaves out."""
    ids = sorted(anyway, key=lambda one: one.int)
    return reduce(or_, starmap(_between, pairwise([None, *ids, None])))


def _between(after: UUID | None, before: UUID | None) -> Q:
    stretch = Q(from_program_id__isnull=False)
    stretch &= Q(from_program_id__gt=after) if after else Q()
    return stretch & (Q(from_program_id__lt=before) if before else Q())


def _open_anyway(acting: Acting) -> set[UUID]:
    """Programs in which the acting user holds every role they hold in any program."""
    held: dict[UUID, set[str]] = defaultdict(set)
    for grant in acting.grants:
        if grant.program_id is not None:
            held[grant.program_id].add(grant.role)
    every = set[str]().union(*held.values())
    return {program_id for program_id, roles in held.items() if roles >= every}


def _opened(person_id: UUID, one: rules.Consent, known: list[rules.Consent], on: date) -> Opening | None:
    """What one consent opens, less what a later revocation took back."""
    if rules.status(one, on) is not ACTIVE or one.from_program_id is None or one.to_program_id is None:
        return None
    stopped = [other for other in known if other.revoked_at is not None]
    request = rules.Request(
        from_program_id=one.from_program_id,
        to_program_id=one.to_program_id,
        segments=one.segments,
        purpose=rules.Purpose.OTHER,
    )
    segments = rules.permitted_segments([one, *stopped], request, on)
    if not segments:
        return None
    return Opening(
        person_id=person_id,
        from_program_id=one.from_program_id,
        to_program_id=one.to_program_id,
        segments=segments,
        consent_id=one.id,
    )


def groups_for(
    *, acting: Acting, person_id: UUID, program_id: UUID, on: date, part2: bool = True
) -> frozenset[FieldGroup]:
    """What of a person's record in one program the acting user may see: the table, grant by grant.

    No query for those who work in the program; one for a team elsewhere, to which the person may have opened
    it. `part2` may be left out: the table is never more open under Part 2. The caller has gated the row, and
    `acting` comes with the roles that count for this person (support asks: `groups_about`).
    """
    elsewhere = [one for one in acting.grants if _relation(one, program_id) is Relation.OTHER_PROGRAM]
    seen = frozenset[FieldGroup]()
    for grant in acting.grants.difference(elsewhere):
        relation = _relation(grant, program_id)
        seen |= field_groups(roles=[grant.role], relation=relation, part2=part2, consented=False)
    return seen | _by_consent(acting, elsewhere, person_id, program_id, on, part2=part2)


def _relation(grant: Grant, program_id: UUID) -> Relation:
    if grant.program_id is None:
        return Relation.ORGANIZATION
    return Relation.OWN_PROGRAM if grant.program_id == program_id else Relation.OTHER_PROGRAM


def _by_consent(
    acting: Acting, elsewhere: list[Grant], person_id: UUID, program_id: UUID, on: date, *, part2: bool
) -> frozenset[FieldGroup]:
    teams = {grant.program_id for grant in elsewhere if grant.program_id}
    seen = frozenset[FieldGroup]()
    if not teams:
        return seen
    for opening in openings(acting=acting, to_program_ids=teams, on=on, person_id=person_id):
        if opening.from_program_id == program_id:
            roles = [grant.role for grant in elsewhere if grant.program_id == opening.to_program_id]
            allowed = field_groups(roles=roles, relation=Relation.OTHER_PROGRAM, part2=part2, consented=True)
            seen |= allowed & opened_by(opening.segments)
    return seen
