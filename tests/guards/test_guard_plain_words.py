"""Guard: pages read at grade 8 or below for staff, at grade 6 or below for what participants read with them.

English by Flesch and Kincaid. Spanish by Szigriszt and Pazos on the INFLESZ scale, where 55 begins "normal"
(press for everybody) and 65 "quite easy" (primary school).
"""

import re
from collections.abc import Iterator

import pytest
import textstat
from django.test import Client
from factories.notes import NOW
from textstat.backend.counts import _count_syllables as syllables_of_textstat
from walk import BEFORE_SIGN_IN, furnish, pages, said, walked

from beenthere.foundation import clock
from beenthere.trust.access import Role
from beenthere.trust.models import Organization

STAFF, PARTICIPANT = 8.0, 6.0
NORMAL, QUITE_EASY = 55.0, 65.0
# What is read together with a participant, or by one alone.
FOR_PARTICIPANTS = re.compile(r"/consents/|^/help/$|^/not/here/$|^/certification/(need|moving|wrong)/")
# Below this a formula measures the names on the page, not its sentences.
FEWEST_WORDS = 30
LONG, SCHOLAR = 12, 12.0
SPLIT = re.compile(r"(?<=[.?!])\s+")
_SENTENCE = re.compile(r"[.?!]$")
# Texts of publications and of the law are quoted as they are.
QUOTED = re.compile(r"42 CFR|HIPAA|PIHP|Medicaid")


SILENT_END = r"(?<=[a-z]{2})(?<![td])ed$|(?<![sxzgc])(?<!ch)(?<!sh)es$|(?<![le])e$|(?<=[aeiou]l)e$"
APART = r"(?<![tcs])i[ao]|(?<!c)iou$|(?<![tcs])ie[nt]|[^gq]ua|eing|[dr]ea$"


class Spoken(dict[str, list[list[str]]]):
    """Stands in for the pronouncing dictionary that textstat would fetch: syllables from the letters."""

    def __missing__(self, word: str) -> list[list[str]]:
        return [["V1"] * syllables(word)]


def syllables(word: str) -> int:
    """Groups of vowels; a silent e is none, and some pairs of vowels are spoken apart."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    letters = re.sub(r"^(some|every|there|home)(?=[a-z])", lambda found: found[0][:-1], letters)
    letters = re.sub(SILENT_END, "", letters)
    groups = len(re.findall(r"[aeiouy]+", letters))
    return max(1, groups + len(re.findall(APART, letters)))


@pytest.fixture(autouse=True)
def by_letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        syllables_of_textstat, "get_cmudict", lambda lang: Spoken() if lang[:2] == "en" else None
    )
    yield
    textstat.set_lang("en_US")


def sentences(page: str, language: str) -> str:
    """The whole sentences of a page; labels and names are not prose."""
    whole = [words for words in said(page, language) if _SENTENCE.search(words) and not QUOTED.search(words)]
    return " ".join(dict.fromkeys(whole))


def grade(text: str) -> float:
    textstat.set_lang("en_US")
    return float(textstat.flesch_kincaid_grade(text))


def ease(text: str) -> float:
    textstat.set_lang("es")
    return float(textstat.szigriszt_pazos(text))


def too_hard(found: dict[str, str], language: str) -> list[str]:
    """Pages above their grade, and long sentences that only a scholar reads in one go."""
    told = {address: sentences(page, language) for address, page in found.items()}
    long = {one for text in told.values() for one in SPLIT.split(text) if len(one.split()) >= LONG}
    if language == "en":
        faults = [f"{a}: grade {grade(x):.1f}" for a, x in told.items() if _counts(x) and grade(x) > _most(a)]
        return faults + [f"grade {grade(one):.1f}: {one}" for one in sorted(long) if grade(one) > SCHOLAR]
    return [f"{a}: ease {ease(x):.0f}" for a, x in told.items() if _counts(x) and ease(x) < _least(a)]


def _counts(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS


def _most(address: str) -> float:
    return PARTICIPANT if FOR_PARTICIPANTS.search(address) else STAFF


def _least(address: str) -> float:
    return QUITE_EASY if FOR_PARTICIPANTS.search(address) else NORMAL


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("role", list(Role))
def test_pages_are_plain(organization: Organization, role: Role, language: str) -> None:
    furnish(organization)
    with clock.standing_at(NOW):
        found = dict(pages(organization, role, language))
    assert any(_counts(sentences(page, language)) for page in found.values())
    assert too_hard(found, language) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_before_sign_in_are_plain(database: str, language: str) -> None:
    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE=language)
    found = dict(walked(client, list(BEFORE_SIGN_IN)))
    assert _counts(sentences(found["/help/"], language))
    assert too_hard(found, language) == []


WIZARDS = (
    ("/certification/need/oh/prs/", {"q-training": "30", "q-training-on-e-academy": "6"}),
    ("/certification/need/ky/radpss/", {"q-training": "60", "q-recovery": "2026-08-01"}),
    ("/certification/moving/", {"held": "OH/PRS", "to": "CA/CMPSS", "until": "2027-05-01"}),
)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("go", ["back", "next", "answer"])
def test_the_wizards_are_plain(database: str, language: str, go: str) -> None:
    """Each step and each answer, which no link leads to."""
    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE=language)
    found = {at: client.post(at, {**told, "go": go}).content.decode() for at, told in WIZARDS}
    assert go != "answer" or all(_counts(sentences(page, language)) for page in found.values())
    assert too_hard(found, language) == []


LEGALESE = (
    "Individuals participating in rehabilitation programming authorize administrative disclosure of "
    "confidential documentation to affiliated organizations. Revocation necessitates written notification of "
    "the responsible administrative representative, irrespective of preceding authorizations. Additional "
    "information remains available."
)
LEYES = (
    "Las personas participantes en programas de rehabilitación autorizan la divulgación administrativa de "
    "documentación confidencial a organizaciones afiliadas. La revocación requiere la notificación escrita "
    "al representante administrativo responsable, independientemente de autorizaciones precedentes."
)


def test_hard_words_are_found() -> None:
    assert len(too_hard({"/people/x/consents/": f"<p>{LEGALESE}</p>"}, "en")) >= 2
    assert len(too_hard({"/staff/": f"<p>{LEYES}</p>"}, "es")) == 1


SPOKEN = {
    "note": 1, "notes": 1, "signed": 1, "ended": 2, "places": 2, "changes": 2, "people": 2, "table": 2,
    "role": 1,
    "client": 2, "specialist": 3, "something": 2, "idea": 3, "organization": 5, "social": 2, "usually": 4,
    "confidential": 4, "administrator": 5, "recovery": 4, "being": 2, "radio": 3, "serious": 3, "patient": 2,
}  # fmt: skip


def test_syllables_are_counted_as_spoken() -> None:
    assert {word: syllables(word) for word in SPOKEN} == SPOKEN
