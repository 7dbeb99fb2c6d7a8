"""Guard 13, the rest: a page asks for nothing it was not given. What is missing would be shown as nothing."""

import re

import pytest
from django.template import engines
from test_guard_urls import Story, story, urls

from beenthere.trust.access import roles_with

__all__ = ["story"]
MISSING = "⟦%s⟧"
# The first error of a field that has none, and a part of a component that the page leaves out.
# Handed on to a component that leaves out what it is not given.
HANDED_ON = {
    "page.crisis.name": "nobody is named as crisis contact",
    "page.crisis.phone": "nobody is named as crisis contact",
    "back": "the role may not open the page to go back to",
    "back_label": "the role may not open the page to go back to",
}
MAY_BE_MISSING = re.compile(r"\.errors\.0$|^slots\.")


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a template asks for and was not given stands in the page, with its name."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", MISSING)


def missing(page: str) -> list[str]:
    names = set(re.findall("⟦(.*?)⟧", page))
    return sorted(name for name in names if name not in HANDED_ON and not MAY_BE_MISSING.search(name))


@pytest.mark.usefixtures("database", "loud")
def test_pages_ask_for_nothing_they_were_not_given(story: Story) -> None:
    found: dict[str, list[str]] = {}
    for url in urls():
        for role in roles_with(url.may) if url.may else ():
            lacking = missing(story.clients[role].get(story.path(url)).getvalue().decode())
            if lacking:
                found[url.route] = lacking
    assert found == {}


@pytest.mark.usefixtures("loud")
def test_a_missing_variable_is_found() -> None:
    planted = engines["django"].from_string("<p>{{ page.planted }}</p>")
    assert missing(planted.render({"page": object()})) == ["page.planted"]
