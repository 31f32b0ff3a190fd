"""Answers that are rendered once and given again until something changes.

An answer is kept in the process that made it, for one address and one reader, and is given again only while both hold:

- nothing was written since. Every act and every save of the admin ends with one entry in the journal, in its own
  transaction and under a lock, so whoever reads the same end of the chain reads the same records. It is read, one row,
  with every request: what one process writes shows at once in all others.
- nothing has turned by the clock: nothing has come to light, begun or ended, no day has changed in any zone, and where
  the page shows what time it is, the minute is the same.

What is refused is never kept (law R1). A form's token is not kept either: every answer gets its own. Whoever changes rows
by hand in the database, past the journal, starts the processes again.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, wraps
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from dialogues.models import JournalHead
from socportal import clock, gzipped

Key = tuple[str, str | None, int]

MOST_BYTES = 64 * 1024 * 1024
MAKERS = 64
QUARTER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
# Instants that may lie ahead and that a page follows by the clock. What else lies ahead is read by staff and the outbox.
AHEAD = ("published_at", "embargo_until", "starts_at", "ends_at")

_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"')


@dataclass(frozen=True)
class Stand:
    """The end of the journal, from when on this process has seen it stand, and what turns first by the clock after that.

    What turns is asked together with the end, by the next request: the first one after an act is spared the question.
    """

    end: str
    since: datetime
    is_asked: bool = False
    turn: datetime | None = None

    def has_turned(self, at: datetime) -> bool:
        return at < self.since or (self.turn is not None and at >= self.turn)


@dataclass(frozen=True)
class Answer:
    """A finished answer, in parts around the token of its forms; it holds for one end of the journal and until an instant."""

    end: str
    made_at: datetime
    until: datetime
    headers: dict[str, str]
    texts: tuple[bytes, ...]
    is_public: bool

    def holds(self, stand: Stand, at: datetime) -> bool:
        """While `stand` does not know what turns, nothing is known to hold."""
        return stand.is_asked and self.end == stand.end and stand.since <= self.made_at <= at < self.until

    @cached_property
    def fingerprint(self) -> str:
        return sha256(b"".join(self.texts)).hexdigest()[:32]

    @cached_property
    def deflated(self) -> tuple[bytes, ...]:
        return tuple(map(gzipped.deflated, self.texts))

    @cached_property
    def gzipped(self) -> bytes:
        return gzipped.joined(self.texts, self.deflated)

    @property
    def size(self) -> int:
        """Bytes, with what they take compressed (a quarter at most) and what keeping any answer takes."""
        return sum(map(len, self.texts)) * 5 // 4 + 2000


class Store:
    """The answers kept in this process: those asked for last, as many as go into `most` bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.size = 0
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._stand: Stand | None = None
        self._lock = threading.Lock()
        self._makers = tuple(threading.Lock() for _number in range(MAKERS))

    def find(self, key: Key, stand: Stand, at: datetime) -> Answer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is None or not answer.holds(stand, at):
                return None
            self._answers.move_to_end(key)
            return answer

    def keep(self, key: Key, answer: Answer) -> None:
        with self._lock:
            if (former := self._answers.pop(key, None)) is not None:
                self.size -= former.size
            self._answers[key] = answer
            self.size += answer.size
            while self.size > self.most:
                _key, dropped = self._answers.popitem(last=False)
                self.size -= dropped.size

    def stand(self, at: datetime) -> Stand:
        """How things stand at `at`: always one query."""
        stand = self._stand
        if stand is None or stand.has_turned(at):
            stand = Stand(end_of_journal(), at)
        elif stand.is_asked:
            end = end_of_journal()
            stand = stand if end == stand.end else Stand(end, at)
        else:
            end, turn = end_and_turn(stand.since)
            asked = Stand(end, stand.since, is_asked=True, turn=turn)
            stand = asked if end == stand.end and not asked.has_turned(at) else Stand(end, at)
        self._stand = stand
        return stand

    @contextmanager
    def making(self, key: Key) -> Iterator[bool]:
        """One thread makes an answer, the others that want the same wait; yields whether this one had to."""
        maker = self._makers[hash(key) % MAKERS]
        waited = not maker.acquire(blocking=False)
        if waited:
            maker.acquire()
        try:
            yield waited
        finally:
            maker.release()

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self.size, self._stand = 0, None


STORE = Store()


# Three questions put together by hand: composing the first takes the ORM longer than all else that a kept answer costs, and
# the second some 17 ms.


@cache
def end_in_sql() -> str:
    quoted = connection.ops.quote_name
    return f"SELECT {quoted('hash')} FROM {quoted(JournalHead._meta.db_table)} WHERE {quoted('id')} = 1"  # noqa: S608


def fields_ahead() -> list[tuple[type[Any], Any]]:
    return [(model, field) for model in apps.get_models() for field in model._meta.concrete_fields if field.name in AHEAD]


