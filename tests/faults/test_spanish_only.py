"""F13: an error in the Spanish alone. Each sentence is filled in as its page would fill it in.

`tests/guards/test_guard_spanish.py` opens the pages of each role in Spanish.
"""

import re
from collections import defaultdict
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, engines
from django.utils import translation

PO = Path(settings.LOCALE_PATHS[0]) / "es" / "LC_MESSAGES" / "django.mo"
FILLED = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


class Anything(defaultdict[str, Any]):
    """Whatever name a sentence asks for is there."""

    def __init__(self) -> None:
        super().__init__(lambda: 3)


def sentences() -> list[tuple[str, str]]:
    """(English, Spanish) of every entry, plural forms among them."""
    with PO.open("rb") as file:
        catalog = GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return [
        (key[0] if isinstance(key, tuple) else key, spanish) for key, spanish in catalog.items() if spanish
    ]


def broken(english: str, spanish: str) -> str:
    """Why the Spanish cannot be filled in where the English can; empty when it can."""
    try:
        wanted = english % Anything() if "%(" in english else english.format_map(Anything())
    except (ValueError, KeyError, IndexError, TypeError):
        return ""  # no sentence with places to fill, such as one about 100 %
    try:
        filled = spanish % Anything() if "%(" in english else spanish.format_map(Anything())
    except (ValueError, KeyError, IndexError, TypeError) as problem:
        return f"{spanish!r}: {problem!r}"
    left_out = bool(FILLED.search(filled)) is not bool(FILLED.search(wanted))
    return f"{spanish!r} is not filled in" if left_out else ""


def test_every_spanish_sentence_can_be_filled_in() -> None:
    found = sentences()
    assert len(found) > 1000
    assert [told for pair in found if FILLED.search(pair[0]) and (told := broken(*pair))] == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Saved at %(time)s.", "Guardado a las %(time)."),
        ("Saved at %(time)s.", "Guardado al 100 % a las %(time)s."),
        ("{actor} signed", "{actor firmó"),
        ("Saved at %(time)s.", "Guardado a las % (time)s."),
    ],
)
def test_a_sentence_broken_in_spanish_only_is_found(english: str, spanish: str) -> None:
    assert broken(english, spanish)


def test_a_broken_entry_falls_back_to_english_in_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """What slips through all the same is a sentence in English, not a failure."""
    page = engines["django"].engine.from_string(
        "{% load i18n %}{% blocktranslate trimmed %}Saved at {{ time }}.{% endblocktranslate %}"
    )
    with translation.override("es"):
        catalog = translation.trans_real.catalog()  # type: ignore[attr-defined]
        monkeypatch.setitem(catalog._catalog._catalogs[0], "Saved at %(time)s.", "Guardado %(hora)s.")
        assert page.render(Context({"time": "2 pm"})) == "Saved at 2 pm."
