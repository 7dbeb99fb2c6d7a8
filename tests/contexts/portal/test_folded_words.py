"""Words that are worked out once are still each reader's own words."""

from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest
from django.template import engines
from django.urls import NoReverseMatch
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


ADDRESSED = '{% url view id as here %}{{ here }} <a href="{% url "person" id %}">'


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ('{% url "person" id %}', {"id": UUID(int=7)}),
        ('{% url "person" id as here %}({{ here }})', {"id": UUID(int=7)}),
        ('{% url "person_assign" id other %}', {"id": UUID(int=0), "other": UUID(int=1)}),
        ('{% url "person_assign" id other %}', {"id": UUID(int=1), "other": UUID(int=0)}),
        ('{% url "person" id %}', {"id": str(UUID(int=7))}),
        ('{% url "certification_state" id %}', {"id": "OH"}),
    ],
)
def test_an_address_is_what_django_would_have_written(source: str, given: dict[str, Any]) -> None:
    written = folded(source).render(given)
    assert written == engines["django"].from_string(source).render(given)
    assert "/" in written


def test_an_address_of_nothing_is_an_error_as_ever() -> None:
    with pytest.raises(NoReverseMatch):
        folded('{% url "person" nobody %}').render({})


class Seen(HTMLParser):
    """What a browser makes of it: names of elements, words, and values of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _name, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


HOSTILE = "<b>\"Maya\" & 'Sam'</b>"


@pytest.mark.parametrize(
    "source",
    [
        '{% component "tag" text=words state="done" / %}',
        '{% component "button" label=words name=words value=words busy_label=words icon="plus" / %}',
        '{% component "button" label=words form=words formaction=words aria_label=words / %}',
        '{% component "link-button" label=words url=words context=words kind="quiet" data_x=words / %}',
        '{% component "card" title=words url=words eyebrow=words %}{{ words }}'
        '{% slot "aside" %}{{ words }}{% endslot %}{% slot "actions" %}{{ words }}{% endslot %}'
        "{% endcomponent %}",
        '{% component "card" title=words level="3" kind="quiet" %}{{ words }}{% endcomponent %}',
        '{% component "card" %}{{ words }}{% slot "aside" %}{{ words }}{% endslot %}{% endcomponent %}',
    ],
)
def test_what_is_drawn_in_python_escapes_each_value_once(source: str) -> None:
    drawn = engines["django"].from_string("{% load components %}" + source).render({"words": HOSTILE})
    seen = Seen()
    seen.feed(drawn)
    assert "b" not in seen.tags
    wrong = [one for one in (*seen.texts, *seen.values) if "Maya" in one and one.strip() != HOSTILE]
    given = source.count("=words") + source.count("{{ words }}")
    assert (seen.texts.count(HOSTILE) + seen.values.count(HOSTILE), wrong) == (given, [])


def test_a_plain_card_is_a_body_and_nothing_else() -> None:
    plain = '{% load components %}{% component "card" %}Words{% endcomponent %}'
    drawn = engines["django"].from_string(plain).render()
    assert "".join(drawn.split()) == (
        '<sectionclass="bt-cardbt-card--plain"><divclass="bt-card__bodybt-flow">Words</div></section>'
    )
