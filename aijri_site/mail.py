"""EMAIL_URL: `smtp://user:password@host:port?from=name@example.org`; `smtps://` speaks TLS from the start, `smtp+tls://`
after STARTTLS. `none:` says that nothing shall be mailed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """A mail server and how to speak to it; `sender` is "" where the address names none."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool
    sender: str


def read(url: str) -> Server | None:
    """The server that an EMAIL_URL names; None for none. ValueError, with a sentence that holds no password."""
    if url in {"", "none:", "none"}:
        return None
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("EMAIL_URL must be smtp://, smtp+tls:// or smtps:// with a host, or none:")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("EMAIL_URL has a port that is no number") from error
    return Server(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
        sender=parse_qs(parts.query).get("from", [""])[0],
    )
