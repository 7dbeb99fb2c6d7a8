"""The parts of the host that need no whole BeenThere."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from beenthere.host.cluster import Cluster, binary, explain
from beenthere.host.errors import HostError
from beenthere.host.locks import Lock
from beenthere.host.postgres import Addresses
from beenthere.host.privileges import closed_paths, ensure_user, is_root
from beenthere.host.readiness import Stamp, code_hash
from beenthere.host.sockets import socket_directory, socket_file
from beenthere.host.testing import SERVER_VARIABLE, RunningServer, TestServer
from beenthere.host.web import split_bind

REPOSITORY = Path(__file__).parents[2]
pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def server() -> Iterator[TestServer]:
    """One of its own: a test below drops and makes roles, which belong to the whole server."""
    running = RunningServer(durable=True)
    yield running.server
    running.stop()


def test_each_role_has_its_rights_and_no_more(server: TestServer) -> None:
    addresses = server.create_database("rights")
    for name in ("app", "owner", "loader"):
        with psycopg.connect(getattr(addresses, name)) as connection:
            row = connection.execute(
                "SELECT current_user::text, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
                " FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert row == (f"beenthere_{name}", False, name == "loader", False, False)
    with psycopg.connect(addresses.app, autocommit=True) as app, pytest.raises(psycopg.Error):
        app.execute("CREATE TABLE mine (id int)")


def test_the_database_is_durable_private_and_sorts_the_same_everywhere(server: TestServer) -> None:
    with psycopg.connect(server.superuser) as connection:
        found = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
                [["fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "data_checksums"]],
            ).fetchall()
        )
        locale = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding)"
            " FROM pg_database WHERE datname = 'beenthere'"
        ).fetchone()
    assert found == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "data_checksums": "on",
    }
    assert locale == ("b", "C.UTF-8", "UTF8")


def test_roles_for_a_server_of_your_own_are_the_embedded_ones(server: TestServer) -> None:
    roles = (
        "SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls,"
        " pg_has_role(rolname, 'pg_read_all_data', 'member'),"
        " pg_has_role(rolname, 'pg_write_all_data', 'member')"
        " FROM pg_roles WHERE rolname LIKE 'beenthere%' ORDER BY 1"
    )
    rights = "SELECT datacl::text, datdba::regrole::text FROM pg_database WHERE datname = 'beenthere'"
    extensions = "SELECT extname FROM pg_extension ORDER BY 1"
    inside = server.superuser.replace("/postgres?", "/beenthere?")

    def look() -> list[list[object]]:
        with psycopg.connect(inside) as connection:
            return [connection.execute(question).fetchall() for question in (roles, rights, extensions)]

    made_by_us = look()
    with psycopg.connect(server.superuser, autocommit=True) as connection:
        connection.execute("DROP DATABASE beenthere WITH (FORCE)")
        for database in connection.execute(
            "SELECT datname FROM pg_database WHERE datname = 'rights'"
        ).fetchall():
            connection.execute(f"DROP DATABASE {database[0]} WITH (FORCE)".encode())
        for role in ("owner", "app", "loader"):
            connection.execute(f"DROP ROLE beenthere_{role}".encode())
    for _ in range(2):
        script = [
            binary("psql"),
            "-X",
            "-q",
            "-f",
            str(REPOSITORY / "deploy" / "roles.sql"),
            server.superuser,
        ]
        finished = subprocess.run(script, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr
    assert look() == made_by_us


def test_postgresql_says_no_more_than_it_must_about_people(tmp_path: Path) -> None:
    Cluster(data=tmp_path, os_users=("somebody",)).configure(tmp_path)
    settings = (tmp_path / "postgresql.conf").read_text()
    assert "log_min_error_statement = 'panic'" in settings
    assert "log_error_verbosity = 'terse'" in settings


def test_settings_changed_by_hand_do_not_last(tmp_path: Path) -> None:
    cluster = Cluster(data=tmp_path, os_users=("somebody",))
    cluster.configure(tmp_path)
    (tmp_path / "postgresql.conf").write_text("fsync = off\n")
    (tmp_path / "pg_hba.conf").write_text("host all all 0.0.0.0/0 trust\n")
    cluster.configure(tmp_path)
    assert "fsync = 'on'" in (tmp_path / "postgresql.conf").read_text()
    assert "trust" not in (tmp_path / "pg_hba.conf").read_text()


@pytest.mark.parametrize("name", ["two words", 'quo"te', "new\nline", "/.*", ""])
def test_a_user_name_that_would_say_more_in_the_user_map_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(HostError, match="user map"):
        Cluster(data=tmp_path, os_users=(name,)).configure(tmp_path)


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ('FATAL: could not write to file "x": No space left on device', "is full"),
        ('FATAL: could not open file "x": Permission denied', "must belong to"),
        ('FATAL: data directory "x" has invalid permissions', "chmod"),
        ("FATAL: could not resize shared memory segment", "--shm-size"),
    ],
)
def test_postgresql_in_plain_words(words: str, meaning: str) -> None:
    assert meaning in str(explain(words, Path("/somewhere")))


def test_a_folder_with_files_is_never_made_into_a_database(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(HostError, match="holds files but no PostgreSQL"):
        Cluster(data=tmp_path, os_users=("somebody",)).ensure_made()
    assert (tmp_path / "letter.txt").exists()


def test_a_socket_path_is_short_however_deep_the_data_lies(tmp_path: Path) -> None:
    directory = socket_directory(tmp_path / ("deep" * 50) / "postgres")
    try:
        assert len(os.fsencode(socket_file(directory))) < 100
        assert directory.stat().st_mode & 0o777 == 0o700
    finally:
        directory.rmdir()


def test_a_socket_directory_open_to_others_is_refused(tmp_path: Path) -> None:
    directory = socket_directory(tmp_path)
    directory.chmod(0o755)
    try:
        with pytest.raises(HostError, match="not yours alone"):
            socket_directory(tmp_path)
    finally:
        directory.rmdir()


@pytest.mark.skipif(not is_root(), reason="only root can hand a folder to another user")
def test_a_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    directory = socket_directory(tmp_path)
    os.chown(directory, 65534, 65534)
    try:
        with pytest.raises(HostError, match="not yours alone"):
            socket_directory(tmp_path)
    finally:
        directory.rmdir()


@pytest.mark.skipif(not is_root(), reason="only root can look with another user's eyes")
def test_a_closed_folder_is_seen_and_left_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "python"
    inside.touch()
    account = ensure_user()
    assert closed_paths(account, [Path("/"), inside]) == [inside]
    assert closed_paths(account, [Path("/"), Path("/etc/passwd")]) == []
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    first, second = Lock(file), Lock(file)
    assert first.take("the first")
    assert not second.take("the second")
    assert not second.share()
    assert second.holder() == "the first"
    first.release()
    assert second.share()
    assert first.share()
    for lock in (first, second):
        lock.release()


def test_a_stamp_is_current_for_what_it_was_written_for(tmp_path: Path) -> None:
    assert not Stamp(tmp_path / "stamp", "one").is_current()
    Stamp(tmp_path / "stamp", "one").write()
    assert Stamp(tmp_path / "stamp", "one").is_current()
    assert not Stamp(tmp_path / "stamp", "two").is_current()
    assert code_hash() == code_hash()


def test_addresses_name_roles_and_quote_the_directory() -> None:
    addresses = Addresses.on_socket(Path("/a b/bt"), "beenthere")
    assert addresses.app == "postgresql://beenthere_app@/beenthere?host=%2Fa%20b%2Fbt"
    assert set(addresses.environment()) == {"DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_LOADER_URL"}


@pytest.mark.parametrize("bind", ["8000", "localhost", ":8000", "localhost:", "localhost:99999", "h:8x"])
def test_an_address_that_is_none(bind: str) -> None:
    with pytest.raises(HostError, match="--bind"):
        split_bind(bind)
    assert split_bind("[::1]:8000") == ("::1", 8000)


def test_a_server_is_nobody_elses_unless_it_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, "/the/one/of/this/run")
    alone = RunningServer()
    alone.stop()
    assert os.environ[SERVER_VARIABLE] == "/the/one/of/this/run"
    shared = RunningServer().share()
    assert os.environ[SERVER_VARIABLE] == str(shared.server.directory)
    shared.stop()
    assert SERVER_VARIABLE not in os.environ
