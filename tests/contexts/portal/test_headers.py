"""What a server tells every browser: headers on many pages and the flags of each cookie."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from signing_in import PASSWORD

from beenthere.trust.access import Role
from beenthere.trust.models import User

HOST = "peers.example.org"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Filled by the first test that has an account to sign in with."""
    return {}


@pytest.fixture
def server(told: dict[str, Any], make_user: Callable[..., User], database_server: Any, database: str,
           tmp_path: Path) -> dict[str, Any]:  # fmt: skip
    if not told:
        user = make_user(Role.SPECIALIST, password=PASSWORD)
        (tmp_path / "static").mkdir()
        environment = {
            **os.environ,
            "BEENTHERE_HOST": HOST,
            "BEENTHERE_STATE": str(tmp_path),
            "BEENTHERE_SECRET_KEY": "only for this test, and longer than fifty characters in all",
            "DATABASE_URL": database_server.addresses(database).app,
            "DJANGO_SETTINGS_MODULE": "beenthere.config.settings",
        }
        environment.pop("BEENTHERE_DEMO", None)
        command = [sys.executable, str(Path(__file__).with_name("production.py")), user.email, PASSWORD]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        told.update(json.loads(done.stdout))
    return told


def test_every_page_carries_the_protections(server: dict[str, Any]) -> None:
    assert len(server["answers"]) >= 10
    for place, headers in server["answers"].items():
        assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload", place
        assert headers["X-Content-Type-Options"] == "nosniff", place
        assert headers["X-Frame-Options"] == "DENY", place
        assert headers["Referrer-Policy"] == "same-origin", place
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", place
        assert "no-store" in headers["Cache-Control"], place


def test_every_page_forbids_scripts_that_are_not_ours(server: dict[str, Any]) -> None:
    for place, headers in server["answers"].items():
        policy = dict(
            part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'", place
        assert "unsafe" not in headers["Content-Security-Policy"], place
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'", place
        assert policy["require-trusted-types-for"] == "'script'", place
        assert policy["trusted-types"] == "htmx", place
        assert set(policy["script-src"].split()) - {"'strict-dynamic'"} <= {_nonce(policy["script-src"])}, (
            place
        )


def _nonce(sources: str) -> str:
    return next((word for word in sources.split() if word.startswith("'nonce-")), "")


def test_a_nonce_is_used_once(server: dict[str, Any]) -> None:
    found = [_nonce(headers["Content-Security-Policy"]) for headers in server["answers"].values()]
    nonces = [nonce for nonce in found if nonce]
    assert len(nonces) > 3
    assert len(set(nonces)) == len(nonces)


def test_plain_http_is_sent_to_https(server: dict[str, Any]) -> None:
    assert server["plain"] == f"https://{HOST}/account/sign-in/"


def test_cookies_are_kept_from_scripts_and_from_other_sites(server: dict[str, Any]) -> None:
    cookies = server["cookies"]
    assert {"__Host-sessionid", "__Host-csrftoken", "__Host-known_browser"} <= set(cookies)
    for name, flags in cookies.items():
        assert flags["secure"] is True, name
        assert flags["httponly"] is True, name
        assert flags["samesite"] == "Lax", name
        assert flags["path"] == "/", name
        assert not flags["domain"], name
    assert not cookies["__Host-sessionid"]["expires"], "gone when the browser is closed"


def test_there_is_no_demonstration_on_a_server(server: dict[str, Any]) -> None:
    assert "Location" not in server["answers"]["/demo/"]
    assert server["answers"]["/"]["Location"].startswith("/account/sign-in/")
