"""What the commands say and do on a machine: one sentence for each thing that stands in the way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from machine import Machine, free_port

from beenthere.host.privileges import USER, is_root

pytestmark = pytest.mark.host
as_root_only = pytest.mark.skipif(not is_root(), reason="only root can hand over to another user")


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    machine = Machine("state")
    yield machine
    machine.clear()


def one_sentence(finished: subprocess.CompletedProcess[str]) -> str:
    assert finished.returncode == 1, finished.stdout + finished.stderr
    assert "Traceback" not in finished.stderr
    (line,) = finished.stderr.strip().splitlines()
    assert line.startswith("beenthere: ")
    return line


def test_the_command_line_is_light() -> None:
    words = "import sys, beenthere.host.cli; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", words], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], ["demo"], ["serve"], ["worker"], ["migrate"], ["manage"], ["status"]])
def test_help_shows_an_example(machine: Machine, words: list[str]) -> None:
    assert f"beenthere {words[0] if words else 'demo'}" in machine.run(*words, "--help").stdout


def test_a_second_demo_and_commands_beside_it(machine: Machine) -> None:
    demo = machine.demo("--people", "5")
    assert demo.page() == f"5 notes, user {machine.state.stat().st_uid}, demo 1"
    assert demo.said().index("http://localhost") < demo.said().index("Sign in")

    second = one_sentence(machine.run("demo", "--port", str(free_port())))
    assert "already runs" in second
    assert f"demo at http://localhost:{machine.port}" in second
    assert str(machine.state) in second

    assert f"demo at http://localhost:{machine.port}" in machine.run("status").stdout
    assert "loaded as beenthere_loader" in machine.run("manage", "--role", "loader", "load_demo").stdout
    assert demo.stop() == 0
    assert "Running:   nothing" in machine.run("status").stdout


def test_a_command_starts_the_database_and_stops_it_again(machine: Machine) -> None:
    finished = machine.run("manage", "--role", "loader", "load_demo")
    assert finished.stdout == "loaded as beenthere_loader\n"
    assert machine.processes() == []


def test_what_a_command_answers_is_what_we_exit_with(machine: Machine) -> None:
    assert machine.run("manage", "no_such_command").returncode == 1
    assert machine.run("manage", "load_demo", "--people", "many").returncode == 2


def test_reset_begins_again(machine: Machine) -> None:
    demo = machine.demo("--reset", "--people", "2")
    assert demo.page().startswith("2 notes")
    assert demo.stop() == 0


def test_the_demo_on_a_server_needs_all_three_roles_and_never_empties_it(machine: Machine) -> None:
    elsewhere = "postgresql://nobody@/nowhere?host=/nonexistent"
    said = one_sentence(machine.run("demo", DATABASE_URL=elsewhere))
    assert "DATABASE_OWNER_URL and DATABASE_LOADER_URL must name it too" in said
    roles = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_LOADER_URL"), elsewhere)
    assert "--reset empties only the demo's own database" in one_sentence(
        machine.run("demo", "--reset", **roles)
    )


def test_a_busy_port(machine: Machine) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = one_sentence(machine.run("demo", "--port", str(port)))
    assert f"Port {port} is in use" in said
    assert f"--port {port + 1}" in said


def test_the_service_needs_its_settings_and_leaves_the_demo_alone(machine: Machine) -> None:
    assert "BEENTHERE_SECRET_KEY and BEENTHERE_HOST" in one_sentence(machine.run("serve"))
    assert machine.demo().stop() == 0
    settings = {"BEENTHERE_SECRET_KEY": "x", "BEENTHERE_HOST": "peers.example.org"}
    said = one_sentence(machine.run("serve", "--bind", f"127.0.0.1:{free_port()}", **settings))
    assert "holds the demo's data" in said


def test_the_owner_needs_an_address(machine: Machine) -> None:
    refused = machine.run("migrate", DATABASE_URL="postgresql://beenthere_app@/beenthere?host=/nowhere")
    assert "DATABASE_OWNER_URL" in one_sentence(refused)


def test_a_database_of_another_version(machine: Machine) -> None:
    assert machine.run("manage", "check").returncode == 0
    version = machine.state / "postgres" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("16\n")
    try:
        assert "made by PostgreSQL 16" in one_sentence(machine.run("manage", "check"))
    finally:
        version.write_text(ours)


@pytest.mark.parametrize("folder", ["deep/" + "a-long-name-" * 8 + "/" + "another " * 12, "plain"])
def test_a_folder_deeper_than_a_socket_path_may_be(folder: str) -> None:
    machine = Machine(folder)
    try:
        assert machine.run("manage", "check", "--database", "default").returncode == 0
        assert machine.processes() == []
    finally:
        machine.clear()


@as_root_only
def test_as_root_everything_runs_as_a_user_of_its_own() -> None:
    machine = Machine(as_root=True)
    try:
        demo = machine.demo()
        users = {process.username() for process in machine.processes()}
        assert users == {USER}
        assert machine.state.owner() == USER
        assert machine.state.stat().st_mode & 0o777 == 0o700
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(60) == 0
        assert machine.processes() == []
    finally:
        machine.clear()


@as_root_only
def test_serve_refuses_root() -> None:
    machine = Machine(as_root=True)
    try:
        assert "does not run as root" in one_sentence(machine.run("serve"))
        assert not machine.state.exists()
    finally:
        machine.clear()


@as_root_only
def test_a_state_directory_of_somebody_else(machine: Machine) -> None:
    os.chown(machine.state, 0, 0)
    try:
        assert "belongs to another user" in one_sentence(machine.run("manage", "check"))
    finally:
        assert machine.account is not None
        os.chown(machine.state, machine.account.pw_uid, machine.account.pw_gid)


def test_a_part_that_never_stays_up_ends_everything(machine: Machine) -> None:
    broken = machine.run("demo", "--port", str(machine.port), TINY_BROKEN="1")
    assert broken.returncode == 1
    assert "ended 5 times soon after starting" in broken.stderr
    assert machine.processes() == []
