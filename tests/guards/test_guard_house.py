"""Guard 14: warnings are errors, and no test reaches beyond this machine."""

import socket
import warnings
from collections import Counter

import pytest
from codebase import REPOSITORY
from no_network import NetworkRefused


def test_warnings_are_errors(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.getini("filterwarnings")[0] == "error"
    with pytest.raises(UserWarning, match="planted"):
        warnings.warn("planted", stacklevel=1)


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_another_machine_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as planted, pytest.raises(NetworkRefused, match="stay on this machine"):
        planted.connect((address, 80))


def test_a_name_is_not_even_looked_up() -> None:
    with pytest.raises(NetworkRefused, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_no_two_test_files_have_one_name() -> None:
    """Tests are no package: pytest would take the one file for the other."""
    names = Counter(file.name for file in REPOSITORY.glob("tests/**/test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []
