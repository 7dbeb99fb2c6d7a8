"""What no page of ours sends, and a browser, a script or an old bookmark may: answered, never a failure."""

from collections.abc import Callable
from typing import Any

import pytest
from factories.notes import open_desk

from beenthere.kernel.ids import uuid7
from beenthere.trust.models import Organization


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "x" * 300])
@pytest.mark.parametrize(
    ("role", "page"),
    [("specialist", "/hours/"), ("biller", "/units/"), ("biller", "/units/file/")],
)
def test_a_month_that_never_was(
    role: str, page: str, month: str, organization: Organization, client_as: Callable[..., Any]
) -> None:
    client = open_desk(organization).client() if role == "specialist" else client_as(role)
    assert client.get(page, {"month": month}).status_code == 200


@pytest.mark.parametrize(
    "field", [{"group_size": "99999"}, {"edit_number": "99999999999"}, {"what_we_did": "a\x00b"}]
)
def test_a_note_that_no_column_holds(field: dict[str, str], organization: Organization) -> None:
    desk = open_desk(organization)
    for page in ("write", "draft"):
        assert desk.client().post(f"/notes/{uuid7()}/{page}/", desk.posted(**field)).status_code == 422


def test_a_call_seen_more_often_than_anyone_counts(organization: Organization) -> None:
    client = open_desk(organization).client()
    answer = client.post(f"/calls/{uuid7()}/", {"result": "no_answer", "seen": "9" * 5000})
    assert answer.status_code == 302
