"""A credential held elsewhere: which path the new place names, and what remains. Never a promise."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from beenthere.certification.rules.assess import OUTCOMES, Assessment, Finding, assess, finding
from beenthere.certification.rules.measure import Standing
from beenthere.certification.rules.record import Record
from beenthere.certification.rules.told import Cited
from beenthere.certification.rules.vocabulary import Credential, Path, Reciprocity, Topic
from beenthere.kernel.words import Words, gettext_noop

NOT_HELD = gettext_noop("The record shows no %(credential)s that is in force on %(day)s.")
END_NOT_SAID = gettext_noop("The record does not say until which day %(credential)s holds.")
NOT_SAID = gettext_noop(
    "No collected source says what %(to)s makes of another state's credential. Ask the issuer."
)
START_AGAIN = gettext_noop("The source says that there is no reciprocity: the full application is needed.")
NOT_FOR_THIS = gettext_noop(
    "The path that is known (%(path)s) is not for %(from)s. The full application is needed."
)
REMAINS = gettext_noop(
    "Path: %(path)s. What is marked as missing remains. Acceptance is the issuer's decision."
)
ASK = gettext_noop("Path: %(path)s. Its terms are known in part only. Ask the issuer.")
VOUCHED = gettext_noop("Your present board vouches for this. Ask the new one whether it asks for more.")
PATHS = {
    Path.NONE: gettext_noop("none"),
    Path.HOURS_COUNT: gettext_noop("a full application in which your hours count"),
    Path.TRAINING_WAIVER: gettext_noop("a waiver of the training"),
    Path.CONDITIONAL_EXAM: gettext_noop("conditions, and the exam"),
    Path.BOARD_TO_BOARD: gettext_noop("from board to board"),
    Path.OTHER: gettext_noop("a way of its own"),
}


# What boards of one family ask for alike, so that one takes the word of the other.
SHARED = frozenset({Topic.TRAINING, Topic.EXAM, Topic.WORK, Topic.SUPERVISION, Topic.EDUCATION})


class ReciprocityStatus(StrEnum):
    PATH = "path"
    FULL_APPLICATION = "full_application"
    CANNOT_KNOW = "cannot_know"


@dataclass(frozen=True, kw_only=True)
class ReciprocityAnswer:
    """`remains` are the path's own conditions and the requirements it does not waive."""

    to: str
    from_: str
    on: date
    status: ReciprocityStatus
    path: Path | None
    words: Words
    note: str
    remains: tuple[Finding, ...]
    sources: tuple[Cited, ...]


def reciprocity(record: Record, from_: Credential, to: Credential, on: date) -> ReciprocityAnswer:
    version = to.version_on(on)
    full = assess(record, to, on)
    if version is None or not version.reciprocity:
        return _told(from_, to, full, ReciprocityStatus.CANNOT_KNOW, None, Words(NOT_SAID, {"to": to.key}))
    first = version.reciprocity[0]
    path = next((one for one in version.reciprocity if _serves(one, from_, on)), None)
    if first.path is Path.NONE:
        return _told(from_, to, full, ReciprocityStatus.FULL_APPLICATION, first, Words(START_AGAIN))
    if path is None:
        words = Words(NOT_FOR_THIS, {"path": PATHS[first.path], "from": from_.key})
        return _told(from_, to, full, ReciprocityStatus.FULL_APPLICATION, first, words)
    if not _in_force(record, from_, on):
        words = _not_in_force(record, from_, on)
        return _told(from_, to, full, ReciprocityStatus.CANNOT_KNOW, path, words)
    return _along(path, record, from_, to, full)


def _serves(path: Reciprocity, from_: Credential, on: date) -> bool:
    """Board to board is open between members: those who themselves take part in it."""
    if not path.accepts or from_.key in path.accepts:
        return True
    version = from_.version_on(on)
    own = version.reciprocity if version else ()
    return path.path is Path.BOARD_TO_BOARD and any(one.path is Path.BOARD_TO_BOARD for one in own)


def _in_force(record: Record, from_: Credential, on: date) -> bool:
    return any(
        one.credential == from_.key and one.issued <= on and one.expires is not None and one.expires >= on
        for one in record.credentials
    )


def _not_in_force(record: Record, from_: Credential, on: date) -> Words:
    held = [one for one in record.credentials if one.credential == from_.key and one.issued <= on]
    if any(one.expires is None for one in held):
        return Words(END_NOT_SAID, {"credential": from_.key})
    return Words(NOT_HELD, {"credential": from_.key, "day": on.isoformat()})


def _along(
    path: Reciprocity, record: Record, from_: Credential, to: Credential, full: Assessment
) -> ReciprocityAnswer:
    conditions = tuple(finding(one, record, full.on) for one in path.requirements)
    others = (one for one in full.findings if one.topic not in path.waives)
    if path.path is Path.BOARD_TO_BOARD:
        others = (_vouched(one) for one in others)
    remains = (*conditions, *others)
    vague = path.path is Path.OTHER or not any(one.standing is Standing.MISSING for one in remains)
    words = Words(ASK if vague else REMAINS, {"path": PATHS[path.path]})
    told = _told(from_, to, full, ReciprocityStatus.PATH, path, words)
    return ReciprocityAnswer(**{**vars(told), "remains": remains})


def _vouched(one: Finding) -> Finding:
    """Neither missing nor done with: the new board may ask for more than the family does."""
    if one.topic not in SHARED or one.standing > Standing.RECORD_SILENT:
        return one
    return replace(
        one,
        standing=Standing.SOURCE_UNSURE,
        outcome=OUTCOMES[Standing.SOURCE_UNSURE],
        words=Words(VOUCHED),
        next_step=Words(VOUCHED),
        unless=None,
        earliest=None,
        lacks=(),
    )


def _told(
    from_: Credential,
    to: Credential,
    full: Assessment,
    status: ReciprocityStatus,
    path: Reciprocity | None,
    words: Words,
) -> ReciprocityAnswer:
    return ReciprocityAnswer(
        to=to.key,
        from_=from_.key,
        on=full.on,
        status=status,
        path=path.path if path else None,
        words=words,
        note=path.note if path else "",
        remains=full.findings,
        sources=to.sources,
    )
