"""A form that comes back with something to mend says what, begins there, and can be read."""

from collections.abc import Iterator
from typing import Any

import pytest
from house import OTHERS, PERSONAS, Somebody, in_a_browser
from test_every_page import Faults, look, reachable

pytestmark = in_a_browser

# What nobody can send empty. Each is emptied and sent as a phone without JavaScript would send it.
FORMS = "main form[method=post]:has(:required)"
EMPTY = """(form) => {
  form.noValidate = true;
  for (const one of form.elements) {
    if (!one.required) continue;
    if (one.type === "radio" || one.type === "checkbox") one.checked = false;
    else one.value = "";
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
# Some of the kinds that each of these has for sure.
SURE = {
    "specialist": {"/people/add/", "/people/*/goals/new/", "/people/*/visits/new/"},
    "supervisor": {"/people/add/"},
    "administrator": {"/staff/add/"},
}


def sent_back(somebody: Somebody, start: str = "/") -> Iterator[str]:
    """Sends the forms of each kind of page empty, and yields the kind while what came back is open."""
    for kind in reachable(somebody, start):
        address = somebody.page.url
        for which in range(somebody.page.locator(FORMS).count()):
            somebody.go(address)
            with somebody.page.expect_navigation(wait_until="load"):
                somebody.page.locator(FORMS).nth(which).evaluate(EMPTY)
            yield kind
        if somebody.page.url != address:
            somebody.go(address)


@pytest.mark.parametrize("persona", PERSONAS + OTHERS)
def test_every_form_sent_empty_comes_back_and_says_what_to_mend(visit: Any, persona: str) -> None:
    somebody, faults, seen = visit(persona), Faults(), set()
    for kind in sent_back(somebody):
        seen.add(kind)
        says_what_to_mend(somebody, kind, faults)
        look(somebody, f"{kind} sent back", faults, set())
    # The browser notes each 422 as an error of its own.
    somebody.complaints[:] = [one for one in somebody.complaints if "422" not in one]
    assert not faults, "\n".join(faults)
    assert SURE.get(persona, set()) <= seen, seen


def says_what_to_mend(somebody: Somebody, kind: str, faults: Faults) -> None:
    page = somebody.page
    if not page.locator("[data-focus]").count():
        faults.note(kind, f"was sent empty and has no list of what to mend: {page.url}")
    elif not page.evaluate("document.activeElement.matches('[data-focus]')"):
        faults.note(kind, "does not begin with what there is to mend")
    if not page.locator("main .bt-error").count():
        faults.note(kind, "marks no field")
