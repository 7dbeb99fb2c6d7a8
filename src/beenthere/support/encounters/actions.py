"""What can be done with a note: save the draft, sign, add words, withdraw, throw a draft away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from beenthere.foundation import clock, kept_queries
from beenthere.foundation.announce import announce
from beenthere.kernel.ids import uuid7
from beenthere.support import events, gates
from beenthere.support.access import May
from beenthere.support.encounters.announcements import EncounterSigned, EncounterWithdrawn
from beenthere.support.encounters.content import FIELDS, NoteContent
from beenthere.support.encounters.facts import content_of, finished_or_of
from beenthere.support.encounters.fingerprint import fingerprint
from beenthere.support.encounters.in_sight import to_write
from beenthere.support.encounters.models import (
    Addendum,
    Encounter,
    FollowUp,
    PlannedVisit,
    ThrownAwayDraft,
)
from beenthere.support.encounters.signing_actions import SOURCE, follow_from
from beenthere.support.encounters.ties import what_may_be_kept
from beenthere.support.intake.models import Enrolment
from beenthere.trust.api import Acting, Refused, action, insert_once, looked_at, record
from beenthere.workforce import api as workforce

CLOCKS_DIFFER = timedelta(minutes=15)
BELONGS_ELSEWHERE = frozenset({Encounter.WithdrawnWhy.WRONG_PERSON, Encounter.WithdrawnWhy.WRONG_DAY})


class Outcome(StrEnum):
    SAVED = "saved"
    ALREADY_SAVED = "already_saved"
    KEPT_BOTH = "kept_both"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """`encounter_id` differs from the id that was sent when both versions were kept."""

    encounter_id: UUID
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Form:
    """Which open form is saving, for the how-manieth time, and on top of which content (a fingerprint)."""

    id: UUID
    number: int = 0
    base: str = ""


@action(quiet="a draft leaves an event when it begins and when it ends, a replay none")
def save_note(*, acting: Acting, id: UUID, content: NoteContent, form: Form) -> Saved:
    """Keep the draft `id`. Never overwrites what another form, device or person wrote: then both are kept.

    Raises `Refused` when the acting user is nobody who works here, or not in that program, or does not see
    the person there, and when the draft was thrown away.
    """
    author = _author(acting, content.program_id).worker
    draft = _draft(acting, id, author.id, _kept(acting, content), form)
    if insert_once(draft):
        _stays_thrown_away(acting, id)
        _began(acting, draft)
        return _saved(draft, Outcome.SAVED)
    existing = next(iter(kept_queries.ask(_to_lock, id=id)), None)
    if existing is None:
        _stays_thrown_away(acting, id)
    if existing is None or existing.worker_id != author.id:
        return _keep_both(acting, draft, form)
    if existing.content_hash == draft.content_hash or _was_overtaken(existing, form):
        return _saved(existing, Outcome.ALREADY_SAVED)
    if not _may_replace(existing, form):
        return _keep_both(acting, draft, form)
    _write(existing, draft)
    return _saved(existing, Outcome.SAVED)


def _to_lock(*, id: UUID) -> QuerySet[Encounter]:
    return Encounter.objects.select_for_update().filter(id=id)


def _stays_thrown_away(acting: Acting, id: UUID) -> None:
    """Asked after the insert, which waits for a throwing-away under way: before it, neither would see the
    other, and the draft would be back."""
    if kept_queries.ask(_thrown_away, organization=acting.organization_id, id=id):
        raise Refused(_("This draft was thrown away. To keep these words, copy them into a new note."))


def _thrown_away(*, organization: UUID, id: UUID) -> QuerySet[Any, Any]:
    return ThrownAwayDraft.objects.filter(organization_id=organization, id=id).values_list("id")


def _author(acting: Acting, program_id: UUID) -> workforce.Author:
    if not acting.may(May.WRITE_NOTES, program_id=program_id):
        raise Refused(_("Your role doesn't write notes in this program. Ask your supervisor for access."))
    author = workforce.author_of(acting=acting)
    if author is None:
        raise Refused(_("You are not set up as someone who gives support here. Ask your administrator."))
    return author


def _kept(acting: Acting, content: NoteContent) -> NoteContent:
    """What a note keeps of it. Raises `Refused` when the person is not in sight in that program."""
    here = to_write(
        acting, Enrolment, gates.enrolments, _narrative, person=content.person_id, program=content.program_id
    )
    if not here:
        raise Refused(_("This person takes no part in this program, or you don't work with them there."))
    return what_may_be_kept(acting, content, narrative=str(here[0]))


def _narrative(rows: QuerySet[Enrolment], *, person: UUID, program: UUID) -> QuerySet[Any, Any]:
    here = rows.filter(person_id=person, program_id=program)
    return here.values_list("program__narrative", flat=True)[:1]


def _draft(acting: Acting, id: UUID, worker_id: UUID, content: NoteContent, form: Form) -> Encounter:
    moment = clock.now()
    return Encounter(
        id=id,
        organization_id=acting.organization_id,
        worker_id=worker_id,
        content_hash=fingerprint(acting, content),
        edited_in=form.id,
        edit_number=form.number,
        created_at=moment,
        saved_at=moment,
        **{name: getattr(content, name) for name in FIELDS},
    )


def _began(acting: Acting, draft: Encounter) -> None:
    record(acting, events.NOTE_BEGUN, object_type=SOURCE, object_id=draft.id, subject_id=draft.person_id)


def _saved(encounter: Encounter, outcome: Outcome) -> Saved:
    return Saved(encounter_id=encounter.id, outcome=outcome, at=encounter.saved_at)


def _was_overtaken(existing: Encounter, form: Form) -> bool:
    """A request that a later one of the same form outran, signing among them: its words are in the row."""
    return existing.edited_in == form.id and form.number < existing.edit_number


def _may_replace(existing: Encounter, form: Form) -> bool:
    """True for the same open form, and for a form that began from what is there now."""
    if existing.signed_at is not None:
        return False
    return existing.edited_in == form.id or existing.content_hash == form.base


def _keep_both(acting: Acting, draft: Encounter, form: Form) -> Saved:
    """The same id with other words. An open form makes one copy and goes on in it."""
    mine = Encounter.objects.select_for_update().filter(
        organization_id=acting.organization_id, worker_id=draft.worker_id, edited_in=form.id
    )
    copy = mine.exclude(id=draft.id).order_by("-id").first()
    if copy is not None:
        if copy.content_hash == draft.content_hash or _was_overtaken(copy, form):
            return _saved(copy, Outcome.KEPT_BOTH)
        if copy.signed_at is None:
            _write(copy, draft)
            return _saved(copy, Outcome.KEPT_BOTH)
    draft.id = uuid7()
    draft._state.adding = True
    insert_once(draft)
    _began(acting, draft)
    return _saved(draft, Outcome.KEPT_BOTH)


def _write(existing: Encounter, draft: Encounter) -> None:
    for name in (*FIELDS, "content_hash", "edited_in", "edit_number", "saved_at"):
        setattr(existing, name, getattr(draft, name))
    existing.save()


@action(quiet="signing twice leaves one event")
def sign_note(*, acting: Acting, id: UUID) -> Encounter:
    """Sign one's own draft. Everything that follows without typing follows here, in one transaction."""
    encounter = _locked(acting, id)
    author = _author(acting, encounter.program_id)
    if encounter.worker_id != author.worker.id:
        raise Refused(_("Only the person who wrote a note can sign it."))
    if encounter.signed_at is not None:
        return encounter
    if encounter.ends_at is not None and encounter.ends_at > clock.now() + CLOCKS_DIFFER:
        raise Refused(_("By its times this visit has not ended yet. Check them, then sign."))
    encounter.signed_at = clock.now()
    encounter.signed_by_id = acting.user_id
    encounter.signed_as = author.signature(encounter.happened_on)
    encounter.save(update_fields=["signed_at", "signed_by_id", "signed_as"])
    follow_from(acting=acting, encounter=encounter, author=author.worker)
    record(
        acting, events.NOTE_SIGNED, object_type=SOURCE, object_id=encounter.id, subject_id=encounter.person_id
    )
    announce(
        EncounterSigned(
            **_about(acting, encounter),
            starts_at=encounter.starts_at,
            ends_at=encounter.ends_at,
            standing=author.standing,
        )
    )
    return encounter


