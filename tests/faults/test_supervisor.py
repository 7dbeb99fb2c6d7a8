"""Parts that end at once, again and again: at the start that is a mistake to be told, later bad luck."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from beenthere.host.errors import HostError
from beenthere.host.places import Places
from beenthere.host.processes import Group, Part

pytestmark = pytest.mark.host


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def group(tmp_path: Path, said: list[str]) -> Iterator[Group]:
    places = Places(state=tmp_path / "state")
    places.prepare()
    group = Group(places, server=None, say=said.append)
    group.add(Part(name="worker", command=[sys.executable, "-Sc", ""], environment=dict(os.environ)))
    yield group
    group.stop()


def test_what_never_ran_is_given_up_with_a_sentence(group: Group) -> None:
    with pytest.raises(HostError, match="The worker ended 5 times soon after starting; BeenThere stops"):
        group.wait_until(lambda: False, within=120, otherwise="never ready")


def test_what_ran_once_is_started_again_as_often_as_it_takes(group: Group, said: list[str]) -> None:
    """F1: while a database elsewhere is away the worker cannot begin. The web server must not go with it."""

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 6:
            group._on_signal(signal.SIGTERM, None)

    group.say = say
    group.run()
    assert len(said) == 6
    assert all("starting it again" in line for line in said)
