import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "guards"))

from test_guard_urls import Story


@pytest.fixture(scope="module")
def story(database_server: Any, django_db_blocker: Any) -> Iterator[Story]:
    with django_db_blocker.unblock():
        yield Story()
