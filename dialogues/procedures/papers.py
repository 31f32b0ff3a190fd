"""Papers: uploaded with a marking and in versions, given to more or fewer readers, taken back, put in quarantine.

Secretaries alone upload, for their own party and for others: it is they who answer for a marking (security-privacy §6.1).
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dialogues.models import Audience, Edition, Mandate, Paper, PaperOpening, PaperVersion, Session
from dialogues.models.audience import is_known
from dialogues.models.papers import LANGUAGES, NARROW_TO_WIDE
from dialogues.models.standing import Standing
from parties.models import Party, User
from socportal import clock

from . import journal
from .editions import not_the_lead
from .erasure import leave_no_trace
from .paper_checks import Upload
from .steps import Reason, StepRefused, edition_is_over, lock, not_a_secretary, refuse_for

NONCE = 12  # bytes, as NIST SP 800-38D has it for GCM


# Uploading


def upload_reasons(edition: Edition, by: User) -> list[Reason]:
    return not_a_secretary(by, edition.dialogue) or edition_is_over(edition)


@transaction.atomic
def upload_paper(
    *,
    edition: Edition,
    by: User,
    party: Party,
    title_en: str,
    audience: str,
    originator_marking: str,
    lang: str,
    file: Upload,
    title_nl: str = "",
    session: Session | None = None,
    mandate: Mandate | None = None,
    override_reason: str = "",
) -> PaperVersion:
    """A new paper with its first version; give back that version. `party` is whose paper it is, not who uploads it.

    `file` is what `paper_checks.examine` found; a refused one is refused here again.
    """
    edition = lock(edition)
    refuse_for(upload_reasons(edition, by))
    mandate = mandate or (session.mandate if session else None)
    refuse_for(_place_reasons(edition, by, session, mandate) + _reader_reasons(audience, party, mandate, edition, by))
    paper = Paper(
        edition=edition,
        session=session,
        mandate=mandate,
        party=party,
        title_en=title_en.strip(),
        title_nl=title_nl.strip(),
        audience=audience,
        originator_marking=originator_marking.strip(),
    )
    paper.full_clean()
    paper.save()
    return _store(paper, by, lang, file, override_reason)


def add_version_reasons(paper: Paper, by: User) -> list[Reason]:
    if reasons := _not_kept(paper, by) or upload_reasons(paper.edition, by):
        return reasons
    return [Reason(_("It was taken back. Upload it as a new paper."), paper)] if paper.withdrawn_at else []


@transaction.atomic
def add_version(*, paper: Paper, by: User, lang: str, file: Upload, override_reason: str = "") -> PaperVersion:
    """The next version in this language. Readers see it first, the older ones below it (law R7)."""
    paper = lock(paper)
    refuse_for(add_version_reasons(paper, by))
    return _store(paper, by, lang, file, override_reason)


def _store(paper: Paper, by: User, lang: str, file: Upload, override_reason: str) -> PaperVersion:
    reason = override_reason.strip()
    refuse_for(_file_reasons(paper, by, file, reason))
    if lang not in dict(LANGUAGES):
        raise StepRefused(_("Say in which language the file is."))
    sha256 = hashlib.sha256(file.content).hexdigest()
    of_language = PaperVersion.objects.filter(paper=paper, lang=lang)
    latest = of_language.order_by("-number").first()
    if latest and latest.sha256 == sha256 and latest.quarantined_at is None:
        raise StepRefused(_("This is the same file as version %(number)d. Choose the new one.") % {"number": latest.number})
    if of_language.filter(sha256=sha256, quarantined_at__isnull=False).exists():
        raise StepRefused(_("This very file is in quarantine. It is not uploaded again: ask your security adviser."))
    version = PaperVersion(
        paper=paper,
        lang=lang,
        number=(of_language.aggregate(last=Max("number"))["last"] or 0) + 1,
        file_type=file.file_type,
        content=file.content,
        size=len(file.content),
        sha256=sha256,
        uploaded_by=by,
        override_reason=reason if file.spoken_of else "",
    )
    version.full_clean()
    version.save()
    details = {"version": version.pk, "lang": lang, "number": version.number, "audience": paper.audience}
    journal.write(by=by, act="uploaded paper", on=paper, details=details)
    return version


def _place_reasons(edition: Edition, by: User, session: Session | None, mandate: Mandate | None) -> list[Reason]:
    reasons = []
    if session and not Session.objects.visible_to(by).filter(pk=session.pk, edition=edition).exists():
        reasons.append(Reason(_("This session is none of %(edition)s.") % {"edition": edition}))
    if mandate and mandate.edition_id != edition.pk:
        reasons.append(Reason(_("This working group does not meet at %(edition)s.") % {"edition": edition}))
    return reasons


def _reader_reasons(audience: str, party: Party, mandate: Mandate | None, edition: Edition, by: User) -> list[Reason]:
    """Why a paper of this party in this place cannot be for these readers, or not by this hand."""
    if audience not in NARROW_TO_WIDE:
        return [Reason(_("Choose who may read it. A paper is never public: what is public is an outcome document."))]
    if not edition.dialogue.parties.filter(pk=party.pk).exists():
        return [Reason(_("%(party)s is no party of %(dialogue)s.") % {"party": party, "dialogue": edition.dialogue})]
    if audience == Audience.GROUP and mandate is None:
        return [Reason(_("A paper for one working group needs that group."))]
    if audience == Audience.PARTY and not _is_secretary_of(by, party, edition):
        return [Reason(_("Only %(party)s’s own secretary keeps a paper of its own.") % {"party": party})]
    return []


def _file_reasons(paper: Paper, by: User, file: Upload, reason: str) -> list[Reason]:
    if file.faults or not file.file_type:
        return [Reason(fault) for fault in file.faults] or [Reason(_("This file cannot be read."))]
    if not file.spoken_of:
        return []
    words = ", ".join(f"“{word}”" for word in file.spoken_of)
    if not_the_lead(paper.edition, by):
        return [
            Reason(_("The text says %(words)s. Only the secretariat lead lets that pass, with a reason.") % {"words": words})
        ]
    if not reason:
        return [Reason(_("The text says %(words)s. Say why it may stand there: it must mark nothing.") % {"words": words})]
    return []


def _is_secretary_of(by: User, party: Party, edition: Edition) -> bool:
    if not is_known(by):
        return False
    posts = Standing(by.person_id, clock.now()).appointed("secretary")  # type: ignore[arg-type]
    return (edition.dialogue_id, party.pk) in posts


def _not_kept(paper: Paper, by: User) -> list[Reason]:
    """A party's focal points keep its own papers with its secretary, and still do not decide of them."""
    if reasons := not_a_secretary(by, paper.edition.dialogue):
        return reasons
    if Paper.objects.kept_by(by).filter(pk=paper.pk).exists():
        return []
    return [Reason(_("Only a secretary who keeps this paper takes this step."))]


