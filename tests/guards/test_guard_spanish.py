"""Guard: every sentence a reader may see has its Spanish, and Spanish pages say it."""

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from codebase import REPOSITORY
from django.test import Client
from django.utils import translation
from factories.notes import NOW
from walk import BEFORE_SIGN_IN, furnish, pages, said, walked

from beenthere.foundation import clock
from beenthere.foundation.templatetags.translations import REVIEWED, reviewers, translation_review
from beenthere.trust.access import Role
from beenthere.trust.models import Organization


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", REPOSITORY / ".ci" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = _tool()


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return messages.committed()


# -- the files


def test_nothing_is_missing_and_nothing_is_left_over(catalogue: Catalog) -> None:
    """`make messages` would change nothing."""
    now = messages.merged(messages.extracted(), catalogue)
    assert messages.untranslated(now) == []
    assert messages.po_text(now) == messages.PO.read_bytes(), "the words have changed: type `make messages`"
    assert list(catalogue.obsolete) == []
    assert [m.id for m in messages.real(catalogue) if m.fuzzy] == []


def test_what_runs_is_what_is_written(catalogue: Catalog) -> None:
    assert messages.MO.read_bytes() == messages.mo_bytes(catalogue)
    assert read_mo(BytesIO(messages.MO.read_bytes())).get("Sign out").string == "Salir"


def test_a_new_a_changed_and_a_lost_sentence_are_noticed() -> None:
    before, now = Catalog(locale="es"), Catalog(locale="es")
    before.add("Kept", "Queda")
    before.add("Said so", "Dicho así")
    for words in ("Kept", "Said so.", "New"):
        now.add(words)
    merged = messages.merged(now, before)
    assert messages.untranslated(merged) == ["Said so.", "New"]
    assert merged.get("Kept").string == "Queda"
    assert merged.get("Said so") is None


def test_every_kind_of_place_is_read() -> None:
    found = messages.extracted()
    places = {place for message in messages.real(found) for place, _line in message.locations}
    assert {
        "support/rules/wording.toml", "consent/texts/part2.toml", "funding/rules/explanation.py",
        "portal/templates/portal/today.html", "portal/templates/account/messages/logged_out.txt",
    } <= places  # fmt: skip
    assert found.get("%(count)s day ago").id == ("%(count)s day ago", "%(count)s days ago")
    assert found.get("D, M j", "date format") is not None


# -- placeholders

_PLACEHOLDER = re.compile(r"%%?\(\w+\)\w|\{\w+\}|</?[a-z]+>")


def holes(words: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(words))


def unequal_holes(message: Message) -> Iterator[str]:
    """The Spanish of a plural may leave the number out of neither form."""
    asked = message.id if isinstance(message.id, tuple) else (message.id,)
    for english, spanish in zip(asked, messages.spanish(message), strict=True):
        if holes(english) != holes(spanish):
            yield f"{english!r} has {holes(english)}, {spanish!r} has {holes(spanish)}"


def test_placeholders_are_the_same_in_both_languages(catalogue: Catalog) -> None:
    assert [told for message in messages.real(catalogue) for told in unequal_holes(message)] == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("{actor} signed", "{autor} firmó"),
        ("%(day)s", "%(dia)s"),
        ("Join <strong>%(program)s</strong>", "Entra a %(program)s"),
    ],
)
def test_an_unequal_placeholder_is_found(english: str, spanish: str) -> None:
    assert len(list(unequal_holes(Message(english, spanish)))) == 1


# -- nothing is only copied

# Words that are the same in both languages, and formats without words.
SAME = {
    "%(day)s", "%(day)s, %(time)s", "%(role)s, %(program)s", "%(day)s, %(time)s, %(minutes)s min",
    "Hospital", "Video", "No",
}  # fmt: skip


def copied(catalogue: Catalog) -> list[str]:
    return [
        said_so
        for message in messages.real(catalogue)
        if (said_so := messages.singular(message)) in messages.spanish(message) and said_so not in SAME
    ]


def test_no_sentence_is_only_copied(catalogue: Catalog) -> None:
    assert copied(catalogue) == []
    planted = Catalog(locale="es")
    planted.add("Signed by hand", "Signed by hand")
    assert copied(planted) == ["Signed by hand"]


