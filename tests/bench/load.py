"""A load generator that costs little: raw sockets, requests built beforehand, one process, no threads.

Closed loop: each client sends its next request when the former is answered. Open loop (`rate`): requests are
due at fixed moments whatever the server does, and a latency counts from the moment a request was due, so that
a stall is not hidden (what is known as coordinated omission).
"""

import multiprocessing
import os
import selectors
import socket
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection

GIVEN_UP = 30.0
# A server that keeps connections closes a quiet one after two seconds. Ours keeps none.
QUIET_TOO_LONG = 1.5
_numbers = count(1)


@dataclass(frozen=True)
class Request:
    """Bytes to send and the status a right answer has. `alone`: on a connection and from an address of its
    own (127.x.y.z), as a browser that has not been here before."""

    kind: str
    payload: bytes
    expected: int = 200
    alone: bool = False


@dataclass
class Tally:
    """What became of a load. Times in seconds; `failures` holds the first few wrong answers in words.

    `minutes` has the same latencies as `latencies`, by the minute of the load in which a request was due.
    """

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    latencies: dict[str, list[float]] = field(default_factory=dict)
    minutes: dict[int, list[float]] = field(default_factory=dict)
    answered: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.answered.values())

    @property
    def error_count(self) -> int:
        return sum(self.errors.values())


class Load:
    """A load in a process of its own. `result()` waits for its end."""

    def __init__(
        self,
        port: int,
        requests: Iterable[Request],
        *,
        clients: int,
        seconds: float,
        rate: float | None = None,
    ) -> None:
        context = multiprocessing.get_context("fork")
        self._ours, theirs = context.Pipe(duplex=False)
        arguments = (theirs, port, requests, clients, seconds, rate)
        self._process = context.Process(target=_in_child, args=arguments, daemon=True)
        with warnings.catch_warnings():
            # Python warns of a fork beside threads. The child touches sockets and lists, no lock of a thread.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()
        theirs.close()

    def running(self) -> bool:
        return self._process.is_alive() and not self._ours.poll()

    def result(self) -> Tally:
        try:
            tally: Tally = self._ours.recv()
        except EOFError as problem:
            raise RuntimeError(
                "the load generator ended without a result; its words stand above"
            ) from problem
        finally:
            self._process.join(10)
        return tally


def run(port: int, requests: Iterable[Request], *, clients: int, seconds: float) -> Tally:
    return Load(port, requests, clients=clients, seconds=seconds).result()


def _in_child(
    to: Connection,
    port: int,
    requests: Iterable[Request],
    clients: int,
    seconds: float,
    rate: float | None,
) -> None:
    to.send(_Generator(port, iter(requests), clients, seconds, rate).run())
    to.close()