# Its readers


def marking_reasons(paper: Paper, by: User) -> list[Reason]:
    if reasons := _not_kept(paper, by) or edition_is_over(paper.edition):
        return reasons
    return [Reason(_("It was taken back: nobody reads it."), paper)] if paper.withdrawn_at else []


def is_lower(paper: Paper, audience: str) -> bool:
    """Whether more would read it than do now."""
    return NARROW_TO_WIDE.index(Audience(audience)) > NARROW_TO_WIDE.index(Audience(paper.audience))


@transaction.atomic
def lower_marking(*, paper: Paper, by: User, audience: str, reason: str = "") -> Paper:
    """Give it to other readers. To more of them only by the secretary of the party whose paper it is, who says why; to
    fewer by any secretary and at once (§6.1 rule 1).
    """
    paper = lock(paper)
    refuse_for(marking_reasons(paper, by))
    refuse_for(_reader_reasons(audience, paper.party, paper.mandate, paper.edition, by))
    before, lower = paper.audience, is_lower(paper, audience)
    if audience == before:
        raise StepRefused(_("That is who reads it now."))
    if lower and not _is_secretary_of(by, paper.party, paper.edition):
        said = {"party": paper.party}
        raise StepRefused(_("Only %(party)s’s own secretary gives this paper to more readers: it is theirs.") % said)
    if lower and not reason.strip():
        raise StepRefused(_("Say why more people may read it."))
    paper.audience = audience
    if lower:
        paper.audience_reason = reason.strip()
    paper.full_clean()
    paper.save(update_fields=["audience", "audience_reason"])
    act = "lowered marking" if lower else "raised marking"
    journal.write(by=by, act=act, on=paper, details={"from": before, "to": audience})
    return paper


