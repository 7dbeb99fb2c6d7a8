"""F8: what arrives is cut off, garbled, far too much or far too deep: a sentence, never a failure of ours."""

import json
from typing import Any

import pytest
from django.test import Client
from factories.notes import Desk, open_desk
from rig import new_note

from beenthere.trust.models import Organization

UNREADABLE = {"en": "We could not read that", "es": "No pudimos leer eso"}
TOO_MUCH = {
    "en": "That is more than we can take at once",
    "es": "Es más de lo que podemos recibir de una vez",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def desk(organization: Organization) -> Desk:
    return open_desk(organization)


def sent(desk: Desk, body: bytes, kind: str = FORM, language: str = "en", **more: Any) -> Any:
    client = desk.client()
    client.raise_request_exception = False
    _id, path = new_note()
    return client.generic("POST", path, body, kind, headers={"Accept-Language": language}, **more)


@pytest.mark.parametrize("language", ["en", "es"])
def test_ten_megabytes(desk: Desk, language: str) -> None:
    answer = sent(desk, b"what_we_did=" + b"x" * 10_000_000, language=language)
    assert answer.status_code == 413
    assert TOO_MUCH[language] in answer.content.decode()


@pytest.mark.parametrize("language", ["en", "es"])
def test_ten_thousand_fields(desk: Desk, language: str) -> None:
    answer = sent(desk, "&".join(f"f{n}=1" for n in range(10_000)).encode(), language=language)
    assert answer.status_code == 413
    assert TOO_MUCH[language] in answer.content.decode()


BODIES = {
    "nothing": (b"", FORM),
    "cut off in a letter": (b"person=%E2%82", FORM),
    "no text": (bytes(range(256)) * 4, FORM),
    "parts without an end": (
        b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", "multipart/form-data; boundary=b",
    ),
    "parts without a boundary": (b"--b\r\n\r\n", "multipart/form-data"),
    "a boundary that is none": (b"--b\r\n\r\n", "multipart/form-data; boundary=" + "x" * 500),
    "parts in base64 that is none": (
        b"--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n"
        b"--b--",
        "multipart/form-data; boundary=b",
    ),
    "JSON": (b'{"person": ', "application/json"),
    "an unknown alphabet": (b"person=x", FORM + "; charset=klingon"),
    "another alphabet": (b"person=x", FORM + "; charset=utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_cannot_be_read(desk: Desk, body: str, language: str) -> None:
    answer = sent(desk, *BODIES[body], language=language)
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500, page
    assert "Traceback" not in page
    assert f'lang="{language}"' in page
    assert "<h1" in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_parts_cut_off_on_their_way_say_so(desk: Desk, language: str) -> None:
    kind = "multipart/form-data; boundary=b"
    answer = sent(desk, b"--b\r\nContent-Dis", kind, language=language, CONTENT_LENGTH="-5")
    assert answer.status_code == 400
    assert UNREADABLE[language] in answer.content.decode()


CREDENTIALS = {
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "deep objects": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "deep and short": "[" * 9_000 + "]" * 9_000,
    "cut off": '{"a": ',
    "NUL": "\x00",
    "infinite": "1e999999",
    "a long number": "9" * 5000,
    "half a letter": '"\\ud800"',
    "a list": "[1, 2]",
    "null": "null",
    "of another shape": json.dumps({"id": {"deep": []}}),
    "with gaps": json.dumps({"id": "QQ", "type": "public-key", "response": {}}),
}


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("address", ["/account/sign-in/passkey/", "/lock/"])
def test_json_that_no_browser_sends(desk: Desk, credential: str, address: str) -> None:
    client = desk.client() if address == "/lock/" else Client(SERVER_NAME="localhost")
    client.raise_request_exception = False
    if address == "/lock/":
        client.post(address, {"lock": "1"})
    # Wrong tries are counted by address: this one is nobody else's.
    place = f"192.0.2.{list(CREDENTIALS).index(credential)}"
    answer = client.post(address, {"credential": CREDENTIALS[credential]}, REMOTE_ADDR=place)
    assert answer.status_code in {200, 302}
    assert "Traceback" not in answer.content.decode()
