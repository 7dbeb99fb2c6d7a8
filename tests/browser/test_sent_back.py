"""A form that comes back with something to mend says what, begins there, and can be read."""

from collections.abc import Iterator
from typing import Any

import pytest
from house import OTHERS, PERSONAS, Somebody, in_a_browser, pattern_of
from test_every_page import Faults, by_request, look, walked

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


# Kinds of pages whose forms were sent in this run: two who may send the same form need not both do it.
SENT: dict[str, str] = {}


def to_send(somebody: Somebody) -> Iterator[tuple[str, str]]:
    """(kind, address) of each page with a form that needs an answer; nothing is drawn for that."""
    for kind, opened in walked(somebody, "/", by_request):
        if "required" in opened.html and 'method="post"' in opened.html:
            yield kind, opened.path


def sent_back(somebody: Somebody, address: str) -> Iterator[None]:
    """Sends each form of the page empty, and yields while what came back is open."""
    somebody.go(address)
    for which in range(somebody.page.locator(FORMS).count()):
        somebody.go(address)
        with somebody.page.expect_navigation(wait_until="load"):
            somebody.page.locator(FORMS).nth(which).evaluate(EMPTY)
        yield


def forms_on(somebody: Somebody, address: str) -> str:
    """By where they go and what they ask, so that whoever sees another form of a page sends it."""
    somebody.go(address)
    asked = (
        "all => all.map(one => [one.getAttribute('action'), ...[...one.elements].map(e => e.name)].join())"
    )
    return pattern_of(" ".join(somebody.page.eval_on_selector_all(FORMS, asked)))


@pytest.mark.parametrize("persona", PERSONAS + OTHERS)
def test_every_form_sent_empty_comes_back_and_says_what_to_mend(visit: Any, persona: str) -> None:
    somebody, faults, seen = visit(persona), Faults(), set()
    for kind, address in list(to_send(somebody)):
        forms = forms_on(somebody, address)
        if not forms:
            continue
        seen.add(kind)
        for _ in sent_back(somebody, address) if SENT.get(kind) != forms else ():
            says_what_to_mend(somebody, kind, faults)
            look(somebody, f"{kind} sent back", faults, set())
        SENT[kind] = forms
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
