"""A mail server for tests: speaks SMTP on a port of this machine, keeps what it takes, and can be told to misbehave."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(220, "ready")
        recipients: list[str] = []
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() in {"EHLO", "HELO", "MAIL", "RSET"}:
                self._say(250, "fine")
            elif verb.upper() == "RCPT":
                if self.server.refuses_everybody:
                    self._say(550, "no such person")
                else:
                    recipients.append(rest.partition(":")[2].strip("<>"))
                    self._say(250, "fine")
            elif verb.upper() == "DATA":
                if not self._data(recipients):
                    return
            else:
                self._say(221 if verb.upper() == "QUIT" else 502, "so be it")

    def _data(self, recipients: list[str]) -> bool:
        """Take the text of a mail; whether the conversation goes on."""
        if self.server.is_away:
            self._say(451, "come back later")
            return True
        self._say(354, "go ahead")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        parsed = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.server.taken.append((recipients, parsed))
        if self.server.hangs_up_after_taking:
            return False
        self._say(250, "taken")
        return True

    def _say(self, code: int, words: str) -> None:
        self.wfile.write(f"{code} {words}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """`taken`: recipients and mail, in the order taken."""

    allow_reuse_address = True
    daemon_threads = True
    is_away = refuses_everybody = hangs_up_after_taking = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.taken: list[tuple[list[str], EmailMessage]] = []


@contextmanager
def serving() -> Iterator[MailServer]:
    """A mail server that lives as long as the block."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