def _locked(acting: Acting, id: UUID) -> Encounter:
    """One's own note or a finished one, in sight; otherwise 404, as in `get_for`. The look is audited."""
    found: list[Encounter] = to_write(
        acting, Encounter, gates.encounters, _finished_or_own, author=acting.person_in_charge, id=id
    )
    if not found:
        raise Http404
    looked_at(found[0].person_id)
    return found[0]


def _finished_or_own(rows: QuerySet[Encounter], *, author: UUID, id: UUID) -> QuerySet[Encounter]:
    return rows.filter(finished_or_of(author), id=id).select_for_update(of=("self",))


def _about(acting: Acting, encounter: Encounter) -> dict[str, Any]:
    return {
        "acting": acting,
        "encounter_id": encounter.id,
        "person_id": encounter.person_id,
        "program_id": encounter.program_id,
        "worker_id": encounter.worker_id,
        "happened_on": encounter.happened_on,
    }


@action(quiet="a replay leaves no second event")
def add_addendum(*, acting: Acting, id: UUID, encounter_id: UUID, words: str) -> None:
    """Add words to a signed note. The same `id` and words sent twice are one addendum."""
    encounter = _locked(acting, encounter_id)
    author = _author(acting, encounter.program_id)
    if encounter.signed_at is None:
        raise Refused(_("This note is still a draft: change the draft itself."))
    if encounter.withdrawn_at is not None:
        raise Refused(_("This note was withdrawn. Add the words to the note that took its place."))
    if not words.strip():
        raise Refused(_("Write what needs adding first."))
    addendum = Addendum(
        id=id,
        organization_id=acting.organization_id,
        encounter_id=encounter.id,
        words=words.strip(),
        added_at=clock.now(),
        added_by_id=acting.person_in_charge,
        added_as=author.signature(clock.now().date()),
    )
    if not insert_once(addendum):
        if _is_there(addendum):
            return
        addendum.id = uuid7()
        insert_once(addendum)
    record(
        acting, events.NOTE_ADDED_TO, object_type=SOURCE, object_id=encounter.id,
        subject_id=encounter.person_id,
    )  # fmt: skip


