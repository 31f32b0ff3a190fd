"""The outbox: messages are queued inside the act that causes them, read and released by a secretary, then sent.

What can go wrong between the mail server and us: a message is written down as tried before it is tried, so that two runs
never take the same one, and no lock is held while a server thinks. Where the process dies after the server took a message
and before that is written down, the message is tried again when its pause is over, and leaves a second time. Both copies
carry the same Message-ID, by which most mail systems show one.
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import Correspondence, Edition, OutgoingMessage
from dialogues.models.correspondence import in_capitals
from parties.models import User
from socportal import clock

from . import journal
from .steps import Reason, lock, not_a_secretary, refuse_for

# Makes the file that goes with a message: its name, its bytes, its type; none where nothing goes with it.
Attach = Callable[[OutgoingMessage], tuple[str, bytes, str] | None]

LINE = 76
AT_ONCE = 100  # messages a press; the rest leaves with `run_due`
NOT_FINISHED = "not finished"
ACCOUNT_CLOSED = "account closed"


# Drafting


def written(template: str, about: dict[str, Any], lang: str) -> tuple[str, str]:
    """Subject and text in one language: one line without breaks, and lines that every mail reader shows whole.

    `about` holds the edition, and instants as they are (aware): they are written on the clocks of all parties.
    """
    with override(lang):
        edition = about["edition"]
        told = {name: in_capitals(one, edition) if isinstance(one, datetime) else one for name, one in about.items()}
        about = {**told, "site": f"{settings.PUBLIC_BASE_URL}/{lang}/"}
        subject = render_to_string(f"dialogues/correspondence/{template}_subject.txt", about)
        text = render_to_string(f"dialogues/correspondence/{template}.txt", about)
    most = OutgoingMessage._meta.get_field("subject").max_length
    return textwrap.shorten(subject, most or LINE, placeholder=" …"), wrapped(text)


def wrapped(text: str) -> str:
    """No line over `LINE` characters but an address; never two empty lines in a row."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        parts = textwrap.wrap(line.strip(), LINE, break_long_words=False, break_on_hyphens=False) or [""]
        lines += parts if parts != [""] or (lines and lines[-1]) else []
    return "\n".join(lines) + "\n"


def queue(
    *,
    key: str,
    edition: Edition,
    recipient: User,
    template: str,
    about: dict[str, Any],
    letter: Correspondence | None = None,
    attachment: str = "",
    released_by: User | None = None,
    by_the_clock: bool = False,
) -> OutgoingMessage | None:
    """Draft one message in the recipient's language; the same key a second time gives back the first, unchanged.

    With `released_by` it leaves without being read again; `by_the_clock`, nobody releases it and it leaves too. A closed
    account is written to by nobody: none comes back.
    """
    if not recipient.is_active:
        return None
    if found := OutgoingMessage.objects.filter(key=key).first():
        return found
    subject, text = written(template, {"edition": edition, **about}, recipient.language)
    now = clock.now()
    message, _is_new = OutgoingMessage.objects.get_or_create(
        key=key,
        defaults={
            "edition": edition,
            "recipient": recipient,
            "lang": recipient.language,
            "subject": subject,
            "text": text,
            "letter": letter,
            "attachment": attachment,
            "queued_at": now,
            "released_by": released_by,
            "released_at": now if released_by or by_the_clock else None,
        },
    )
    return message


# Releasing


def send_reasons(edition: Edition, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, edition.dialogue)
    if not edition.messages.drafted().exists():
        left = edition.messages.unsent().count()
        said = _("%(count)d messages are released already; they leave by themselves, or are given up.") % {"count": left}
        reasons.append(Reason(said if left else _("The outbox is empty.")))
    return reasons