@cache
def turn_in_sql() -> tuple[str, int]:
    """The first instant ahead of all, and how often the question names the instant after which."""
    quoted = connection.ops.quote_name
    asked = [
        f"SELECT MIN({quoted(field.column)}) AS ahead FROM {quoted(model._meta.db_table)} WHERE {quoted(field.column)} > %s"  # noqa: S608
        for model, field in fields_ahead()
    ]
    return f"SELECT MIN(ahead) FROM ({' UNION ALL '.join(asked)}) AS instants", len(asked)  # noqa: S608


def end_of_journal() -> str:
    """Which records there are to be read: the fingerprint of the last entry, and through it of all before."""
    with connection.cursor() as cursor:
        cursor.execute(end_in_sql())
        row = cursor.fetchone()
    return row[0] if row else ""


def end_and_turn(since: datetime) -> tuple[str, datetime | None]:
    """The end of the journal, and what turns first by the clock after `since`."""
    question, times = turn_in_sql()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({end_in_sql()}), ({question})",
            [connection.ops.adapt_datetimefield_value(since)] * times,
        )
        end, turn = cursor.fetchone()
    if isinstance(turn, str):  # as SQLite keeps it
        turn = datetime.fromisoformat(turn)
    return end or "", turn.replace(tzinfo=UTC) if turn and turn.tzinfo is None else turn


def next_full(step: timedelta, at: datetime) -> datetime:
    """The next full minute, or quarter of an hour: midnight in every zone is one."""
    return at + step - (at - datetime.min.replace(tzinfo=at.tzinfo)) % step


def made_of(
    request: HttpRequest, response: HttpResponse, end: str, at: datetime, reader: int, step: timedelta
) -> Answer | None:
    """What is to be kept of `response`; nothing where it is no plain page, or holds a token that is not a form's."""
    if response.status_code != 200 or response.streaming or response.cookies or not getattr(response, "is_rendered", True):
        return None
    tokens = set(_TOKEN.findall(response.content))
    if len(tokens) > 1 or (bool(tokens) != bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))):
        return None
    return Answer(
        end=end,
        made_at=at,
        until=next_full(step, at),
        headers=dict(response.items()),
        texts=tuple(response.content.split(tokens.pop())) if tokens else (response.content,),
        is_public=not reader,
    )


def given(request: HttpRequest, answer: Answer) -> HttpResponse:
    """The kept answer with this request's own token, compressed where that is taken."""
    token = get_token(request).encode() if len(answer.texts) > 1 else b""
    compressed = gzipped.is_taken(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    if not compressed:
        body = token.join(answer.texts)
    elif token:
        body = gzipped.joined(answer.texts, answer.deflated, token)
    else:
        body = answer.gzipped
    response = HttpResponse(body, headers=answer.headers)
    patch_vary_headers(response, ["Accept-Encoding"])
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    if not answer.is_public:
        patch_cache_control(response, no_store=True, private=True)
    elif not response.has_header("ETag"):
        # Weak where it was compressed: the same page, in other bytes.
        response.headers["ETag"] = f'W/"{answer.fingerprint}"' if compressed else f'"{answer.fingerprint}"'
    return response


def is_plain(request: HttpRequest) -> bool:
    """Whether the answer depends on nothing but its address and the reader.

    An address with a query is answered afresh: so nothing that the asker chose stands in what is kept and compressed.
    """
    return not settings.DEBUG and request.method in {"GET", "HEAD"} and not request.META.get("QUERY_STRING")


def is_told_something(request: HttpRequest) -> bool:
    """Whether a message waits for this reader: such a page is shown to them and not kept."""
    may_be = {settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name} & request.COOKIES.keys()
    return bool(may_be) and len(get_messages(request)) > 0  # type: ignore[arg-type]


def rendered(
    *, shows_clock: bool = False, alike_for_all: bool = False
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """For a view whose answer depends on its address, its language, who asks and the clock, and on nothing else.

    `shows_clock`: to those who are signed in the page says what time it is. `alike_for_all`: it does not look who asks.
    """

    def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_plain(request) or (not alike_for_all and is_told_something(request)):
                return view(request, *args, **kwargs)
            at = clock.now()
            stand = STORE.stand(at)
            reader = 0 if alike_for_all else request.user.pk or 0
            key = (request.path, get_language(), reader)
            kept = STORE.find(key, stand, at)
            if kept is not None:
                return given(request, kept)
            with STORE.making(key) as waited:
                if waited:
                    at = clock.now()
                    stand = STORE.stand(at)
                    kept = STORE.find(key, stand, at)
                if kept is None:
                    response = view(request, *args, **kwargs)
                    step = MINUTE if reader and shows_clock else QUARTER
                    kept = made_of(request, response, stand.end, at, reader, step)
                    if kept is None:
                        return response
                    STORE.keep(key, kept)
            return given(request, kept)

        return answer

    return once
