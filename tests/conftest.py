"""Before any test: no network, and one database server for the run. Fixtures are in `django_fixtures.py`, the
makers of rows in `factories/`.

Tests commit: inside a wrapping test transaction the organization set for row security would outlive the
request it belongs to, and the test would lie. Nothing is flushed either: each test has a fresh organization.
"""

import os

import databases
import pytest
from hypothesis import HealthCheck, settings
from no_network import refuse_network

refuse_network()
# The same examples on every machine, so that a red run can be run again; and no time is judged.
# HYPOTHESIS_PROFILE=search looks for new examples at random, for whoever changes a rule.
settings.register_profile(
    "fixed", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("fixed"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_configure(config: pytest.Config) -> None:
    """With several workers the controller starts their server; alone, the first test that needs one does."""
    if not config.pluginmanager.hasplugin("django"):
        return
    config.pluginmanager.import_plugin("django_fixtures")
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        databases.template(databases.server())


def pytest_unconfigure() -> None:
    databases.stop_server()
