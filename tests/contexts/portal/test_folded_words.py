"""Words that are worked out once are still each reader's own words."""

from typing import Any

from django.template import engines
from django.utils.translation import override

from beenthere.foundation.folding import fold

NAMED = '{% load i18n %}{% translate "Today" as word %}{% url "home" as here %}{{ word }} {{ here }}'


def folded(source: str) -> Any:
    template = engines["django"].from_string(source)
    fold(template.template.nodelist)
    return template


def test_a_word_with_a_name_is_said_in_the_language_of_each_reader() -> None:
    page = folded(NAMED)
    said = []
    for language in ("en", "es", "en"):
        with override(language):
            said.append(page.render())
    assert said == ["Today /", "Hoy /", "Today /"]


def test_what_depends_on_a_value_is_worked_out_for_each() -> None:
    page = folded("{% load i18n %}{% translate greeting as word %}{{ word }}")
    assert [page.render({"greeting": name}) for name in ("Maya", "Sam")] == ["Maya", "Sam"]
