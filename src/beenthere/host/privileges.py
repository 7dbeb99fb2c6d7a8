"""Giving up root: everything BeenThere runs as root's guest runs as the system user `beenthere`."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

from beenthere.host.cluster import binary
from beenthere.host.errors import HostError
from beenthere.host.places import STATE_VARIABLE, state_directory

USER = "beenthere"
_CAP_DAC_READ_SEARCH = 2
# Root's own session must not lead the new user to places it cannot use.
_ROOTS_OWN = ("XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR", "MAIL")


def is_root() -> bool:
    return os.geteuid() == 0


def leave_root(command: Sequence[str]) -> None:
    """As root: become the system user and run `command` in place of this process. Otherwise: nothing.

    Does not return for root.
    """
    if not is_root():
        return
    account = ensure_user()
    state = state_directory()
    give_directory(state, account)
    program = command_as(account, command, needs=[*needed_paths(), Path.cwd(), *_parents_of(state)])
    environment = environment_for(account, state)
    sys.stdout.flush()
    os.execvpe(program[0], program, environment)  # noqa: S606 (no shell wanted)


def ensure_user(name: str = USER) -> pwd.struct_passwd:
    """The system user; made when absent."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        _make_user(name)
    try:
        return pwd.getpwnam(name)
    except KeyError as problem:
        raise HostError(
            f"The user {name} was made, but this machine does not list it. {_BY_HAND}"
        ) from problem


def give_directory(directory: Path, account: pwd.struct_passwd) -> None:
    """Make `directory` for the account, mode 0700. Folders above it are made if absent and never changed."""
    if directory.is_dir():
        if directory.stat().st_uid != account.pw_uid:
            raise HostError(
                f"{directory} does not belong to the user {account.pw_name}, who runs BeenThere for root. "
                f"Run: chown -R {account.pw_name}: '{directory}', or choose another with {STATE_VARIABLE}."
            )
        return
    try:
        _make_parents(directory.parent)
        directory.mkdir(mode=0o700)
        os.chown(directory, account.pw_uid, account.pw_gid)
    except OSError as problem:
        raise HostError(
            f"Cannot make {directory}: {problem.strerror}. Choose another place with {STATE_VARIABLE}."
        ) from problem


def command_as(account: pwd.struct_passwd, command: Sequence[str], *, needs: Iterable[Path]) -> list[str]:
    """`command` with what must stand before it to run as `account`.

    Python or the project may lie in a folder closed to others (root's home is 0700). We never open such a
    folder. Instead the new process keeps one capability, CAP_DAC_READ_SEARCH: it may read and enter any
    folder, and can change nothing that `account` could not. That is still much reading, so it is kept only
    where it is needed, and `serve` has no such path.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise HostError(f"setpriv (package util-linux) is needed to leave root and is not here. {_BY_HAND}")
    start = [setpriv, "--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--init-groups"]
    closed = closed_paths(account, needs)
    if not closed:
        return [*start, "--inh-caps=-all", "--bounding-set=-all", "--", *command]
    if not _may_pass_on_reading():
        raise HostError(
            f"{closed[0]} is closed to the user {account.pw_name}, who runs BeenThere for root, and this "
            "machine does not let root pass on its right to read. Move Python and the project to a folder "
            "open to all, such as /opt, or run as an ordinary user."
        )
    reading = "-all,+dac_read_search"
    return [
        *start,
        f"--inh-caps={reading}",
        f"--ambient-caps={reading}",
        f"--bounding-set={reading}",
        "--",
        *command,
    ]


def closed_paths(account: pwd.struct_passwd, paths: Iterable[Path]) -> list[Path]:
    """Those of `paths` that the account cannot read, asked of the kernel in a child that is the account."""
    paths = [path for path in paths if path.exists()]
    child = os.fork()
    if child == 0:
        os._exit(_probe(account, paths))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return [] if status == 0 else paths[status - 1 : status]


def needed_paths() -> list[Path]:
    """What a BeenThere process must read to run at all."""
    modules = ("os", "click", "django", "beenthere.host.errors")
    found = [Path(spec.origin) for name in modules if (spec := find_spec(name)) and spec.origin]
    return [
        Path(sys.executable),
        Path(sys.executable).resolve(),
        Path(sys.prefix),
        Path(sys.base_prefix),
        *found,
        Path(binary("postgres")),
    ]


def environment_for(account: pwd.struct_passwd, state: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _ROOTS_OWN}
    return {
        **kept,
        STATE_VARIABLE: str(state),
        "HOME": str(state),
        "USER": account.pw_name,
        "LOGNAME": account.pw_name,
    }


_BY_HAND = "Run BeenThere as an ordinary user instead."


def _make_parents(directory: Path) -> None:
    """Open to all, whatever our umask: the account must pass through."""
    before = os.umask(0o022)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    finally:
        os.umask(before)


def _make_user(name: str) -> None:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd is None:
        raise HostError(f"There is no user {name} on this machine and no useradd to make one. {_BY_HAND}")
    command = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise HostError(f"Could not make the system user {name}: {made.stderr.strip()}. {_BY_HAND}")


def _probe(account: pwd.struct_passwd, paths: list[Path]) -> int:
    """0 when all can be read, else the place of the first that cannot, counted from 1 (at most 254)."""
    try:
        os.initgroups(account.pw_name, account.pw_gid)
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
        for place, path in enumerate(paths[:254], start=1):
            if not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
                return place
    except BaseException:
        return 1
    return 0


def _may_pass_on_reading() -> bool:
    """Is CAP_DAC_READ_SEARCH in the bounding set? Containers sometimes take it away."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return False
    line = next((line for line in status.splitlines() if line.startswith("CapBnd:")), "CapBnd: 0")
    return bool(int(line.split()[1], 16) >> _CAP_DAC_READ_SEARCH & 1)


def _parents_of(directory: Path) -> list[Path]:
    return [directory.parent, directory]
