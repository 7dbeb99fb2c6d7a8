from contextlib import suppress

import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Know the project's Django setting even under `-p no:django`: these tests need none."""
    if not pluginmanager.hasplugin("django"):
        with suppress(ValueError):
            parser.addini("DJANGO_SETTINGS_MODULE", "Ignored: no Django here.")
