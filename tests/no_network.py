"""No test reaches beyond this machine: a test that needs the network fails where the network is away."""

import ipaddress
import sys
from typing import Any

_HERE = {"", "localhost", "localhost.localdomain"}


class NetworkRefused(RuntimeError):  # noqa: N818 - a refusal, not a fault
    """A test tried to reach another machine."""


def refuse_network() -> None:
    """For the rest of this process. An audit hook also sees libraries that open sockets by themselves."""
    if not getattr(sys, "_beenthere_network_refused", False):
        sys.addaudithook(_watch)
        sys._beenthere_network_refused = True  # type: ignore[attr-defined]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_unless_here(arguments[1][0])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        _refuse_unless_here(arguments[0])


def _refuse_unless_here(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not (name is None or name in _HERE or _loopback(str(name))):
        raise NetworkRefused(f"a test tried to reach {name}: tests stay on this machine")


def _loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
