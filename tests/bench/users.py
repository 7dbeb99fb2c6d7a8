"""PostgreSQL refuses root: what root asks for is done as the system user of the host."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from beenthere.host.children import start_child
from beenthere.host.places import project_root
from beenthere.host.privileges import (
    command_as,
    ensure_user,
    environment_for,
    give_directory,
    is_root,
    needed_paths,
)

TESTS = Path(__file__).resolve().parents[1]
KEEP = project_root() / "var" / "bench"
LATEST, MIXED = KEEP / "latest.json", KEEP / "mixed.json"
# The drill hands over by itself, so its folder stays with whoever asked for it.
DRILLS = KEEP.parent / "soak"
DRILLED = DRILLS / "drill.json"


def python_path() -> str:
    """What a child needs to find these packages, before what it has anyway."""
    return os.pathsep.join(
        filter(None, dict.fromkeys([str(TESTS), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]))
    )


def prepare() -> None:
    """For a command: children find these packages too, and a request to end runs every `finally`."""
    os.environ["PYTHONPATH"] = python_path()
    signal.signal(signal.SIGTERM, _interrupt)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def run_unprivileged(module: str, words: Sequence[str]) -> int:
    """Run `python -m module` in a process of its own, as the system user when we are root; its exit code.

    `KEEP` is made for that user. The child ends with this process.
    """
    command, environment = [sys.executable, "-m", module, *words], dict(os.environ)
    if is_root():
        account = ensure_user()
        give_directory(KEEP, account)
        command = command_as(account, command, needs=[*needed_paths(), TESTS, KEEP.parent])
        environment = environment_for(account, KEEP)
    child = start_child(command, ends_with=signal.SIGTERM, environment=environment)
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.terminate()
        return child.wait()
