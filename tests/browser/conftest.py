"""The application as it runs for people: gunicorn in a process of its own, on a database with a made-up
organization, and Chromium in front of it. Each worker of the run has one of them, each module one browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from components_person import chromium, person, site
from house import CHROMIUM, House, open_house, somebody_at

__all__ = ["chromium", "person", "site"]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def visit(house: House, browser: Any) -> Iterator[Any]:
    """`visit("specialist")` is somebody at a phone who has signed in; `visit("")` has not.

    Whatever the console complains of by the end fails the test, violations of the content policy among it.
    """
    everyone: list[Any] = []

    def come(persona: str = "", **options: Any) -> Any:
        everyone.append(somebody_at(house, browser, persona, **options))
        return everyone[-1]

    yield come
    complaints = [one for somebody in everyone for one in somebody.complaints]
    for somebody in everyone:
        somebody.context.close()
    assert complaints == []
