"""The agenda on paper, made of the same release as the page: a sheet a day, the annotated agenda, one's own programme.

Who does not take part gets the public outline: no release number, no marking, and until the edition has closed no room, no
breakout and no minister's hour (law R5); `Programme` says which of them a reader has. The same content gives the same
bytes, apart from the time of print.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from dialogues.models import ReleasedSession
from dialogues.models.papers import Paper, PaperVersion
from dialogues.models.programme import Part as Role
from dialogues.models.programme import Programme
from socportal.bilingual import reader_language

from . import agenda_words as words
from .marking import marking, series, titled
from .paper import Part
from .pdf import told, typeset

Content = dict[str, Any]


# A sheet a day


def agenda_days(programme: Programme) -> bytes:
    return typeset("agenda", agenda_content(programme), lang=reader_language())


def personal(programme: Programme) -> bytes:
    return typeset("agenda", personal_content(programme), lang=reader_language())


def fingerprint(content: Content) -> str:
    """SHA-256 of what it says, the time of print aside: the same for whoever prints it later."""
    said = told({key: value for key, value in content.items() if key != "printed"}, reader_language())
    return hashlib.sha256(json.dumps([reader_language(), said], sort_keys=True).encode()).hexdigest()


def agenda_content(programme: Programme) -> Content:
    """What the sheets of the whole agenda say, or of its outline."""
    if programme.is_whole:
        head = {"title": titled_with_number(_("Agenda"), programme), "audience": _("For participants of this edition.")}
        return {**sheets(programme, programme.rows), **head, "marking": marking()}
    return {**sheets(programme, programme.rows), "title": _("Agenda, public outline"), "audience": _("Public outline")}


def personal_content(programme: Programme) -> Content:
    """Where one person has to be, and as what. The name stands inside only, never in title or file name."""
    person = programme.user.person
    return {
        **sheets(programme, programme.mine, of=person.pk),
        "title": titled_with_number(_("My programme"), programme),
        "name": _("My programme"),
        "marking": marking(),
        "audience": _("Only you"),
        "whose": [person.name, person.post],
    }


def titled_with_number(title: str, programme: Programme) -> str:
    """“Agenda 3.2”."""
    return f"{title} {programme.release.number}" if programme.release else title


def sheets(programme: Programme, rows: Iterable[ReleasedSession], of: int | None = None) -> Content:
    """The days of `rows`; with `of`, the part that this person has in each."""
    edition = programme.edition
    papers = words.count_papers(programme) if programme.is_whole else Counter()
    days = words.by_day(rows, edition.zone)
    return {
        "series": series(edition),
        "place": edition.place,
        "released": words.released(programme),
        "printed": words.printed(programme),
        "invented": words.invented(edition),
        "times_in": words.times_in(edition),
        "notice": words.called_off(programme),
        "was": words.was(),
        "continued": _("continued"),
        "columns": {"time": _("Time"), "room": _("Room"), "title": _("Session"), "beside": _("Rule and papers")},
        "has_rooms": programme.is_whole or programme.has_closed,
        "is_whole": programme.is_whole,
        "days": [
            {
                "title": words.day_in_words(day),
                "of": _("Day %(number)s of %(of)s") % {"number": number, "of": len(days)},
                "rows": [line(row, programme, papers, of) for row in in_order(listed, programme)],
            }
            for number, (day, listed) in enumerate(days, 1)
        ],
    }


def in_order(rows: list[ReleasedSession], programme: Programme) -> list[ReleasedSession]:
    """In the outline a session without an hour stands last, by its title: its place would tell the hour."""
    if programme.is_whole:
        return rows
    timed = [row for row in rows if programme.shows_time(row)]
    untimed = [row for row in rows if not programme.shows_time(row)]
    return timed + sorted(untimed, key=lambda row: str(row.title))


def line(row: ReleasedSession, programme: Programme, papers: Counter[int], of: int | None) -> Content:
    zone, whole, shows_room = programme.edition.zone, programme.is_whole, programme.shows_room(row)
    changes = words.changes_of(row, zone, papers[row.session_id]) if whole or row.is_cancelled else []
    if not whole:
        changes = [{**change, "instead": ""} for change in changes]
    return {
        "hours": words.hours(row, zone) if programme.shows_time(row) else _("Time not public"),
        "has_hours": programme.shows_time(row),
        "room": words.room_of(row, shown=shows_room),
        "has_room": bool(row.room_name),
        "floor": row.floor if shows_room else "",
        "title": row.title,
        "is_light": row.is_pause,
        "is_cancelled": row.is_cancelled,
        "changes": changes,
        "beside": beside(row, programme, papers, of) if whole else [],
    }


def beside(row: ReleasedSession, programme: Programme, papers: Counter[int], of: int | None) -> list[str]:
    """What may be repeated, how many papers, what is not settled, and one's own part."""
    speakers = row.speakers.all()
    own = [speaker.get_role_display() for speaker in speakers if of is not None and speaker.person_id == of]
    waits = not row.is_cancelled and any(not part.is_confirmed for part in programme.parts(row))
    said = [
        _("Your part: %(role)s") % {"role": ", ".join(own)} if own else "",
        row.get_ground_rule_display(),
        words.papers_in_words(papers[row.session_id]),
        _("Speakers to be confirmed") if waits else "",
    ]
    return [text for text in said if text]


