"""The rules run without Django."""

import pytest


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Know the project's Django setting even under `-p no:django`: rules run without Django, it is proof."""
    if not pluginmanager.hasplugin("django"):
        parser.addini("DJANGO_SETTINGS_MODULE", "Ignored: no Django here.")
