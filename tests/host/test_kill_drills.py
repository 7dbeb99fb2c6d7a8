"""kill -9 on each part: the next start works, and after a clean stop nothing is left."""

import os
import signal
from collections.abc import Iterator

import pytest
from machine import Machine, wait_for

from beenthere.host.leftovers import end

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    machine = Machine("a folder with spaces")
    yield machine
    machine.clear()


def assert_nothing_left(machine: Machine) -> None:
    assert machine.processes() == []
    assert not (machine.state / "postgres" / "postmaster.pid").exists()


@pytest.mark.parametrize("part", ["postmaster", "web server", "worker"])
def test_a_killed_part_is_started_again(machine: Machine, part: str) -> None:
    demo = machine.demo()
    killed = machine.part(part)
    killed.kill()

    def is_back() -> bool:
        others = [p for p in machine.processes() if p.pid != killed.pid]
        return f"{'database' if part == 'postmaster' else part} stopped" in demo.said() and len(others) > 5

    wait_for(is_back, otherwise=demo.said)
    wait_for(demo.answers, otherwise=demo.said)
    assert demo.page().startswith("3 notes")
    assert demo.stop() == 0, demo.said()
    assert_nothing_left(machine)


def test_a_killed_supervisor_takes_its_children_with_it(machine: Machine) -> None:
    demo = machine.demo()
    demo.process.kill()
    demo.process.wait()
    wait_for(lambda: not machine.processes(), otherwise=lambda: str(machine.processes()))


def test_a_start_right_after_the_supervisor_was_killed(machine: Machine) -> None:
    first = machine.demo()
    first.process.kill()
    first.process.wait()
    second = machine.demo()
    assert second.page().startswith("3 notes")
    assert second.stop() == 0
    assert_nothing_left(machine)


def test_everything_killed_at_once_as_in_a_power_cut(machine: Machine) -> None:
    demo = machine.demo()
    everything = machine.processes()
    demo.process.kill()
    end(everything, by=signal.SIGKILL, within=10)
    demo.process.wait()
    pid_file = machine.state / "postgres" / "postmaster.pid"
    assert pid_file.exists()
    # The number now belongs to a living process that is no PostgreSQL: this one.
    words = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{os.getpid()}\n{words}")
    demo = machine.demo()
    assert demo.page().startswith("3 notes")
    assert demo.stop() == 0
    assert_nothing_left(machine)


def test_a_server_that_nobody_watches_is_stopped_first(machine: Machine) -> None:
    demo = machine.demo()
    everything = [p for p in machine.processes() if "postgres" not in p.name()]
    postmaster = machine.part("postmaster")
    # Held still, it cannot hear that its supervisor died.
    postmaster.suspend()
    demo.process.kill()
    demo.process.wait()
    end(everything, by=signal.SIGKILL, within=10)
    second = machine.launch()
    wait_for(lambda: "left running" in second.said(), otherwise=second.said)
    postmaster.resume()
    wait_for(lambda: "Sign in" in second.said(), otherwise=second.said)
    assert second.stop() == 0
    assert_nothing_left(machine)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_a_stop_while_starting_leaves_nothing(machine: Machine, by: signal.Signals) -> None:
    demo = machine.launch()
    wait_for(lambda: bool(machine.processes()), otherwise=demo.said)
    demo.process.send_signal(by)
    assert demo.process.wait(60) == 0, demo.said()
    assert_nothing_left(machine)
