"""What is held about one person, in words: for the page, and for the file that the person may take along.

Whoever reads about themselves reads everything. A secretary who acts on somebody's request reads what a secretary may
read: what a person eats, and where they are signed in, only the person sees (security-privacy §6.2).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dialogues.models import (
    ActionItem,
    ActionLead,
    Appearance,
    Appointment,
    CalendarAddress,
    CoChair,
    Edition,
    Export,
    JournalEntry,
    ListedParticipant,
    Nomination,
    OutgoingMessage,
    OwnDetails,
    Registration,
    ReleasedSession,
    ReleasedSpeaker,
)
from dialogues.models.retention import kept_until
from parties.models import Person, User
from parties.models.retention import Retention

FILE_NAME = "official-own-data.json"
MARKING = "OFFICIAL / ongerubriceerd"


@dataclass(frozen=True)
class Fact:
    """One thing that is known; `value` is a text, a day, an instant, a number, yes or no, or a list of texts."""

    label: str
    value: Any

    @property
    def shown(self) -> Any:
        """As a page says it; a text in the other language keeps its mark."""
        if isinstance(self.value, bool):
            return pgettext("answer", "yes") if self.value else pgettext("answer", "no")
        if isinstance(self.value, datetime):
            return date_format(localtime(self.value), "DATE_FORMAT")
        if isinstance(self.value, date):
            return date_format(self.value, "DATE_FORMAT")
        if isinstance(self.value, list):
            return ", ".join(str(one) for one in self.value)
        return getattr(self.value, "marked", self.value)

    @property
    def plain(self) -> Any:
        """As the file holds it: instants in ISO 8601."""
        if isinstance(self.value, date):
            return self.value.isoformat()
        if isinstance(self.value, bool | int):
            return self.value
        return [str(one) for one in self.value] if isinstance(self.value, list) else str(self.value)


Facts = list[Fact]


@dataclass(frozen=True)
class Group:
    """Facts of one kind: where they came from, and until when they are kept."""

    title: str
    came_from: str
    kept: str
    records: list[Facts] = field(default_factory=list)


def facts(*pairs: tuple[str, Any]) -> Facts:
    """Those that are known: what is empty is not held."""
    return [Fact(label, value) for label, value in pairs if value not in (None, "", [])]


def until(day: date | None, retention: Retention) -> str:
    """The last day where it is known, else the rule that it follows from."""
    if day is None:
        return _("Kept %(until)s; that day is not known yet.") % {"until": retention.label}
    return _("Kept until %(day)s.") % {"day": date_format(day, "DATE_FORMAT")}


class Held:
    """What `reader` may read about a person and their account, at an instant."""

    def __init__(self, *, reader: User, at: datetime, person: Person | None, user: User | None) -> None:
        self.reader, self.at, self.person, self.user = reader, at, person, user
        self.is_own = user == reader
        self.registrations = list(
            self.of(Registration)
            .filter(person=person)
            .select_related("edition__dialogue", "delegation__party", "organisation__parent")
            .prefetch_related("mandates__working_group")
            .order_by("-edition__year", "pk")
            if person
            else []
        )
        self.editions = [registration.edition for registration in self.registrations]
        self.known_editions = list(Edition.objects.all())

    def of(self, model: Any) -> QuerySet[Any]:
        """Everything about oneself; about somebody else what one may read anyway."""
        rows: QuerySet[Any] = model.objects.all() if self.is_own else model.objects.visible_to(self.reader, self.at)
        return rows

    def last_of(self, editions: list[Edition], retention: Retention) -> date | None:
        """The last day over several editions; none where one of them has none yet."""
        days = [kept_until(edition, retention, self.known_editions) for edition in editions]
        return max((day for day in days if day), default=None) if all(days) else None

    def groups(self) -> list[Group]:
        """Those that hold something, from the account to the traces of its use."""
        found = [
            self.account(),
            self.register(),
            self.appointments(),
            self.nominations(),
            self.registered(),
            self.own_details(),
            self.listed(),
            self.parts(),
            self.owned_actions(),
            self.messages(),
            self.sessions(),
            self.calendar_addresses(),
            self.exports(),
            self.acts(),
        ]
        return [group for group in found if group.records]

    def account(self) -> Group:
        if self.person and Appointment.objects.current(self.at).filter(person=self.person).exists():
            kept = _("Open while the appointment lasts.")
        else:
            kept = until(self.last_of(self.editions, Retention.ACCOUNT), Retention.ACCOUNT)
        kept += " " + _("Then nobody can sign in with it; the address is erased with the name.")
        users = self.of(User).filter(pk=self.user.pk) if self.user else User.objects.none()
        records = [
            facts(
                (_("E-mail address"), user.email),
                (_("Language of mails"), user.get_language_display()),
                (_("May sign in"), user.is_active),
                (_("Account opened"), user.created_at),
                (_("Last signed in"), user.last_login),
                (_("Second factors enrolled"), Authenticator.objects.filter(user=user).count() or None),
            )
            for user in users
        ]
        return Group(_("Account"), _("The party gave the secretariat the official address."), kept, records)

    def register(self) -> Group:
        people = self.of(Person).filter(pk=self.person.pk) if self.person else Person.objects.none()
        records = [
            facts(
                (_("Name"), person.name),
                (_("Surname first"), person.sort_name),
                (_("Post"), person.post),
                (_("Organisation"), person.organisation.name if person.organisation else None),
                (_("Party"), person.party.name if person.party else None),
                (_("Public office-holder, named in"), person.office_source.title if person.office_source else None),
            )
            for person in people.select_related("organisation__parent", "party", "office_source")
        ]
        if self.person and self.person.is_public_office_holder:
            kept = _("Kept for good: a public office-holder named in a published text is part of the record.")
        else:
            kept = until(self.last_of(self.editions, Retention.REGISTRATION), Retention.REGISTRATION)
        return Group(_("Register of people"), _("Entered by the party’s focal point or by a secretary."), kept, records)

    def appointments(self) -> Group:
        rows = self.of(Appointment).filter(person=self.person).select_related("dialogue", "party") if self.person else ()
        records = [
            facts(
                (_("Role"), one.get_role_display()),
                (_("Dialogue"), one.dialogue.name),
                (_("Party"), one.party.name),
                (_("First day"), one.starts_on),
                (_("Last day"), one.ends_on),
            )
            for one in rows
        ]
        kept = _("The role and its dates are kept with the record; the name on it until a year after it has ended.")
        return Group(_("Appointments"), _("The party made the appointment."), kept, records)

    def nominations(self) -> Group:
        """Accepted ones, through their registration: what a party only drafts or asks for is the party's."""
        rows = (
            Nomination.objects.filter(registration__in=[one.pk for one in self.registrations])
            .select_related("edition__dialogue", "organisation__parent")
            .order_by("-edition__year", "pk")
        )
        records = [
            facts(
                (_("Edition"), one.edition.title),
                (_("Status"), one.get_status_display()),
                (_("Category"), one.get_category_display()),
                (_("Name"), one.name),
                (_("Surname first"), one.sort_name),
                (_("Post"), one.post),
                (_("Organisation"), one.organisation.name if one.organisation else None),
                (_("E-mail address"), one.email),
                (_("Why more than agreed"), one.over_quota_reason),
                (_("Why accepted late"), one.late_reason),
                (_("Why withdrawn"), one.withdrawn_reason),
                (_("Submitted on"), one.submitted_at),
                (_("Accepted on"), one.accepted_at),
            )
            for one in rows
        ]
        kept = until(self.last_of(self.editions, Retention.REGISTRATION), Retention.REGISTRATION)
        return Group(_("Nominations"), _("Put forward by the party’s focal point."), kept, records)

    def registered(self) -> Group:
        records = [
            facts(
                (_("Edition"), one.edition.title),
                (_("Delegation"), one.delegation.party.name),
                (_("Category"), one.get_category_display()),
                (_("Post at the time"), one.post),
                (_("Organisation"), one.organisation.name if one.organisation else None),
                (_("Working groups"), [str(mandate.working_group.name) for mandate in one.mandates.all()]),
                (_("Status"), one.get_status_display()),
                (_("Access to the venue"), one.get_access_status_display()),
            )
            for one in self.registrations
        ]
        kept = until(self.last_of(self.editions, Retention.REGISTRATION), Retention.REGISTRATION)
        access = until(self.last_of(self.editions, Retention.ACCESS), Retention.ACCESS)
        kept += " " + _("The answer of venue security: %(kept)s") % {"kept": access}
        return Group(_("Registrations"), _("The nomination was accepted by the secretariat."), kept, records)

    def own_details(self) -> Group:
        held = self.of(OwnDetails).filter(registration__in=[one.pk for one in self.registrations])
        rows = list(held.select_related("registration__edition__dialogue"))
        records = [
            facts(
                (_("Edition"), one.registration.edition.title),
                (_("Meal option"), one.get_meal_display()),
                (_("To arrange"), one.arrangements),
                (_("Phone for the day"), one.phone),
                (_("May be photographed"), one.photograph_consent),
                (_("Completed on"), one.completed_at),
            )
            for one in rows
        ]
        editions = [one.registration.edition for one in rows]
        kept = until(self.last_of(editions, Retention.OWN_DETAILS), Retention.OWN_DETAILS)
        if any(one.photograph_consent is not None for one in rows):
            kept += " " + _("The answer about photographs: %(kept)s") % {
                "kept": until(self.last_of(editions, Retention.PHOTOGRAPHS), Retention.PHOTOGRAPHS)
            }
        return Group(_("Own details and photographs"), _("Given by the person."), kept, records)

    def listed(self) -> Group:
        rows = (
            ListedParticipant.objects.filter(registration__in=[one.pk for one in self.registrations])
            .exclude(name="", post_en="", post_nl="")
            .select_related("participant_list__edition__dialogue")
            .order_by("-participant_list__edition__year", "-participant_list__number")
        )
        records = [
            facts(
                (_("Edition"), one.participant_list.edition.title),
                (_("Version"), one.participant_list.number),
                (_("Issued on"), one.participant_list.issued_at),
                (_("Name"), one.name),
                (_("Post"), one.post),
            )
            for one in rows
        ]
        kept = until(self.last_of(self.editions, Retention.REGISTRATION), Retention.REGISTRATION)
        came_from = _("Made from the registration; the participants of the edition read them.")
        return Group(_("Lists of participants"), came_from, kept, records)

    def parts(self) -> Group:
        """Chairs, speeches and appearances, as far as they have been released."""
        if self.person is None:
            return Group("", "", "")
        sessions = ReleasedSession.objects.current().visible_to(self.reader, self.at)
        spoke = ReleasedSpeaker.objects.filter(person=self.person, released_session__in=sessions.values("pk"))
        records = [
            facts(
                (_("Edition"), one.released_session.release.edition.title),
                (_("Session"), one.released_session.title),
                (_("Part in it"), one.get_role_display()),
                (_("Post at the time"), one.post),
            )
            for one in spoke.select_related("released_session__release__edition__dialogue")
        ]
        chaired = CoChair.objects.filter(person=self.person, mandate__edition__in=self.of(Edition).values("pk"))
        records += [
            facts(
                (_("Edition"), one.mandate.edition.title),
                (_("Working group"), one.mandate.working_group.name),
                (_("Part in it"), _("co-chair")),
            )
            for one in chaired.select_related("mandate__edition__dialogue", "mandate__working_group")
        ]
        records += [
            facts((_("Role at the time"), one.role), (_("What is stated"), one.occasion))
            for one in self.of(Appearance).filter(person=self.person)
        ]
        kept = _("The agenda is kept for good, by post; the name on it as long as the registration.")
        return Group(_("Parts in the programme"), _("From the agenda as it was released."), kept, records)

    def owned_actions(self) -> Group:
        """The number and the post; what the action says stands where the person may read it."""
        owned = ActionLead.objects.filter(owner__isnull=False, owner=self.person)
        owned = owned.filter(action_item__in=self.of(ActionItem).values("pk"))
        records = [
            facts(
                (_("Action item"), one.action_item.number),
                (_("Owner post"), one.owner_post),
                (_("Party"), one.party.name),
            )
            for one in owned.select_related("action_item", "party").order_by("action_item__number", "pk")
        ]
        kept = _("The action and the post are kept for good; who holds it is erased once the action and its edition are past.")
        return Group(_("Action items owned"), _("The lead party named who holds the post."), kept, records)

    def messages(self) -> Group:
        sent = self.of(OutgoingMessage).filter(recipient__isnull=False, recipient=self.user, sent_at__isnull=False)
        rows = list(sent.select_related("edition__dialogue").order_by("-sent_at", "-pk"))
        records = [
            facts(
                (_("Edition"), one.edition.title),
                (_("Subject"), one.subject),
                (_("Sent on"), one.sent_at),
                (_("Text"), one.text if self.is_own else None),
            )
            for one in rows
        ]
        kept = until(self.last_of([one.edition for one in rows], Retention.MESSAGE), Retention.MESSAGE)
        return Group(_("Messages received"), _("Sent by the secretariat."), kept, records)

    def sessions(self) -> Group:
        rows = UserSession.objects.filter(user=self.reader).order_by("-last_seen_at") if self.is_own else ()
        records = [
            facts(
                (_("Network address"), one.ip),
                (_("Browser"), one.user_agent),
                (_("Signed in since"), one.created_at),
                (_("Last seen"), one.last_seen_at),
            )
            for one in rows
        ]
        if self.is_own and (codes := self.reader.desk_codes.count()):
            records.append(facts((_("Sign-in codes printed at the desk"), codes)))
        kept = _("A session is kept for twelve hours at most, a sign-in code as a number for twelve months.")
        return Group(_("Where signed in"), _("Sent by the browser."), kept, records)

    def calendar_addresses(self) -> Group:
        rows = self.of(CalendarAddress).filter(user=self.user) if self.user else ()
        records = [
            facts(
                (_("Made on"), one.made_at),
                (_("Language"), one.get_lang_display()),
                (_("Ended on"), one.revoked_at),
            )
            for one in rows
        ]
        kept = _("The address itself is not kept, only a number made of it, until the account is erased.")
        return Group(_("Calendar addresses"), _("Made by the person."), kept, records)

    def exports(self) -> Group:
        records = [
            facts(
                (_("What"), one.get_what_display()),
                (_("Purpose"), one.get_purpose_display()),
                (_("Edition"), one.edition.title if one.edition else None),
                (_("Taken out"), one.at),
                (_("Taken out by"), self._taker(one)),
            )
            for one in self._files()
        ]
        kept = _("Kept for twelve months from the day on which the file was taken out.")
        return Group(
            _("Files taken out by the person, or that may hold the name"), _("Written down as each file left."), kept, records
        )

    def _taker(self, export: Export) -> str:
        own = self.user is not None and export.by_id == self.user.pk
        return _("the person") if own else _("the secretariat or a focal point")

    def _files(self) -> QuerySet[Export]:
        """One's own, and those about the participants of the editions one is registered for."""
        mine = Export.objects.filter(by=self.user) if self.user else Export.objects.none()
        about = Export.objects.filter(edition__in=[edition.pk for edition in self.editions]).exclude(what=Export.What.CATERING)
        rows = self.of(Export).filter(pk__in=(mine | about).values("pk"))
        return rows.select_related("edition__dialogue").order_by("-at", "-pk")

    def acts(self) -> Group:
        count = self.of(JournalEntry).filter(by=self.user).count() if self.user else 0
        records = [facts((_("Number of acts"), count))] if count else []
        kept = _("Kept for good, under a number: the journal holds no names.")
        return Group(_("The journal"), _("Written down with each act."), kept, records)


def held_about(*, reader: User, at: datetime, person: Person | None = None, user: User | None = None) -> list[Group]:
    """Everything that `reader` may read about a person; about themselves, where neither is given."""
    if person is None and user is None:
        person, user = reader.person, reader
    elif user is None and person is not None:
        user = User.objects.filter(person=person).first()
    return Held(reader=reader, at=at, person=person, user=user).groups()


def as_json(groups: list[Group], *, at: datetime, number: int) -> bytes:
    """One file with everything, in the reader's language; it names the person by number outside the data themselves."""
    content = {
        "marking": MARKING,
        "made_at": at.isoformat(timespec="seconds"),
        "about": number,
        "groups": [
            {
                "title": group.title,
                "came_from": group.came_from,
                "kept": group.kept,
                "records": [{fact.label: fact.plain for fact in record} for record in group.records],
            }
            for group in groups
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