def _is_there(addendum: Addendum) -> bool:
    """True for the same words sent again. Other words under the same id came from a page gone back to."""
    same = Addendum.objects.filter(id=addendum.id, encounter_id=addendum.encounter_id).first()
    return same is not None and (same.added_by_id, same.words) == (addendum.added_by_id, addendum.words)


@action(quiet="withdrawing twice leaves one event")
def withdraw_note(*, acting: Acting, id: UUID, why: str) -> Encounter:
    """Take a signed note out of reading, units and hours. It stays in the database, for the audit."""
    encounter = _locked(acting, id)
    author = workforce.worker_of(acting=acting)
    own = author is not None and encounter.worker_id == author.id
    if not own and not acting.may(May.MEND_NOTES, program_id=encounter.program_id):
        raise Refused(_("Only the person who wrote this note, or their supervisor, can withdraw it."))
    if encounter.signed_at is None:
        raise Refused(_("This note is still a draft: throw the draft away instead."))
    if why not in Encounter.WithdrawnWhy.values:
        raise Refused(_("Say what was wrong with the note."))
    if encounter.withdrawn_at is None:
        _withdraw(acting, encounter, why)
    return encounter


def _withdraw(acting: Acting, encounter: Encounter, why: str) -> None:
    encounter.withdrawn_at = clock.now()
    encounter.withdrawn_by_id = acting.user_id
    encounter.withdrawn_why = why
    encounter.save(update_fields=["withdrawn_at", "withdrawn_by_id", "withdrawn_why"])
    FollowUp.objects.filter(encounter_id=encounter.id, done_at=None).update(done_at=encounter.withdrawn_at)
    _plan_visit_again(encounter)
    workforce.withdraw_hours(acting=acting, source_type=SOURCE, source_id=encounter.id)
    record(
        acting, events.NOTE_WITHDRAWN, object_type=SOURCE, object_id=encounter.id,
        subject_id=encounter.person_id, detail={"why": why},
    )  # fmt: skip
    announce(EncounterWithdrawn(**_about(acting, encounter)))


