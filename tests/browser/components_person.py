"""A site of components alone, and somebody with a browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

if not CHROMIUM and os.environ.get("BEENTHERE_REQUIRE_BROWSER"):
    pytest.fail("Chromium is needed for these tests and was not found", pytrace=False)
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "components_site", "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-m", "django", "runserver", "--noreload", "--insecure", f"127.0.0.1:{port}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, cwd=HERE, **quiet) as server:
        try:
            yield when_ready(f"http://localhost:{port}", server)
        finally:
            server.terminate()


def when_ready(address: str, server: "subprocess.Popen[bytes]") -> str:
    for _ in range(200):
        assert server.poll() is None, "the test site did not start"
        try:
            with urllib.request.urlopen(f"{address}/seen"):
                return address
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the test site did not answer")


@pytest.fixture(scope="module")
def chromium():  # noqa: ANN201
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Person:
    """Someone at a screen: one context of the browser, and every complaint its console made."""

    def __init__(self, browser, site: str, **options: object) -> None:
        options.setdefault("viewport", {"width": 360, "height": 640})
        self.site, self.complaints = site, []
        self.context = browser.new_context(base_url=site, locale="en-US", **options)
        self.page = self.open()

    def open(self):  # noqa: ANN201
        page = self.context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def posts(self, to: str) -> list[dict[str, str]]:
        return [one for one in self.context.request.get("/seen").json() if one["to"] == to]

    def status(self) -> str:
        return self.page.locator("[data-draft-status]").inner_text()

    def said(self, words: str) -> None:
        self.page.locator("[data-draft-status]", has_text=words).wait_for()

    def kept(self) -> list[object]:
        return self.page.evaluate(KEPT)


KEPT = """() => new Promise((done, failed) => {
  const request = indexedDB.open("beenthere-drafts", 1);
  request.onupgradeneeded = () => { request.transaction.abort(); done([]); };
  request.onerror = () => done([]);
  request.onsuccess = () => {
    const rows = request.result.transaction("drafts").objectStore("drafts").getAll();
    rows.onsuccess = () => {
      request.result.close();
      done(rows.result.map((row) => [row.id, new TextDecoder().decode(row.sealed)]));
    };
  };
})"""


@pytest.fixture
def person(chromium, site: str) -> Iterator[Person]:
    someone = Person(chromium, site)
    someone.context.request.get("/seen")
    yield someone
    someone.context.close()
