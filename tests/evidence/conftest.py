from collections.abc import Iterator
from contextlib import suppress

import pytest
from twins.engine import Engine


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Know the project's Django setting even under `-p no:django`: the engine runs without Django, it is
    proof."""
    if not pluginmanager.hasplugin("django"):
        with suppress(ValueError):  # tests/rules said so already
            parser.addini("DJANGO_SETTINGS_MODULE", "Ignored: no Django here.")


def pytest_configure(config: pytest.Config) -> None:
    """Ibis 12 still calls a method that DuckDB 2 has renamed."""
    config.addinivalue_line("filterwarnings", "ignore:fetch_arrow_table:DeprecationWarning")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.backend.disconnect()
