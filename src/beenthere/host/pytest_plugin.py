"""One PostgreSQL for a pytest run: `-p beenthere.host.pytest_plugin`.

The controller starts it, the workers of pytest-xdist inherit its addresses through the environment, and it
ends with the controller, kill -9 included. The addresses name the database `beenthere_test`, which nobody has
made yet: conftest does that, with `create_database()`.
"""

import os
from collections.abc import Generator
from typing import Any

import pytest

from beenthere.host.places import STATE_VARIABLE
from beenthere.host.testing import SERVER_VARIABLE, RunningServer

TEST_DATABASE = "beenthere_test"
_started: list[RunningServer] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, Any, Any]:
    """A wrapper, so that it comes before pytest-django, which reads the settings in this hook."""
    options = early_config.known_args_namespace
    if not (os.environ.get(SERVER_VARIABLE) or options.help or options.version):
        _start()
    return (yield)


def pytest_unconfigure() -> None:
    while _started:
        _started.pop().stop()


def _start() -> None:
    server = RunningServer().share()
    _started.append(server)
    state = server.scratch / "state"
    state.mkdir(mode=0o700)
    os.environ[STATE_VARIABLE] = str(state)
    os.environ.update(server.server.addresses(TEST_DATABASE).environment())