def _plan_visit_again(encounter: Encounter) -> None:
    """Unless another note that stands is about the same visit: then a note that was there twice is gone."""
    if encounter.planned_visit_id is None:
        return
    about_it = Encounter.objects.filter(person_id=encounter.person_id, withdrawn_at=None).filter(
        planned_visit_id=encounter.planned_visit_id, signed_at__isnull=False
    )
    if not about_it.exists():
        PlannedVisit.objects.filter(id=encounter.planned_visit_id).update(status=PlannedVisit.Status.PLANNED)


@action
def rewrite_elsewhere(
    *, acting: Acting, withdrawn_id: UUID, id: UUID, person_id: UUID, program_id: UUID
) -> UUID:
    """Begin the draft of a withdrawn note where it belongs, with the words that were already written."""
    withdrawn = _locked(acting, withdrawn_id)
    if withdrawn.withdrawn_at is None:
        raise Refused(_("Withdraw the note first; then write it where it belongs."))
    if withdrawn.moved_to_id is not None:
        raise Refused(_("This note was already moved. You find it among your drafts."))
    author = _author(acting, program_id)
    if withdrawn.worker_id != author.worker.id:
        raise Refused(_("Only the person who wrote a note can write it where it belongs."))
    content = content_of(withdrawn)
    if (person_id, program_id) != (withdrawn.person_id, withdrawn.program_id):
        content = content.about(person_id, program_id)
    draft = _draft(acting, id, author.worker.id, _kept(acting, content), Form(id=uuid7()))
    if not insert_once(draft):
        raise Refused(_("This note was already moved. You find it among your drafts."))
    _stays_thrown_away(acting, id)
    withdrawn.moved_to_id = draft.id
    withdrawn.save(update_fields=["moved_to"])
    record(
        acting, events.NOTE_MOVED, object_type=SOURCE, object_id=draft.id, subject_id=person_id,
        detail={"from": str(withdrawn.id)},
    )  # fmt: skip
    return draft.id


def mend_note(*, acting: Acting, id: UUID) -> UUID:
    """Withdraw one's own signed note and go on with its words in a new draft about the same person: its id.

    Both or nothing: a note that cannot be written again is not withdrawn either.
    """
    with transaction.atomic():
        withdrawn = withdraw_note(acting=acting, id=id, why=Encounter.WithdrawnWhy.NEEDED_MENDING)
        draft_id: UUID = rewrite_elsewhere(
            acting=acting, withdrawn_id=id, id=uuid7(),
            person_id=withdrawn.person_id, program_id=withdrawn.program_id,
        )  # fmt: skip
    return draft_id


@action
def discard_draft(*, acting: Acting, id: UUID) -> None:
    """Throw away one's own draft, for good: its id is not used again."""
    draft = _locked(acting, id)
    author = _author(acting, draft.program_id)
    if draft.worker_id != author.worker.id or draft.signed_at is not None:
        raise Refused(_("Only your own drafts can be thrown away. A signed note is withdrawn instead."))
    Encounter.objects.filter(moved_to_id=draft.id).update(moved_to_id=None)
    subject = draft.person_id
    draft.delete()
    ThrownAwayDraft.objects.create(id=id, organization_id=acting.organization_id)
    record(acting, events.NOTE_DISCARDED, object_type=SOURCE, object_id=id, subject_id=subject)
