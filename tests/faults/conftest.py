import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "browser"))

from rig import Rig, open_rig  # noqa: E402


@pytest.fixture(scope="session")
def rig() -> Iterator[Rig]:
    with open_rig() as rig:
        yield rig
