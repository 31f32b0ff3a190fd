"""A mail server to talk to: it keeps what it takes, and behaves badly for the addresses that say so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings

PATIENCE = 0.6  # seconds that our side waits for an answer


class Sink:
    """`refused@` gets a 550, `slow@` a late yes, `silent@` no answer in time, `dropped@` a cut line; all others a yes.

    A number may follow: `slow7@`.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        match address.partition("@")[0].rstrip("0123456789"):
            case "refused":
                return f"550 5.1.1 <{address}> is not known here"
            case "slow":
                await asyncio.sleep(PATIENCE / 3)
            case "silent":
                await asyncio.sleep(PATIENCE * 2)
            case "dropped":
                server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        for address in envelope.rcpt_tos:
            self.taken.append((address, message_from_bytes(envelope.content, policy=policy.default)))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return sorted(address for address, _mail in self.taken)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def listening() -> Iterator[tuple[Sink, int]]:
    """The sink and its port; mail of this process goes there meanwhile."""
    sink, port = Sink(), free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            EMAIL_TIMEOUT=PATIENCE,
        ):
            yield sink, port
    finally:
        server.stop()
