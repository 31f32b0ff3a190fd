"""Mail that goes at once, outside the request: nobody waits for a mail server, and no answer tells that one was asked.

Messages that can wait for a person to read them stand in the outbox instead.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connections
from django.utils.translation import get_language, override

log = logging.getLogger(__name__)

WORKERS = 2
A_MOMENT = 0.05  # seconds; the request that asked is answered before the work begins, so it is not slowed by it
MOST_WAITING = 200  # a flood beyond it is dropped: a code that does not come is asked for again

_pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="post")
_room = BoundedSemaphore(MOST_WAITING)


def send_soon(write: Callable[[], EmailMessage | None]) -> None:
    """Write and send one message in the language of the request; `write` gives none where nobody is to be written to.

    Only a mail server is slow: every other backend (files, console, memory) is written to before this returns.
    """
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        _send(write, get_language())
    elif _room.acquire(blocking=False):
        _pool.submit(_send_and_leave, write, get_language())
    else:
        log.error("a message was not sent: %s are waiting", MOST_WAITING)


def _send_and_leave(write: Callable[[], EmailMessage | None], language: str | None) -> None:
    try:
        time.sleep(A_MOMENT)
        _send(write, language)
    finally:
        _room.release()
        connections.close_all()


def _send(write: Callable[[], EmailMessage | None], language: str | None) -> None:
    """A failure is told by its kind alone: address, subject and code stay out of the log (law R5)."""
    try:
        with override(language):
            message = write()
            if message is not None:
                message.send()
    except Exception as failure:
        log.error("a message was not sent: %s", type(failure).__name__)