def send_messages(*, edition: Edition, by: User, attach: Attach | None = None) -> int:
    """Release all that is drafted and send the first hundred at once; give back how many left, `run_due` sends the rest.

    Without `attach`, messages that take a letter along wait for `run_due`.
    """
    with transaction.atomic():
        lock(edition)
        refuse_for(send_reasons(edition, by))
        released = edition.messages.drafted().update(released_by=by, released_at=clock.now())
        journal.write(by=by, act="released messages", on=edition, details={"messages": released})
    return _deliver(edition.messages.all(), attach=attach, limit=AT_ONCE)["sent"]


def _not_for_a_secretary(message: OutgoingMessage, by: User) -> list[Reason]:
    reasons = not_a_secretary(by, message.edition.dialogue)
    if not reasons and message.sent_at:
        reasons = [Reason(_("It has been sent."), message)]
    return reasons


def _under_way(message: OutgoingMessage) -> list[Reason]:
    next_try_at = message.next_try_at
    if message.last_error == NOT_FINISHED and next_try_at is not None and next_try_at > clock.now():
        return [Reason(_("It is on its way at this moment. Look again in some minutes."), message)]
    return []


def send_message_reasons(message: OutgoingMessage, by: User) -> list[Reason]:
    reasons = _not_for_a_secretary(message, by)
    if not reasons and message.released_at:
        reasons = [Reason(_("It is released already."), message)]
    return reasons


def send_message(*, message: OutgoingMessage, by: User, attach: Attach | None = None) -> OutgoingMessage:
    """Release one message that somebody has read, and send it at once."""
    with transaction.atomic():
        message = lock(message)
        refuse_for(send_message_reasons(message, by))
        message.released_by, message.released_at = by, clock.now()
        message.save(update_fields=["released_by", "released_at"])
        journal.write(by=by, act="released messages", on=message, details={"messages": 1})
    _deliver(OutgoingMessage.objects.filter(pk=message.pk), attach=attach, limit=1)
    message.refresh_from_db()
    return message


def take_back_reasons(message: OutgoingMessage, by: User) -> list[Reason]:
    reasons = _not_for_a_secretary(message, by)
    if not reasons and message.released_at is None:
        reasons = [Reason(_("It is not released."), message)]
    return reasons or _under_way(message)


@transaction.atomic
def take_back(*, message: OutgoingMessage, by: User) -> OutgoingMessage:
    """A released message that has not left becomes a draft again, with all its tries."""
    message = lock(message)
    refuse_for(take_back_reasons(message, by))
    message.released_by, message.released_at, message.tries, message.next_try_at = None, None, 0, None
    message.save(update_fields=["released_by", "released_at", "tries", "next_try_at"])
    journal.write(by=by, act="changed", on=message, details={"fields": ["released_at"]})
    return message


def discard_reasons(message: OutgoingMessage, by: User) -> list[Reason]:
    reasons = _not_for_a_secretary(message, by)
    if not reasons and message.released_at is not None:
        reasons = [Reason(_("It is released. Take it back first."), message)]
    return reasons


@transaction.atomic
def discard(*, message: OutgoingMessage, by: User) -> None:
    """Throw away a draft that never left: the row goes, the journal keeps its key (law R7 speaks of what was released)."""
    message = lock(message)
    refuse_for(discard_reasons(message, by))
    journal.write(by=by, act="deleted", on=message, details={"key": message.key})
    message.delete()


def try_again_reasons(message: OutgoingMessage, by: User) -> list[Reason]:
    reasons = _not_for_a_secretary(message, by)
    if not reasons and (message.released_at is None or not message.tries):
        reasons = [Reason(_("It has not been tried yet."), message)]
    return reasons or _under_way(message)


def try_again(*, message: OutgoingMessage, by: User, attach: Attach | None = None) -> OutgoingMessage:
    """Try at once, and count anew: after the address was put right, or the other server is well again."""
    with transaction.atomic():
        message = lock(message)
        refuse_for(try_again_reasons(message, by))
        message.tries, message.next_try_at = 0, None
        message.save(update_fields=["tries", "next_try_at"])
        journal.write(by=by, act="changed", on=message, details={"fields": ["tries"]})
    _deliver(OutgoingMessage.objects.filter(pk=message.pk), attach=attach, limit=1)
    message.refresh_from_db()
    return message


