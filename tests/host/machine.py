"""Drives the real command line on a scratch state directory, as an ordinary user, with the tiny site."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

from beenthere.host.leftovers import end, group_processes, postgres_processes
from beenthere.host.privileges import command_as, give_directory, is_root, needed_paths

TINY = Path(__file__).parent / "tiny"
BEENTHERE = [sys.executable, "-m", "beenthere"]


class Demo:
    """A running `beenthere demo` or `beenthere serve`."""

    def __init__(self, machine: "Machine", process: subprocess.Popen[str], output: Path) -> None:
        self.machine = machine
        self.process = process
        self.output = output

    def said(self) -> str:
        return self.output.read_text()

    def page(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.machine.port}/", timeout=10) as answer:
            return answer.read().decode()

    def answers(self) -> bool:
        try:
            self.page()
        except OSError:
            return False
        return True

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(90)


class Machine:
    """One scratch state directory. When the tests run as root, commands run as `user` unless `as_root`."""

    def __init__(self, folder: str = "state", *, as_root: bool = False, user: str = "nobody") -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="beenthere-drill-"))
        self.scratch.chmod(0o711)
        self.account = pwd.getpwnam(user) if is_root() and not as_root else None
        self.state = self.scratch / folder
        if self.account:
            give_directory(self.state, self.account)
        self.port = free_port()
        self._demos: list[Demo] = []

    def environment(self) -> dict[str, str]:
        kept = {"PATH": os.environ["PATH"], "HOME": str(self.scratch)}
        return {
            **kept,
            "BEENTHERE_STATE": str(self.state),
            "DJANGO_SETTINGS_MODULE": "tinysettings",
            "PYTHONPATH": str(TINY),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def command(self, *words: str) -> list[str]:
        command = [*BEENTHERE, *words]
        return command_as(self.account, command, needs=needed_paths()) if self.account else command

    def run(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words),
            env={**self.environment(), **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd="/",
        )

    def launch(self, *words: str) -> Demo:
        return self.begin("demo", "--port", str(self.port), *words)

    def begin(self, *words: str, **more: str) -> Demo:
        output = self.scratch / f"output-{len(self._demos)}"
        with output.open("w") as file:
            process = subprocess.Popen(
                self.command(*words),
                env={**self.environment(), **more},
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                start_new_session=True,
            )
        demo = Demo(self, process, output)
        self._demos.append(demo)
        return demo

    def demo(self, *words: str) -> Demo:
        """Start it and wait until it says who can sign in."""
        demo = self.launch(*words)
        wait_for(
            lambda: "Sign in as anybody." in demo.said() or demo.process.poll() is not None,
            otherwise=demo.said,
        )
        assert demo.process.poll() is None, demo.said()
        return demo

    def processes(self) -> list[psutil.Process]:
        """Everything that works on this state directory, but the supervisor."""
        return [*postgres_processes(self.state / "postgres"), *group_processes(self.state)]

    def part(self, name: str) -> psutil.Process:
        """The postmaster, the web server's master or the worker, by what it was started with."""
        words = {"postmaster": "-D", "web server": "gunicorn", "worker": "worker"}[name]
        found = [p for p in self.processes() if words in p.cmdline()]
        return min(found, key=lambda p: p.create_time())

    def clear(self) -> None:
        for demo in self._demos:
            if demo.process.poll() is None:
                demo.process.kill()
                demo.process.wait()
        end(self.processes(), by=signal.SIGKILL, within=10)
        shutil.rmtree(self.scratch, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], bool], *, otherwise: Callable[[], str], within: float = 90) -> None:
    until = time.monotonic() + within
    while not happened():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.1)
