"""A mail server of the test, on this machine: it hangs, it answers with a number, or it takes mail."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much of SMTP (RFC 5321) as a mail needs. `mood`: takes, hangs, or its answer to RCPT."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Talk)
        self.mood: str = "takes"
        self.tried = 0
        self.taken: list[EmailMessage] = []
        self.go_on = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast(MailServer, self.server)
        server.tried += 1
        if server.mood == "hangs":
            server.go_on.wait(60)
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            self._answer(server, line.split(b":")[0].strip().upper())

    def _answer(self, server: MailServer, word: bytes) -> None:
        if word == b"DATA":
            self._say("354 go on")
            server.taken.append(self._read_mail())
        refused = word == b"RCPT TO" and server.mood.isdecimal()
        self._say(f"{server.mood} not this reader" if refused else "250 fine")

    def _read_mail(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        return cast(EmailMessage, message_from_bytes(b"".join(lines), policy=policy.default))

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server(port: int = 0) -> Iterator[MailServer]:
    with MailServer(port) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        listening.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            listening.join()


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
