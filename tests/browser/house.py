"""The served application and the people who sit in front of it, for the tests in this folder."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import databases
import psycopg
import pytest
from psycopg.rows import dict_row

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if not CHROMIUM and os.environ.get("BEENTHERE_REQUIRE_BROWSER"):
    pytest.fail("Chromium is needed for these tests and was not found", pytrace=False)
in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]

PHONE = {"width": 360, "height": 740}
PERSONAS = ("specialist", "volunteer", "supervisor", "biller", "privacy")
# Members of the demonstration whom nobody can be with one tap.
OTHERS = ("director", "administrator")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Fifty states and seventy certifications have the same pages.
ONE_OF_MANY = re.compile(r"^(/certification/(?:in|need|wrong)/).+")
SIGN_IN = """
import sys
import django
django.setup()
from django.test import Client
from beenthere.trust.acting import system
from beenthere.trust.models import RoleGrant
with system("signing in for a test"):
    grant = RoleGrant.objects.filter(role=sys.argv[1]).select_related("user").earliest("granted_at", "id")
    client = Client()
    client.force_login(grant.user)
    session = client.session
    session["second_factor"] = True
    session.save()
print(session.session_key)
"""
WATCH_THE_POLICY = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""


@dataclass(frozen=True, kw_only=True)
class House:
    """Where it is served, and a view of its tables past row security."""

    address: str
    loader: str
    environment: dict[str, str]
    log: Path

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.loader, autocommit=True, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def run(self, *command: str, role: str = "app", told: str | None = None) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment | {"BEENTHERE_DATABASE_ROLE": role},
            input=told, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def open_house(state: Path, *, people: int = 48, encounters: int = 600) -> Iterator[House]:
    """A database of its own with the demonstration in it, small, and the server in front of it."""
    name = f"beenthere_house_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with databases.copy_of_template(name) as at:
        place = {
            "BEENTHERE_STATE": str(state),
            "BEENTHERE_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "beenthere.config.settings",
            "GUNICORN_CMD_ARGS": "",
        }
        addresses = at.addresses(name)
        port = _free_port()
        house = House(
            address=f"http://localhost:{port}",
            loader=addresses.loader,
            environment=os.environ | addresses.environment() | place,
            log=state / "server.log",
        )
        size = ("--people", str(people), "--encounters", str(encounters))
        house.run("-m", "django", "load_demo", *size, role="loader")
        house.run("-m", "django", "collectstatic", "--noinput", "--verbosity", "0")
        with _served(house, port):
            yield house


@contextmanager
def _served(house: House, port: int) -> Iterator[None]:
    where = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "6", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *where, "beenthere.config.wsgi:application"]
    with (
        house.log.open("w") as log,
        subprocess.Popen(command, env=house.environment, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(house, server)
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(house: House, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert server.poll() is None, house.log.read_text()
        try:
            with urllib.request.urlopen(f"{house.address}/help/"):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer: {house.log.read_text()}")


@dataclass
class Somebody:
    """A person at a browser. `hands` counts what they do with them."""

    house: House
    context: Any
    page: Any
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Any:
        return self.page.goto(path, wait_until="load")

    def new_page(self) -> Any:
        page = self.context.new_page()
        self._listen(page)
        self.page = page
        return page

    def _listen(self, page: Any) -> None:
        def said(message: Any) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(f"{page.url}: {message.text}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))


def somebody_at(house: House, browser: Any, persona: str = "", **options: Any) -> Somebody:
    settings = {"viewport": PHONE, "base_url": house.address, "locale": "en-US"} | options
    context = browser.new_context(timezone_id="America/New_York", **settings)
    context.set_default_timeout(15_000)
    context.add_init_script(WATCH_THE_POLICY)
    somebody = Somebody(house=house, context=context, page=None)
    somebody.new_page()
    if persona:
        sign_in(somebody, persona)
    return somebody


def sign_in(somebody: Somebody, persona: str) -> None:
    if persona in OTHERS:
        key = somebody.house.run("-c", SIGN_IN, persona).strip()
        cookie = {"name": "sessionid", "value": key, "url": somebody.house.address, "httpOnly": True}
        somebody.context.add_cookies([cookie])
        somebody.go("/")
        return
    somebody.go("/")
    somebody.page.locator(f'button[name="persona"][value="{persona}"]').click()
    somebody.page.wait_for_url(re.compile(r"//[^/]+/$"))


def pattern_of(address: str) -> str:
    """The kind of page an address is: ids and what was asked for left out."""
    path, _question, asked = address.partition("?")
    names = sorted({pair.split("=")[0] for pair in asked.split("&")}) if asked else []
    path = ONE_OF_MANY.sub(r"\1*/", UUID.sub("*", path))
    return path + ("?" + "&".join(names) if names else "")
