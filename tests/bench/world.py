"""A generated dialogue: 5 editions, 400 delegates, 300 sessions in four of them and 500 in the fifth.

The fifth is there to show what ten times as many sessions cost; an edition of the portal holds some fifty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from dialogues.models import AgendaRelease, Audience, Dialogue, Edition, Registration, ReleasedSession, ReleasedSpeaker
from dialogues.models.agenda import GroundRule, Kind, Session
from parties.models import Person, User
from socportal import clock
from tests import build

DELEGATES = 400
SMALL, LARGE = 1, 2
SESSIONS = {-2: 83, -1: 83, 0: 84, SMALL: 50, LARGE: 500}  # by years from this one
A_DAY = 25  # sessions
KINDS = (Kind.PLENARY, Kind.PANEL, Kind.BREAK, Kind.BREAKOUT, Kind.BREAKOUT)
PUBLIC = {"audience": Audience.PUBLIC, "published_at": build.LONG_AGO}
WORDS = ("criminal", "money", "ports", "drugs", "traffickers", "evidence", "liaison", "borders", "victims", "assets")


@dataclass(frozen=True)
class World:
    small: Edition  # fifty sessions, the edition in hand
    large: Edition  # five hundred
    delegate: User


def words(number: int, many: int) -> str:
    return " ".join(WORDS[(number * 5 + step * 7) % len(WORDS)] for step in range(many)).capitalize()


def some_sessions(edition: Edition, many: int, rooms: list, speakers: list[Person]) -> None:
    """Three at a time, 25 a day, two thirds of them public; released as version 3.0 and, with a change here and there, 3.1."""
    made = []
    for number in range(many):
        day, place = divmod(number, A_DAY)
        row, parallel = divmod(place, 3)
        starts = build.at_venue(edition, "08:30") + timedelta(days=day, minutes=70 * row)
        made.append(
            Session(
                edition=edition,
                kind=KINDS[number % len(KINDS)],
                title_en=words(number, 5),
                title_nl=words(number + 1, 5),
                starts_at=starts,
                ends_at=starts + timedelta(minutes=60),
                room=rooms[parallel],
                ground_rule=GroundRule.CHATHAM_HOUSE if number % 4 == 0 else "",
                annotation_en=words(number, 30),
                audience=Audience.DELEGATES if number % 3 == 0 else Audience.PUBLIC,
            )
        )
    sessions = Session.objects.bulk_create(made)
    for minor in (0, 1):
        release = AgendaRelease.objects.create(
            edition=edition,
            major=3,
            minor=minor,
            kind="final",
            released_by=speakers[0].user,
            released_at=build.LONG_AGO,
            content_hash="0" * 64,
        )
        rows = ReleasedSession.objects.bulk_create(
            ReleasedSession(
                release=release,
                session=session,
                room_name_en=session.room.name_en,
                published_at=release.released_at,
                changes={"room_changed": {"en": "Old Room", "nl": ""}} if minor and session.pk % 9 == 0 else {},
                **{
                    field: getattr(session, field)
                    for field in ("kind", "title_en", "title_nl", "starts_at", "ends_at", "room", "ground_rule", "audience")
                },
                annotation_en=session.annotation_en,
            )
            for session in sessions
        )
        numbers = count()
        ReleasedSpeaker.objects.bulk_create(
            ReleasedSpeaker(
                released_session=row,
                role="chair" if part == 0 else "speaker",
                person=person,
                party=person.party,
                post_en=person.post_en,
                is_confirmed=True,
            )
            for row in rows
            for part in range(2)
            for person in [speakers[next(numbers) % len(speakers)]]
        )


def some_record(edition: Edition, person: Person) -> None:
    """What an edition's page tells beside its agenda."""
    for number in range(8):
        theme = build.a_theme(edition, position=number, name_en=f"{words(number, 4)} {number}", **PUBLIC)
        text, source = words(number, 20), build.a_source()
        commitment = build.a_commitment(edition, position=number, summary_en=text, source=source, **PUBLIC)
        commitment.themes.set([theme])
        build.a_result(edition, position=number, text_en=text, source=source, **PUBLIC)
        build.a_mandate(edition)
        edition.organisations.add(build.an_organisation(person.party))


def generated() -> World:
    dialogue: Dialogue = build.a_dialogue(slug="bench")
    host, guest = build.a_party("NL"), build.a_party("UK")
    rooms = [build.a_room(f"Room {number}", position=number) for number in range(3)]
    accounts = []
    for number in range(DELEGATES):
        person = build.a_person(host if number % 2 else guest, organisation=None)
        accounts.append(build.an_account(person))
    people, editions = [account.person for account in accounts], {}
    for ahead, many in SESSIONS.items():
        year = clock.today().year + ahead
        opens = date(year, 3, 16)
        edition = build.an_edition(
            dialogue, year=year, opens_on=opens, closes_on=opens + timedelta(days=(many - 1) // A_DAY), purpose_en=words(1, 30)
        )
        some_record(edition, people[0])
        some_sessions(edition, many, rooms, people[:120])
        delegations = {party: build.a_delegation(edition, party) for party in (host, guest)}
        Registration.objects.bulk_create(
            Registration(
                edition=edition,
                person=account.person,
                delegation=delegations[account.person.party],
                post_en=account.person.post_en,
            )
            for account in accounts
        )
        editions[ahead] = edition
    return World(small=editions[SMALL], large=editions[LARGE], delegate=accounts[-1])