class _Client:
    """One connection and the request that is on its way."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None
        self.request: Request | None = None
        self.due = 0.0
        self.last = 0.0
        self.held = bytearray()

    def send(self, request: Request, due: float) -> None:
        if request.alone or (self.socket and time.monotonic() - self.last > QUIET_TOO_LONG):
            self.close()
        if self.socket is None:
            self.socket = _connected(self.port, alone=request.alone)
        self.request, self.due = request, due
        self.held.clear()
        self.socket.sendall(request.payload)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


class _Generator:
    def __init__(
        self, port: int, requests: Iterator[Request], clients: int, seconds: float, rate: float | None
    ) -> None:
        self.requests, self.seconds, self.rate = requests, seconds, rate
        self.idle = deque(_Client(port) for _ in range(clients))
        self.busy: set[_Client] = set()
        self.selector = selectors.DefaultSelector()
        self.tally = Tally()
        self.began = self.until = 0.0
        self.sent = 0

    def run(self) -> Tally:
        before = os.times()
        self.began = time.monotonic()
        self.until = self.began + self.seconds
        self._begin()
        while self.busy or (self.rate and time.monotonic() < self.until):
            self._answers(self.selector.select(self._patience()))
            self._give_up_late_ones()
            self._begin()
        after = os.times()
        self.tally.seconds = time.monotonic() - self.began
        self.tally.cpu_seconds = after.user + after.system - before.user - before.system
        return self.tally

    def _due(self) -> float:
        """When the next request is due: now in a closed loop, by the clock in an open one."""
        return self.began + self.sent / self.rate if self.rate else time.monotonic()

    def _patience(self) -> float:
        wait = self._due() - time.monotonic() if self.rate and self.idle else 0.5
        return min(max(wait, 0.0), 0.5)

    def _begin(self) -> None:
        while self.idle and (due := self._due()) <= time.monotonic() and due < self.until:
            request = next(self.requests, None)
            if request is None:
                self.until = time.monotonic()
                return
            self.sent += 1
            client = self.idle.popleft()
            try:
                client.send(request, due)
            except OSError as problem:
                self._failed(client, request, due, f"{type(problem).__name__}: {problem}")
                self.idle.append(client)
                continue
            self.busy.add(client)
            self.selector.register(client.socket, selectors.EVENT_READ, client)  # type: ignore[arg-type]

    def _answers(self, ready: list[tuple[selectors.SelectorKey, int]]) -> None:
        for key, _ in ready:
            client: _Client = key.data
            try:
                part = client.socket.recv(262_144) if client.socket else b""
            except OSError as problem:
                self._drop(client, f"{type(problem).__name__}: {problem}")
                continue
            client.held += part
            if not part:
                self._drop(client, f"the connection was closed after {len(client.held)} bytes")
            elif (size := _whole(client.held)) and len(client.held) >= size:
                self._answered(client)

    def _answered(self, client: _Client) -> None:
        request, moment = client.request, time.monotonic()
        if request is None:
            raise RuntimeError("an answer came to no request")
        self._waited(request, client.due, moment)
        self.tally.sizes[request.kind] = self.tally.sizes.get(request.kind, 0) + len(client.held)
        status = int(client.held[9:12])
        if status != request.expected:
            self._wrong(request, f"status {status} instead of {request.expected}: {_words(client.held)}")
        client.last = moment
        if b"\r\nConnection: close" in client.held[:1000]:
            self._release(client, keep=False)
        else:
            self._release(client, keep=not request.alone)

    def _drop(self, client: _Client, why: str) -> None:
        request, due = client.request, client.due
        self._release(client, keep=False)
        if request is not None:
            self._failed(client, request, due, why)

    def _failed(self, client: _Client, request: Request, due: float, why: str) -> None:
        client.close()
        self._waited(request, due, time.monotonic())
        self._wrong(request, why)

    def _waited(self, request: Request, due: float, until: float) -> None:
        self.tally.latencies.setdefault(request.kind, []).append(until - due)
        self.tally.minutes.setdefault(int((due - self.began) // 60), []).append(until - due)
        self.tally.answered[request.kind] = self.tally.answered.get(request.kind, 0) + 1

    def _wrong(self, request: Request, why: str) -> None:
        self.tally.errors[request.kind] = self.tally.errors.get(request.kind, 0) + 1
        if len(self.tally.failures) < 5:
            self.tally.failures.append(f"{request.kind}: {why}")

    def _release(self, client: _Client, *, keep: bool) -> None:
        if client.socket is not None:
            self.selector.unregister(client.socket)
        if not keep:
            client.close()
        client.request = None
        self.busy.discard(client)
        self.idle.append(client)

    def _give_up_late_ones(self) -> None:
        moment = time.monotonic()
        late = [one for one in self.busy if moment - one.due > GIVEN_UP]
        for client in late:
            self._drop(client, f"no answer within {GIVEN_UP:.0f} seconds")


def _connected(port: int, *, alone: bool) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.settimeout(GIVEN_UP)
    if alone:
        number = next(_numbers) + os.getpid() * 1009
        made.bind((f"127.{1 + number % 250}.{number // 250 % 250}.{1 + number // 62_500 % 250}", 0))
    made.connect(("127.0.0.1", port))
    return made


def _whole(held: bytearray) -> int:
    """How long the whole answer will be; 0 while its head is not there yet."""
    end = held.find(b"\r\n\r\n")
    if end < 0:
        return 0
    head = bytes(held[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise RuntimeError(f"an answer without Content-Length: {head[:200]!r}")
    return end + 4 + int(head[at + 17 :].split(b"\r\n", 1)[0])


def _words(held: bytearray) -> str:
    body = bytes(held).partition(b"\r\n\r\n")[2].decode(errors="replace")
    at = body.find("<main")
    return " ".join(body[max(at, 0) :].split())[:300]
