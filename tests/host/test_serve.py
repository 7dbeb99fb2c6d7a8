"""`serve`: for real use, with the database it brings and with a server of your own."""

import signal
from collections.abc import Iterator

import pytest
from machine import Demo, Machine, wait_for

from beenthere.host.privileges import USER
from beenthere.host.testing import RunningServer

pytestmark = pytest.mark.host
SETTINGS = {"BEENTHERE_SECRET_KEY": "x" * 60, "BEENTHERE_HOST": "peers.example.org"}


@pytest.fixture
def machine() -> Iterator[Machine]:
    machine = Machine(user=USER)
    yield machine
    machine.clear()


def serve(machine: Machine, **more: str) -> Demo:
    serving = machine.begin("serve", "--bind", f"127.0.0.1:{machine.port}", **SETTINGS, **more)
    wait_for(
        lambda: "BeenThere serves" in serving.said() or serving.process.poll() is not None,
        otherwise=serving.said,
    )
    return serving


def test_with_the_database_it_brings(machine: Machine) -> None:
    serving = serve(machine)
    assert serving.page() == f"0 notes, user {machine.state.stat().st_uid}, demo None"
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(60) == 0, serving.said()
    assert machine.processes() == []
    # In the demo anybody may sign in as anybody.
    assert "holds the service's data" in machine.run("demo", "--port", str(machine.port)).stderr


def test_with_a_server_of_your_own(machine: Machine) -> None:
    running = RunningServer()
    try:
        addresses = running.server.create_database("service").environment()
        app_only = {"DATABASE_URL": addresses["DATABASE_URL"]}

        refused = serve(machine, **app_only)
        assert refused.process.wait(60) == 1
        assert "beenthere migrate" in refused.said()
        assert "Traceback" not in refused.said()

        assert machine.run("migrate", "--quiet", **addresses).returncode == 0
        serving = serve(machine, **app_only)
        assert serving.page().startswith("0 notes")
        assert not (machine.state / "postgres").exists()
        serving.process.send_signal(signal.SIGTERM)
        assert serving.process.wait(60) == 0, serving.said()
        assert machine.processes() == []
    finally:
        running.stop()
