"""The web server (gunicorn) and the worker, as parts of the group."""

import errno
import http.client
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from beenthere.host.errors import HostError
from beenthere.host.places import Places
from beenthere.host.processes import Part

APPLICATION = "beenthere.config.wsgi:application"
BEENTHERE = (sys.executable, "-m", "beenthere")


def web(places: Places, environment: Mapping[str, str], bind: str, *, log: Path | None) -> Part:
    # No control socket: its path would lie in the state directory, which may be deeper than 107 bytes.
    # Requests are not logged: an address can carry what a person looked for.
    # A connection serves one request, as nginx asks anyway. Kept ones stay with the process that took them:
    # one of the two can have nearly all while the other rests (seen: 47 pages a second instead of 150).
    options = [
        *("--bind", bind, "--worker-class", "gthread", "--workers", "2", "--threads", "4"),
        *("--worker-tmp-dir", str(places.run), "--no-control-socket", "--timeout", "60"),
        *("--keep-alive", "0", "--graceful-timeout", "20", "--log-level", "warning"),
    ]
    command = [sys.executable, "-m", "gunicorn", APPLICATION, *options]
    return Part(name="web server", command=command, environment=environment, log=log)


def worker(environment: Mapping[str, str], *, log: Path | None, embedded: bool) -> Part:
    # The embedded database dies with the supervisor too. A worker that then stops gently waits half a minute
    # for a database that is gone; whatever it was doing has been rolled back already.
    orphaned_by = signal.SIGKILL if embedded else signal.SIGTERM
    command = [*BEENTHERE, "worker"]
    return Part(name="worker", command=command, environment=environment, log=log, orphaned_by=orphaned_by)


def refuse_busy(host: str, port: int, *, option: str) -> None:
    """One sentence when something else listens there. `option` is what the person may change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise HostError(_why_not(problem, host, port, option)) from problem


def split_bind(bind: str) -> tuple[str, int]:
    """ "127.0.0.1:8000" or "[::1]:8000" -> host, port."""
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise HostError(f"{bind!r} is not an address to listen on. Give host and port: --bind 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def answers(host: str, port: int) -> bool:
    """Does a web server answer there, with anything at all?"""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": os.environ.get("BEENTHERE_HOST") or "localhost"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _why_not(problem: OSError, host: str, port: int, option: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is in use by another program. Choose another, for example: {option}"
    if problem.errno == errno.EACCES:
        return f"Only root may listen on port {port}. Choose one above 1023, for example: {option}"
    return f"Cannot listen on {host}, port {port}: {problem.strerror}."