# The annotated agenda


def annotated(programme: Programme) -> bytes:
    """For reading: by session its purpose and papers, who speaks, and what may be repeated."""
    part = annotated_part(programme)
    content = {
        "title": part["title"],
        "series": series(programme.edition),
        "marking": marking(),
        "audience": _("For participants of this edition."),
        "watermark": " · ".join(filter(None, (words.printed(programme), words.invented(programme.edition)))),
        "contents": _("Contents"),
        "parts": [part],
    }
    return typeset("print", content, lang=reader_language())


def annotated_part(programme: Programme) -> Part:
    edition = programme.edition
    papers = papers_of(programme)
    days = words.by_day(programme.rows, edition.zone)
    return {
        "kind": "annotated",
        "title": titled_with_number(_("Annotated agenda"), programme),
        "under": " · ".join(filter(None, (words.released(programme), words.times_in(edition)))),
        "notice": words.called_off(programme),
        "was": words.was(),
        "labels": {
            "rule": _("What may be repeated"),
            "people": _("Chairs and speakers"),
            "papers": _("Papers"),
            "to_be_confirmed": _("to be confirmed"),
            "not_stated": _("Not stated"),
        },
        "days": [
            {
                "title": words.day_in_words(day),
                "rows": [item(row, programme, papers[row.session_id]) for row in rows],
            }
            for day, rows in days
        ],
    }


def item(row: ReleasedSession, programme: Programme, papers: list[Paper]) -> Content:
    annotation = row.annotation
    borrowed = {"en": _("(in English)"), "nl": _("(in Dutch)")}[annotation.lang] if annotation.is_borrowed else ""
    return {
        **line(row, programme, Counter({row.session_id: len(papers)}), None),
        "rule": row.get_ground_rule_display(),
        "rule_means": row.rule_in_a_sentence,
        "annotation": annotation,
        "borrowed": borrowed,
        "people": [] if row.is_cancelled else [person_in_words(part) for part in programme.parts(row)],
        "papers": [paper_in_words(paper) for paper in papers],
    }


def person_in_words(part: Role) -> Content:
    """The part and its party, then name, post and organisation as far as they are told."""
    role = titled(part.role)
    return {
        "role": f"{role} ({part.party})" if part.party else role,
        "is_confirmed": part.is_confirmed,
        "said": [text for text in (part.name, part.post, part.organisation) if text],
    }


def papers_of(programme: Programme) -> defaultdict[int, list[Paper]]:
    """By session, those at hand for this reader, with the versions that can be opened."""
    sessions = [row.session_id for row in programme.rows]
    at_hand = Paper.objects.visible_to(programme.user, programme.at).at_hand().filter(session__in=sessions)
    versions = PaperVersion.objects.open().defer("content").newest_first()
    found: defaultdict[int, list[Paper]] = defaultdict(list)
    for paper in at_hand.prefetch_related(Prefetch("versions", queryset=versions)).order_by("title_en", "pk"):
        found[paper.session_id].append(paper)
    return found


def paper_in_words(paper: Paper) -> Content:
    """Its title, the newest version in each language, and the marking word for word as its maker wrote it."""
    newest: dict[str, PaperVersion] = {}
    for version in paper.versions.all():
        newest.setdefault(version.lang, version)
    return {
        "title": paper.title,
        "versions": [str(version) for version in newest.values()],
        "marking": paper.originator_marking,
    }
