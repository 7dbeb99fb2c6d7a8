"""Where BeenThere keeps its things on this machine."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from beenthere.host.errors import HostError

STATE_VARIABLE = "BEENTHERE_STATE"
_SYSTEM_STATE = Path("/var/lib/beenthere")


@dataclass(frozen=True, kw_only=True)
class Places:
    """The state directory and what lies in it. All of it belongs to whoever runs BeenThere, mode 0700."""

    state: Path

    @property
    def data(self) -> Path:
        return self.state / "postgres"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def run(self) -> Path:
        return self.state / "run"

    @property
    def keys(self) -> Path:
        return self.state / "keys"

    @property
    def static(self) -> Path:
        return self.state / "static"

    def prepare(self) -> None:
        """Make the directories, or say why this user may not have them."""
        for directory in (self.state, self.log, self.run, self.keys):
            _own_directory(directory)


def project_root() -> Path:
    """The checkout this code runs from, or the current directory when it was installed as a package."""
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def state_directory() -> Path:
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        # Root hands everything to the system user, who may not write into root's project folder.
        return _SYSTEM_STATE / hashlib.sha256(os.fsencode(project_root())).hexdigest()[:8]
    return project_root() / "var" / "beenthere"


def _own_directory(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.stat()
    except OSError as problem:
        raise HostError(
            f"Cannot make the directory {directory}: {problem.strerror}. "
            f"Choose a place you may write to with {STATE_VARIABLE}=/some/directory."
        ) from problem
    if status.st_uid != os.geteuid():
        raise HostError(
            f"{directory} belongs to another user (id {status.st_uid}). "
            f"Run as that user, or choose another directory with {STATE_VARIABLE}=/some/directory."
        )
    if status.st_mode & 0o077:
        directory.chmod(0o700)