# Sending


def deliver_due(*, at: datetime | None = None, attach: Attach | None = None, limit: int = 500) -> dict[str, int]:
    """Send what is released and due, oldest first; give back how many were `sent`, `failed`, `given_up` and `left`.

    A failure waits as long as `OutgoingMessage.PAUSES` says and stops nobody else; after `MOST_TRIES` it is given up.
    Where the mail server cannot be reached at all no message is to blame: none is tried, all are `left`.
    """
    return _deliver(OutgoingMessage.objects.all(), at=at, attach=attach, limit=limit)


def _deliver(messages: Any, *, at: datetime | None = None, attach: Attach | None = None, limit: int) -> dict[str, int]:
    counts = {"sent": 0, "failed": 0, "given_up": 0, "left": 0}
    due = messages.due(at) if attach else messages.due(at).filter(attachment="")
    keys = list(due.order_by("released_at", "pk").values_list("pk", flat=True)[:limit])
    connection: Any = None
    for done, pk in enumerate(keys):
        if connection is None:
            connection = get_connection()
            try:
                connection.open()
            except OSError:
                counts["left"] = len(keys) - done
                return counts
        message = _claim(pk, at or clock.now())
        if message is None:
            continue
        failure = "" if message.recipient.is_active else ACCOUNT_CLOSED
        if not failure:
            try:
                _letter(message, connection, attach).send()
            except Exception as error:  # whatever one message brings about, the next one is sent
                failure = in_short(error)
                with suppress(OSError):
                    connection.close()
                connection = None
        counts[_write_down(message, failure, at or clock.now())] += 1
    if connection is not None:
        with suppress(OSError):
            connection.close()
    return counts


def _claim(pk: int, at: datetime) -> OutgoingMessage | None:
    """Write a try down before it is made; none where another run was quicker."""
    due = OutgoingMessage.objects.due(at).filter(pk=pk)
    message = due.select_related("recipient", "edition__dialogue", "letter__party").first()
    if message is None:
        return None
    pause = OutgoingMessage.PAUSES[min(message.tries, len(OutgoingMessage.PAUSES) - 1)]
    mine = due.filter(tries=message.tries).update(tries=F("tries") + 1, next_try_at=at + pause, last_error=NOT_FINISHED)
    message.tries += 1
    return message if mine else None


def _letter(message: OutgoingMessage, connection: Any, attach: Attach | None) -> EmailMessage:
    """The mail. Its Message-ID follows from the key: a second copy is known as the same mail."""
    host = urlsplit(settings.PUBLIC_BASE_URL).hostname
    name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail = EmailMessage(
        message.subject,
        message.text,
        to=[message.recipient.email],
        connection=connection,
        headers={"Message-ID": f"<{name}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    if message.attachment and attach and (file := attach(message)):
        mail.attach(*file)
    return mail


def _write_down(message: OutgoingMessage, failure: str, at: datetime) -> str:
    """What came of the try: “sent”, “failed” or “given_up”."""
    kept = OutgoingMessage.objects.filter(pk=message.pk)
    if not failure:
        kept.update(sent_at=at, last_error="")
        return "sent"
    if failure == ACCOUNT_CLOSED:
        message.tries = OutgoingMessage.MOST_TRIES
    kept.update(tries=message.tries, last_error=failure)
    return "given_up" if message.tries >= OutgoingMessage.MOST_TRIES else "failed"


def in_short(error: Exception) -> str:
    """The kind of failure and the server's code, without its words: they repeat the address (law R5)."""
    code = ""
    if isinstance(error, SMTPRecipientsRefused):
        code = ", ".join(sorted({str(code) for code, _words in error.recipients.values()}))
    elif isinstance(error, SMTPResponseException):
        code = str(error.smtp_code)
    return f"{type(error).__name__} {code}".strip()