# Taking back, and quarantine


def withdraw_reasons(paper: Paper, by: User) -> list[Reason]:
    if reasons := _not_kept(paper, by):
        return reasons
    return [Reason(_("It was taken back already."), paper)] if paper.withdrawn_at else []


@transaction.atomic
def withdraw_paper(*, paper: Paper, by: User, reason: str) -> Paper:
    """Out of its readers' hands at once, for good; it stays with those who keep it (law R7)."""
    paper = lock(paper)
    refuse_for(withdraw_reasons(paper, by))
    if not reason.strip():
        raise StepRefused(_("Say why it is taken back."))
    paper.withdrawn_at, paper.withdrawn_by, paper.withdrawn_reason = clock.now(), by, reason.strip()
    paper.full_clean()
    paper.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    journal.write(by=by, act="withdrew paper", on=paper)
    return paper


def quarantine_reasons(version: PaperVersion, by: User) -> list[Reason]:
    if reasons := _not_kept(version.paper, by):
        return reasons
    return [Reason(_("It is in quarantine already."), version.paper)] if version.quarantined_at else []


@transaction.atomic
def quarantine(*, version: PaperVersion, by: User) -> str:
    """Seal a file where it lies and give back the key, which is kept nowhere: it goes to the security adviser.

    A spill is never deleted: somebody has to find out what it was and who read it (§6.1 rule 4). Any secretary does this, in
    whatever state the edition is.
    """
    lock(version.paper)
    lock(version)
    version = PaperVersion.objects.with_content().select_related("paper__edition__dialogue").get(pk=version.pk)
    refuse_for(quarantine_reasons(version, by))
    key = AESGCM.generate_key(bit_length=256)
    version.content = _sealed(bytes(version.content), key, version)
    version.quarantined_at, version.quarantined_by = clock.now(), by
    version.save(update_fields=["content", "quarantined_at", "quarantined_by"])
    journal.write(by=by, act="quarantined paper", on=version.paper, details={"version": version.pk})
    transaction.on_commit(leave_no_trace, robust=True)
    return in_groups(key)


def _about(version: PaperVersion) -> bytes:
    """What the seal belongs to, so that it opens in no other place."""
    return f"paper version {version.pk} {version.sha256}".encode()


def _sealed(content: bytes, key: bytes, version: PaperVersion) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, _about(version))


def in_groups(key: bytes) -> str:
    """As a person reads it out: eight groups of eight characters."""
    text = key.hex()
    return " ".join(text[at : at + 8] for at in range(0, len(text), 8))


@transaction.atomic
def open_quarantine(*, version: int, key: str) -> bytes:
    """The bytes that were sealed, for whoever has the key; it stays in quarantine, and the journal notes that it was opened.

    For `manage.py open_quarantine` alone: no page opens a quarantine.
    """
    found = PaperVersion.objects.with_content().select_related("paper").filter(pk=version).first()
    if found is None or found.quarantined_at is None:
        raise StepRefused(_("There is no version of this number in quarantine."))
    sealed = bytes(found.content)
    try:
        content = AESGCM(bytes.fromhex(key)).decrypt(sealed[:NONCE], sealed[NONCE:], _about(found))
    except (ValueError, InvalidTag):
        raise StepRefused(_("This is not the key of this version.")) from None
    journal.write(by=None, act="exported", on=found.paper, details={"version": found.pk, "quarantine": True})
    return content


# Reading


def note_opening(*, version: PaperVersion, by: User) -> PaperOpening:
    """That a file was handed out. A log, kept twelve months: the journal holds what is decided, not what is read."""
    return PaperOpening.objects.create(version=version, user=by)


def openings_of(paper: Paper, by: User) -> Any:
    """Who opened its files, newest first, for who keeps it."""
    rows = PaperOpening.objects.visible_to(by).filter(version__paper=paper)
    return rows.select_related("user__person", "user__party").order_by("-at", "-pk")
