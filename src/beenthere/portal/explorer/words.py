"""Sentences of the rules in the reader's language, and the names that stand in them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beenthere.certification.api import PATHS, Path, Topic
from beenthere.kernel.decision import Confidence
from beenthere.kernel.words import Words
from beenthere.portal.explorer.places import place_name

TOPICS: Final[Mapping[Topic, str | Promise]] = {
    Topic.TRAINING: _("Training"),
    Topic.EXAM: _("Exam"),
    Topic.WORK: _("Work"),
    Topic.SUPERVISION: _("Supervision"),
    Topic.RECOVERY: _("Time in recovery"),
    Topic.AGE: _("Age"),
    Topic.EDUCATION: _("Schooling"),
    Topic.REFERENCES: _("Letters"),
    Topic.BACKGROUND_CHECK: _("Background check"),
    Topic.OTHER: _("Anything else"),
}
CONFIDENCE: Final[Mapping[Confidence, str | Promise]] = {
    Confidence.PRIMARY: _("the issuer's or the state's own text"),
    Confidence.PAYER: _("the payer's own text"),
    Confidence.SECONDARY: _("a second-hand source"),
    Confidence.MEASURED: _("tried out"),
    Confidence.UNVERIFIED: _("not verified"),
    Confidence.LOCAL: _("set by the organization"),
}
PATH_NAMES: Final[Mapping[Path, str | Promise]] = {
    Path.NONE: _("Start again: the full application"),
    Path.HOURS_COUNT: _("A full application in which your hours count"),
    Path.TRAINING_WAIVER: _("You need not do the training again"),
    Path.CONDITIONAL_EXAM: _("Some conditions, and the exam"),
    Path.BOARD_TO_BOARD: _("From board to board"),
    Path.OTHER: _("A way of its own"),
}
# Words of the data that stand inside sentences. What is not here is a name, and is shown as it is.
NAMES: Final[Mapping[str, str | Promise]] = {
    "training": _("training"),
    "work": _("work"),
    "supervision": _("supervision"),
    "ce": _("continuing education"),
    "exam": _("exam"),
    "recovery": _("recovery"),
    "age": _("age"),
    "education": _("schooling"),
    "references": _("letters"),
    "background check": _("background check"),
    "other": _("anything else"),
    "live": _("live"),
    "online": _("online"),
    "in_service": _("at your workplace"),
    "none": _("none"),
    "enrolled": _("still in school"),
    "high school": _("high school or GED"),
    "some college": _("some college"),
    "bachelor": _("a bachelor's degree"),
    "of any state": _("of any state"),
    "icrc-pr": _("IC&RC peer recovery exam"),
    "ethics": _("ethics"),
    "advocacy": _("advocacy"),
    "mentoring": _("mentoring"),
    "harm-reduction": _("harm reduction"),
    "e-academy": _("the e-based academy"),
    "core": _("the core course"),
    "domestic-violence": _("domestic violence"),
    "consumer-connections": _("the course Consumer Connections"),
    "medication-supported-recovery": _("recovery with medication"),
    "supplemental-mental-health": _("mental health, beyond the core"),
    "supplemental-recovery": _("recovery, beyond the core"),
    "hiv": _("HIV"),
    "wrap": "WRAP",
    "recovery-coach": _("the course for recovery coaches"),
    "bachelor, human services": _("a bachelor's degree in human services"),
    "human services": _("human services"),
    "another state": _("another state"),
    "crss-domain": _("the CRSS domains"),
    "core-functions": _("core functions"),
    "law-ethics": _("law and ethics"),
    "suicide-prevention": _("suicide prevention"),
    "boundaries": _("boundaries"),
    "diversity": _("diversity"),
    "trauma": "trauma",
    "coaching": _("coaching"),
    "navigation": _("finding services"),
    "trafficking": _("human trafficking"),
    "behavioral-health": _("behavioral health"),
    "health": _("health"),
    "peer": _("peer support"),
    "peer-recovery": _("peer support and recovery"),
    "elective": _("subjects you choose"),
    "general": _("general subjects"),
}
_KEY = re.compile(r"([A-Z]+)/([A-Z-]+)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOLE = "\0"


class Said(NamedTuple):
    """A sentence; `quoted`, in its middle, is in the language of the collection."""

    before: str
    quoted: str = ""
    after: str = ""

    def __str__(self) -> str:
        return "".join(self)


def say(words: Words) -> Said:
    told = {name: _HOLE if name == "words" else _shown(value) for name, value in words.params.items()}
    before, hole, after = (gettext(words.msgid) % told).partition(_HOLE)
    if not hole:
        return Said(before)
    own, quoted = _both(str(words.params["words"]))
    return Said(f"{before}{own}", quoted, after)


def said(words: str) -> Said:
    """Words of the data: in the reader's language, or quoted where nobody has put them into it."""
    return Said(*_both(words))


def _both(words: str) -> tuple[str, str]:
    """As (in the reader's language, quoted): one of them is empty."""
    own = gettext(words)
    return (own, "") if own != words else ("", words)


def name_of(word: str) -> str:
    """One word of the data in the reader's language; a name as it is, a key of small letters as words.

    A credential's key, of an exam too, is told with its place: OH/PRS is "Ohio PRS".
    """
    if key := _KEY.fullmatch(word):
        return f"{place_name(key[1])} {key[2]}"
    return str(NAMES.get(word, word.replace("-", " ") if word.islower() else word))


def _shown(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if value in PATHS.values():
        return gettext(value)
    if _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value))
    return ", ".join(name_of(one) for one in value.split(", "))
