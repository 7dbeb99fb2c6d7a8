"""A new colleague opens the link they were given and chooses a password: no link of a page leads there."""

import re
from typing import Any

import pytest
from house import House, in_a_browser
from test_every_page import Faults, look

pytestmark = in_a_browser

# The specialist who came last, before they have chosen a password: no other test is them.
INVITE = """
import django
django.setup()
from beenthere.trust.acting import system
from beenthere.trust.models import RoleGrant
from beenthere.workforce.api import invitation_path
with system("inviting for a test"):
    grants = RoleGrant.objects.filter(role="specialist").select_related("user")
    user = grants.latest("granted_at", "id").user
    user.set_unusable_password()
    user.save(update_fields=["password"])
    print(invitation_path(user))
"""
LONG = "eleven tired herons wade"


@pytest.fixture(scope="module")
def link(house: House) -> str:
    return house.run("-c", INVITE).strip()


def choose(somebody: Any, one: str, other: str) -> None:
    """As a phone without JavaScript would send it."""
    first, second = somebody.page.locator('main input[type="password"]').all()
    first.fill(one)
    second.fill(other)
    with somebody.page.expect_navigation(wait_until="load"):
        somebody.page.locator("main form").evaluate("(form) => HTMLFormElement.prototype.submit.call(form)")


def test_the_link_opens_a_page_that_can_be_read_and_sends_back_what_will_not_do(
    visit: Any, link: str
) -> None:
    somebody, faults = visit(), Faults()
    somebody.go(link)
    look(somebody, "choose a password", faults, set())
    for one, other in (("short", "short"), (LONG, LONG + "s"), ("", "")):
        choose(somebody, one, other)
        assert somebody.page.evaluate("document.activeElement.matches('[data-focus]')"), (one, other)
        look(somebody, f"choose a password, sent back after {one!r} and {other!r}", faults, set())
    assert not faults, "\n".join(faults)


def test_a_password_is_chosen_once_and_the_link_is_used_up(visit: Any, link: str) -> None:
    somebody, faults = visit(), Faults()
    somebody.go(link)
    choose(somebody, LONG, LONG)
    assert re.search(r"/account/password/new/done/$", somebody.page.url), somebody.page.url
    look(somebody, "the password is chosen", faults, set())
    late = visit()
    late.go(link)
    assert late.page.get_by_role("link", name="Send a new link").is_visible()
    assert late.page.locator('input[type="password"]').count() == 0
    look(late, "the link is used up", faults, set())
    assert not faults, "\n".join(faults)
