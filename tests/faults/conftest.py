from collections.abc import Iterator

import pytest
from rig import Rig, open_rig


@pytest.fixture(scope="session")
def rig() -> Iterator[Rig]:
    with open_rig() as rig:
        yield rig