WOUNDING = re.compile(
    r"\b(adict[oa]s?|drogadict[oa]s?|alcohólic[oa]s?|borrach[oa]s?|toxicóman[oa]s?|abusador[ae]?s?"
    r"|incumplid[oa]s?|desobediente|manipulador[ae]?s?|enferm[oa]s? mental(es)?|se suicidó)\b",
    re.IGNORECASE,
)


def test_spanish_names_people_first(catalogue: Catalog) -> None:
    told = [words for message in messages.real(catalogue) for words in messages.spanish(message)]
    assert [words for words in told if WOUNDING.search(words)] == []
    assert WOUNDING.search("es un adicto")


def test_everyone_is_addressed_as_usted(catalogue: Catalog) -> None:
    familiar = re.compile(r"\b(tú|tus?|ti|contigo|puedes|tienes|quieres|eres|estás)\b", re.IGNORECASE)
    told = [words for message in messages.real(catalogue) for words in messages.spanish(message)]
    assert [words for words in told if familiar.search(words)] == []


# -- what a person has to read first


def unread(catalogue: Catalog, part: str) -> list[str]:
    """Entries of a part that no named person has read."""
    return [
        messages.singular(message)
        for message in messages.real(catalogue)
        if part in {messages.review_part(place) for place, _line in message.locations}
        and not any(line.removeprefix(messages.REVIEW_MARK).strip() for line in message.user_comments)
    ]


def test_a_part_called_reviewed_has_every_entry_reviewed(catalogue: Catalog) -> None:
    stored = tomllib.loads(REVIEWED.read_text())
    assert set(stored) == set(messages.TO_BE_REVIEWED)
    for part, review in stored.items():
        assert bool(review["reviewed_by"]) == bool(review["reviewed_on"]), part
        assert not review["reviewed_by"] or unread(catalogue, part) == [], part


def test_an_unread_entry_of_a_reviewed_part_is_found() -> None:
    planted = Catalog(locale="es")
    planted.add("Taken back", "Retirado", [("consent/words.py", None)], user_comments=["reviewed-by: Eva"])
    planted.add("Active", "Vigente", [("consent/words.py", None)], user_comments=["reviewed-by:"])
    planted.add("Person", "Persona", [("funding/files.py", None)])
    assert unread(planted, "consent") == ["Active"]


def test_a_page_says_that_nobody_has_read_its_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    with translation.override("es"):
        assert "Traducción sin revisar por una persona" in translation_review("consent")
        monkeypatch.setitem(reviewers(), "consent", "M. Solís")
        assert translation_review("consent") == ""
    with translation.override("en"):
        assert translation_review("crisis") == ""


# -- the pages

# Small words that no Spanish sentence has, and names and made-up data here do not either.
ENGLISH = re.compile(
    r"\b(the|and|with|you|your|this|that|not|from|they|them|their|are|is|was|has|have|when|what|who|here|of|to|"
    r"for|it|be|by|on|at|or|we|yet|all|any|each|note|notes|people|back|sign|save|units)\b",
    re.IGNORECASE,
)


def english(page: str) -> list[str]:
    return [words for words in said(page, "es") if ENGLISH.search(words)]


def told(found: dict[str, str]) -> str:
    """Each English sentence once, with one page it stands on."""
    places = {words: address for address, page in found.items() for words in english(page)}
    return "\n".join(f"{address}: {words}" for words, address in places.items())


@pytest.mark.parametrize("role", list(Role))
def test_spanish_pages_say_nothing_in_english(organization: Organization, role: Role) -> None:
    furnish(organization)
    with clock.standing_at(NOW):
        found = dict(pages(organization, role, "es"))
    assert len(found) >= 4, list(found)
    assert told(found) == ""


def test_pages_before_sign_in_say_nothing_in_english(database: str) -> None:
    client = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="es")
    found = dict(walked(client, list(BEFORE_SIGN_IN)))
    assert told(found) == ""
    assert "Traducción sin revisar por una persona" in found["/help/"]
    assert "Envíe AYUDA al 988" in found["/help/"]


def test_english_on_a_spanish_page_is_found() -> None:
    page = "<html lang=es><p>Hoy</p><button aria-label='Close the list'>Cerrar</button><p>Sign <b>out</b></p>"
    assert english(page) == ["Close the list", "Sign out"]
    assert english("<p lang='en'>Words of the regulation</p><p>Palabras</p>") == []
