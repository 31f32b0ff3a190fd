"""Builders: a record of each kind with sensible values, every one of them overridable by keyword."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn

from dialogues.models import (
    ActionChange,
    ActionItem,
    ActionLead,
    AgendaRelease,
    Appearance,
    Appointment,
    Audience,
    CarryOver,
    Category,
    CoChair,
    Commitment,
    Consent,
    ConsultationStructure,
    Correspondence,
    Delegation,
    DelegationQuota,
    Dialogue,
    Edition,
    Engagement,
    Export,
    Figure,
    HeadsDecision,
    Information,
    Initiative,
    Lineage,
    Mandate,
    NewsItem,
    Nomination,
    NominationRound,
    OutcomeDocument,
    OutgoingMessage,
    OwnDetails,
    Paper,
    PaperVersion,
    PreparationTask,
    ProgressReport,
    ProgressRound,
    ProgressSection,
    Registration,
    ReleasedSession,
    ReportedItem,
    ReportedLead,
    ReportedTheme,
    Result,
    Room,
    Session,
    SessionReport,
    SpeakerSlot,
    Statement,
    StructureAssessment,
    Summary,
    TemplateTask,
    Theme,
    Venue,
    WorkingGroup,
)
from parties.models import Organisation, Party, Person, Source, User
from tests.passkey import Passkey

_numbers = count(30_001)  # of five digits from first to last: what is sorted as text stays in the order it was made
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OPENING = date(2027, 3, 16)  # a Tuesday

PARTIES = {
    "UK": {
        "name_en": "United Kingdom",
        "name_nl": "Verenigd Koninkrijk",
        "capital_en": "London",
        "capital_nl": "Londen",
        "time_zone": "Europe/London",
        "holiday_calendar": "GB-ENG",
    },
    "NL": {
        "name_en": "Netherlands",
        "name_nl": "Nederland",
        "capital_en": "The Hague",
        "capital_nl": "Den Haag",
        "time_zone": "Europe/Amsterdam",
        "holiday_calendar": "NL",
    },
}


def number() -> int:
    return next(_numbers)


def a_party(code: str, **fields: Any) -> Party:
    found, _new = Party.objects.get_or_create(
        code=code, defaults={**PARTIES.get(code, {**PARTIES["NL"], "name_en": f"Party {code}", "name_nl": ""}), **fields}
    )
    return found


def a_dialogue(*, parties: tuple[str, ...] = ("UK", "NL"), **fields: Any) -> Dialogue:
    n = number()
    values = {
        "slug": f"dialogue-{n}",
        "name_en": f"Dialogue {n}",
        "short_name_en": f"Dialogue {n}",
        "audience": Audience.PUBLIC,
        "published_at": LONG_AGO,
    }
    dialogue = Dialogue.objects.create(**{**values, **fields})
    dialogue.parties.set([a_party(code) for code in parties])
    return dialogue


def an_edition(dialogue: Dialogue | None = None, **fields: Any) -> Edition:
    """In preparation, two days in March 2027 in The Hague; its page is public unless told otherwise."""
    values = {
        "year": 2027,
        "status": Edition.Status.PREPARING,
        "opens_on": OPENING,
        "closes_on": OPENING + timedelta(days=1),
        "date_precision": Edition.Precision.EXACT,
        "host_party": a_party("NL"),
        "city_en": "The Hague",
        "city_nl": "Den Haag",
        "time_zone": "Europe/Amsterdam",
        "audience": Audience.PUBLIC,
        "published_at": LONG_AGO,
    }
    return Edition.objects.create(dialogue=dialogue or a_dialogue(), **{**values, **fields})


def an_organisation(party: Party | None = None, **fields: Any) -> Organisation:
    n = number()
    values = {"slug": f"organisation-{n}", "name_en": f"Example agency {n}", "kind": Organisation.Kind.AGENCY}
    return Organisation.objects.create(party=party, **{**values, **fields})


def a_person(party: Party | None = None, **fields: Any) -> Person:
    n = number()
    values = {"name": f"Person {n}", "sort_name": f"{n:05d}", "post_en": f"Head of unit {n}"}
    return Person.objects.create(party=party, **{**values, **fields})


def an_account(person: Person | None = None, **fields: Any) -> User:
    email = fields.pop("email", f"person{number()}@example.org")
    user = User.objects.create_user(email, fields.pop("password", None), person=person, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def an_appointment(user: User, dialogue: Dialogue, role: str, **fields: Any) -> Appointment:
    values = {"party": user.person.party, "starts_on": date(2020, 1, 1)}
    return Appointment.objects.create(person=user.person, dialogue=dialogue, role=role, **{**values, **fields})


def a_delegation(edition: Edition, party: Party, **fields: Any) -> Delegation:
    found, _new = Delegation.objects.get_or_create(edition=edition, party=party, defaults=fields)
    return found


def a_registration(person: Person, edition: Edition, *, mandates: tuple[Mandate, ...] = (), **fields: Any) -> Registration:
    values = {"post_en": person.post_en, "organisation": person.organisation}
    if "delegation" not in fields:
        values["delegation"] = a_delegation(edition, person.party)
    registration = Registration.objects.create(edition=edition, person=person, **{**values, **fields})
    registration.mandates.set(mandates)
    return registration


def a_group(dialogue: Dialogue, **fields: Any) -> WorkingGroup:
    n = number()
    values = {"slug": f"group-{n}", "name_en": f"Group {n}", "audience": Audience.PUBLIC, "published_at": LONG_AGO}
    return WorkingGroup.objects.create(dialogue=dialogue, **{**values, **fields})


def a_mandate(edition: Edition, group: WorkingGroup | None = None, **fields: Any) -> Mandate:
    return Mandate.objects.create(edition=edition, working_group=group or a_group(edition.dialogue), **fields)


def a_co_chair(mandate: Mandate, person: Person) -> CoChair:
    return CoChair.objects.create(mandate=mandate, party=person.party, person=person)


def a_room(name: str = "Great Hall", **fields: Any) -> Room:
    venue, _new = Venue.objects.get_or_create(name_en="Example House")
    room, _new = Room.objects.get_or_create(venue=venue, name_en=name, defaults=fields)
    return room


def at_venue(edition: Edition, clock_time: str, day: int = 1) -> datetime:
    """That time of the first (second …) day of the edition, at its venue."""
    hour, minute = map(int, clock_time.split(":"))
    on = edition.opens_on + timedelta(days=day - 1)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=edition.zone)


def a_session(edition: Edition, start: str = "09:15", end: str = "10:15", *, day: int = 1, **fields: Any) -> Session:
    values = {"title_en": f"Session {number()}", "audience": Audience.DELEGATES, "kind": "plenary"}
    return Session.objects.create(
        edition=edition, starts_at=at_venue(edition, start, day), ends_at=at_venue(edition, end, day), **{**values, **fields}
    )


def a_speaker(session: Session, person: Person | None, role: str = "chair", **fields: Any) -> SpeakerSlot:
    values = {"party": person.party if person else None, "is_confirmed": bool(person)}
    return SpeakerSlot.objects.create(session=session, person=person, role=role, **{**values, **fields})


def an_action_item(edition: Edition, *, lead: Party | None = None, **fields: Any) -> ActionItem:
    """Agreed, led by one party, due at the end of 2027."""
    n = number()
    values = {
        "serial": n % 30000,
        "number": f"SOC-{edition.year}-{n:02d}",
        "text_en": f"Share a note {n}",
        "measure_en": "A note that both sides have read",
        "due_on": date(2027, 12, 31),
        "original_due_on": date(2027, 12, 31),
        "status": ActionItem.Status.AGREED,
        "audience": Audience.DELEGATES,
    }
    item = ActionItem.objects.create(edition=edition, **{**values, **fields})
    ActionLead.objects.create(action_item=item, party=lead or a_party("NL"), owner_post_en="Head of unit")
    return item


def a_theme(edition: Edition, **fields: Any) -> Theme:
    return Theme.objects.create(edition=edition, **{"name_en": f"Theme {number()}", **fields})


def a_commitment(edition: Edition, **fields: Any) -> Commitment:
    n = number()
    return Commitment.objects.create(
        dialogue=edition.dialogue,
        edition=edition,
        **{"position": 100 + n % 30000, "strength_en": "agreed", "summary_en": f"Promise {n}", **fields},
    )


def a_result(edition: Edition, **fields: Any) -> Result:
    n = number()
    return Result.objects.create(edition=edition, **{"position": 100 + n % 30000, "text_en": f"Result {n}", **fields})


def an_engagement(dialogue: Dialogue, **fields: Any) -> Engagement:
    n = number()
    values = {"slug": f"engagement-{n}", "kind": Engagement.Kind.EXPERT_EXCHANGE, "title_en": f"Exchange {n}"}
    return Engagement.objects.create(dialogue=dialogue, **{**values, **fields})


def an_initiative(dialogue: Dialogue, **fields: Any) -> Initiative:
    n = number()
    return Initiative.objects.create(dialogue=dialogue, **{"slug": f"initiative-{n}", "name_en": f"Initiative {n}", **fields})


def a_document(edition: Edition, **fields: Any) -> OutcomeDocument:
    n = number()
    values = {"slug": f"document-{n}", "kind": OutcomeDocument.Kind.JOINT_STATEMENT, "title_en": f"Joint statement {n}"}
    return OutcomeDocument.objects.create(dialogue=edition.dialogue, edition=edition, **{**values, **fields})


def a_news_item(dialogue: Dialogue, **fields: Any) -> NewsItem:
    n = number()
    values = {"slug": f"news-{n}", "dated_on": date(2026, 5, 4), "title_en": f"News {n}", "body_en": f"What happened, {n}."}
    return NewsItem.objects.create(dialogue=dialogue, **{**values, **fields})


def a_figure(edition: Edition, **fields: Any) -> Figure:
    n = number()
    values = {"position": 100 + n % 30000, "value": n, "unit_en": "offences", "what_en": f"offence {n}"}
    return Figure.objects.create(edition=edition, **{**values, **fields})


def a_statement(dialogue: Dialogue, **fields: Any) -> Statement:
    n = number()
    values = {"kind": Statement.Kind.REASON, "position": 100 + n % 30000, "text_en": f"Reason {n}"}
    return Statement.objects.create(dialogue=dialogue, **{**values, **fields})


def an_appearance(edition: Edition | None = None, **fields: Any) -> Appearance:
    """An office without a name, unless a person is given; at the edition, or at the engagement named."""
    values = {"role_en": f"Minister {number()}", "occasion_en": "took part"}
    return Appearance.objects.create(edition=edition, **{**values, **fields})


def a_lineage(edition: Edition, **fields: Any) -> Lineage:
    """A theme of the edition that is new, unless told otherwise."""
    if not fields:
        fields = {"kind": Lineage.Kind.NEW, "later_theme": a_theme(edition)}
    return Lineage.objects.create(edition=edition, **fields)


def a_draft(model: Any, edition: Edition, **fields: Any) -> Any:
    """A draft of any kind that is published, beside this edition; of an edition itself, another one of its dialogue."""
    if model is Edition:
        return an_edition(edition.dialogue, **{"year": 2031, "audience": Audience.SECRETARIAT, "published_at": None, **fields})
    if model is WorkingGroup:
        return a_group(edition.dialogue, **{"audience": Audience.SECRETARIAT, "published_at": None, **fields})
    beside_edition = {
        Commitment: a_commitment,
        Figure: a_figure,
        OutcomeDocument: a_document,
        ProgressSection: a_section_cleared_by_press,
        Result: a_result,
        Theme: a_theme,
    }
    beside_dialogue = {
        ConsultationStructure: a_structure,
        Engagement: an_engagement_cleared_by_press,
        Initiative: an_initiative,
        NewsItem: a_news_item,
        Statement: a_statement,
    }
    if model in beside_edition:
        return beside_edition[model](edition, **fields)
    return beside_dialogue[model](edition.dialogue, **fields)


def a_task(edition: Edition, **fields: Any) -> PreparationTask:
    n = number()
    values = {"code": f"X{n}", "task_en": f"Task {n}", "owner": "SEC", "offset_days": -10, "anchor": "open"}
    return PreparationTask.objects.create(edition=edition, **{**values, **fields})


def a_source(**fields: Any) -> Source:
    n = number()
    return Source.objects.create(**{"code": f"T{n}", "title": f"Text {n}", "lang": "en", "kind_en": "news item", **fields})


def a_round(edition: Edition, **fields: Any) -> NominationRound:
    """Open since long ago, until six weeks before the edition opens."""
    opens_on = edition.opens_on or OPENING
    closes_at = datetime(opens_on.year, opens_on.month, opens_on.day, 17, tzinfo=UTC) - timedelta(weeks=6)
    values = {"opened_at": LONG_AGO, "closes_at": closes_at}
    if "opened_by" not in fields:
        values["opened_by"] = an_account(a_person(edition.host_party))
    return NominationRound.objects.create(edition=edition, **{**values, **fields})


def a_quota(delegation: Delegation, **fields: Any) -> DelegationQuota:
    """Of delegates, unless a category or a working group (`mandate`) is given."""
    values = {"category": "" if "mandate" in fields else Category.DELEGATE, "seats": 4}
    return DelegationQuota.objects.create(delegation=delegation, **{**values, **fields})


def a_nomination(delegation: Delegation, *, mandates: tuple[Mandate, ...] = (), **fields: Any) -> Nomination:
    """A draft that lacks nothing: it could be submitted as it is."""
    n = number()
    values = {
        "edition": delegation.edition,
        "name": f"Nominee {n}",
        "sort_name": f"Nominee {n:05d}",
        "post_en": f"Adviser {n}",
        "email": f"nominee{n}@example.org",
    }
    if "organisation" not in fields:
        values["organisation"] = an_organisation(delegation.party)
    if "drafted_by" not in fields:
        values["drafted_by"] = an_account(a_person(delegation.party))
    nomination = Nomination.objects.create(delegation=delegation, **{**values, **fields})
    nomination.mandates.set(mandates)
    return nomination


def a_submitted_nomination(delegation: Delegation, **fields: Any) -> Nomination:
    by = fields.pop("submitted_by", None) or fields.get("drafted_by") or an_account(a_person(delegation.party))
    values = {
        "status": Nomination.Status.SUBMITTED,
        "drafted_by": by,
        "submitted_by": by,
        "submitted_at": datetime.now(UTC),
    }
    return a_nomination(delegation, **{**values, **fields})


def an_accepted_nomination(delegation: Delegation, **fields: Any) -> Nomination:
    """With the person, the account and the registration that accepting makes; `person` is one who is known already."""
    registration = fields.pop("registration", None)
    person = fields.pop("person", registration.person if registration else None)
    mandates = fields.get("mandates", ())
    by = fields.pop("accepted_by", None) or an_account(a_person(delegation.edition.host_party), is_staff=True)
    accepted_at = fields.pop("accepted_at", None) or datetime.now(UTC)
    nomination = a_submitted_nomination(delegation, **{"submitted_at": accepted_at, **fields})
    said = {name: getattr(nomination, name) for name in ("post_en", "post_nl", "organisation")}
    if person is None:
        person = a_person(delegation.party, name=nomination.name, sort_name=nomination.sort_name, **said)
        an_account(person, email=nomination.email, party=delegation.party, language=nomination.language)
    nomination.person = person
    nomination.registration = registration or a_registration(
        person, delegation.edition, mandates=mandates, category=nomination.category, precedence=nomination.precedence, **said
    )
    nomination.status, nomination.accepted_by, nomination.accepted_at = Nomination.Status.ACCEPTED, by, accepted_at
    nomination.save()
    return nomination


def own_details(registration: Registration, **fields: Any) -> OwnDetails:
    """Completed by the participant: a meal, nothing to arrange, a phone, no answer on photographs."""
    values = {"meal": OwnDetails.Meal.A, "phone": f"+31 6 0000 {number() % 10000:04d}"}
    details = OwnDetails.objects.create(registration=registration, **{**values, **fields})
    if registration.status == Registration.Status.INVITED:
        registration.status = Registration.Status.COMPLETED
        registration.save(update_fields=["status"])
    return details


def a_letter(edition: Edition, party: Party, **fields: Any) -> Correspondence:
    """A note verbale received, unless told otherwise."""
    values = {
        "kind": Correspondence.Kind.NOTE_VERBALE,
        "direction": Correspondence.Direction.RECEIVED,
        "reference": f"NV-{number()}",
        "dated_on": date(2026, 11, 2),
    }
    if "entered_by" not in fields:
        values["entered_by"] = an_account(a_person(edition.host_party), is_staff=True)
    return Correspondence.objects.create(edition=edition, party=party, **{**values, **fields})


def a_message(user: User, edition: Edition, **fields: Any) -> OutgoingMessage:
    """Drafted and not yet released."""
    n = number()
    values = {"key": f"message-{n}", "lang": user.language, "subject": f"News {n}", "text": f"What is new, {n}."}
    return OutgoingMessage.objects.create(recipient=user, edition=edition, **{**values, **fields})


def an_export(by: User, edition: Edition | None = None, **fields: Any) -> Export:
    """A list of participants as CSV, taken out for the registration desk."""
    values = {
        "what": Export.What.PARTICIPANTS,
        "file_type": "csv",
        "purpose": Export.Purpose.VENUE,
        "rows": 1,
        "sha256": f"{number():064x}",
    }
    return Export.objects.create(by=by, edition=edition, **{**values, **fields})


def a_passkey(user: User, name: str = "Laptop") -> Authenticator:
    """Enrolled as a device would, for a challenge that nobody asked."""
    answer = Passkey().enrol({"publicKey": {"challenge": "AAAA", "user": {"id": ""}}})
    return WebAuthn.add(user, name, json.loads(answer)).instance


def a_consent(record: Any, by: User, to_status: str, **fields: Any) -> Consent:
    return Consent.objects.create(record=record, by=by, to_status=to_status, **{"party": by.party, **fields})


def a_heads_decision(edition: Edition, by: User, **fields: Any) -> HeadsDecision:
    said = {"to_status": "postponed", "reason": "The host’s parliament votes that week."}
    return HeadsDecision.objects.create(edition=edition, proposed_by=by, **{**said, **fields})


def a_carry_over(action_item: ActionItem, to_edition: Edition, by: User, **fields: Any) -> CarryOver:
    said = {"decision": "carry", "reason": "The pilot runs until summer.", "from_edition": action_item.edition}
    return CarryOver.objects.create(action_item=action_item, to_edition=to_edition, by=by, **{**said, **fields})


def a_template_task(dialogue: Dialogue, **fields: Any) -> TemplateTask:
    said = {"code": f"X{number() % 1000}", "task_en": "Order flowers", "task_nl": "Bloemen bestellen"}
    said |= {"owner": "PRO", "offset_days": -10, "anchor": "open"}
    return TemplateTask.objects.create(dialogue=dialogue, **{**said, **fields})


def a_session_report(session: Session, by: User, **fields: Any) -> SessionReport:
    said = {"points": "Views were exchanged on the pilot.", "conclusions": "The pilot goes on until summer."}
    return SessionReport.objects.create(session=session, written_by=by, **{**said, **fields})


def a_summary(edition: Edition, **fields: Any) -> Summary:
    return Summary.objects.create(edition=edition, **{"text_en": "The pilot goes on until summer.", **fields})


def an_engagement_cleared_by_press(dialogue: Dialogue, **fields: Any) -> Engagement:
    """Nothing keeps it from being published: the press officer of every party has agreed to what is said of it."""
    engagement = an_engagement(dialogue, **fields)
    for party in dialogue.parties.all():
        officer = an_account(a_person(party))
        an_appointment(officer, dialogue, "press_officer")
        a_consent(engagement, officer, Engagement.LINE_CLEARED, party=party)
    return engagement


def a_paper(edition: Edition, party: Party, **fields: Any) -> Paper:
    """For the delegates of the edition; without a version nobody finds it in a list."""
    n = number()
    said = {"title_en": f"Paper {n}", "title_nl": f"Stuk {n}", "audience": "delegates", "originator_marking": "OFFICIAL"}
    return Paper.objects.create(edition=edition, party=party, **{**said, **fields})


def a_paper_version(paper: Paper, content: bytes = b"%PDF-1.7 a page", **fields: Any) -> PaperVersion:
    """Stored as it is, without the checks of an upload."""
    said = {"lang": "en", "number": 1, "file_type": "pdf", "size": len(content), "sha256": sha256(content).hexdigest()}
    if "uploaded_by" not in fields:
        said["uploaded_by"] = an_account(a_person(paper.party), is_staff=True)
    return PaperVersion.objects.create(paper=paper, content=content, **{**said, **fields})


def a_release(edition: Edition, *sessions: Session, changes: dict[int, Any] | None = None, **fields: Any) -> AgendaRelease:
    """The next release now, holding these sessions as they stand, unchecked and told to nobody."""
    latest = edition.latest_release()
    said = {"kind": "final", "content_hash": "0" * 64, "major": 3, "minor": latest.minor + 1 if latest else 0}
    if "released_by" not in fields:
        said["released_by"] = an_account(a_person(edition.host_party), is_staff=True)
    release = AgendaRelease(edition=edition, **{**said, **fields})
    release.save()
    kept = ("audience", "kind", "title_en", "title_nl", "starts_at", "ends_at", "room", "mandate", "party", "late_by")
    for session in sessions:
        before = ReleasedSession.objects.filter(session=session).order_by("-pk").first()
        ReleasedSession(
            release=release,
            session=session,
            published_at=release.released_at,
            room_name_en=session.room.name_en if session.room else "",
            floor_en=session.room.floor_en if session.room else "",
            is_cancelled=session.status == Session.Status.CANCELLED,
            changes=(changes or {}).get(session.pk, {}),
            sequence=before.sequence + 1 if before else 0,
            **{name: getattr(session, name) for name in kept},
        ).save()
    return release


def information(edition: Edition, **fields: Any) -> Information:
    return Information.objects.create(**{"edition": edition, "entrance_en": "North door", **fields})


def a_progress_round(edition: Edition, by: User, **fields: Any) -> ProgressRound:
    """The first since this edition, open, with updates asked for by ninety days after its last day."""
    due_on = edition.closes_on + timedelta(days=90) if edition.closes_on else date(2027, 6, 15)
    said = {"kind": ProgressRound.Kind.FIRST, "due_on": due_on, "opened_by": by}
    return ProgressRound.objects.create(**{"dialogue": edition.dialogue, "edition": edition, **said, **fields})


def a_progress_report(round: ProgressRound, *action_items: ActionItem, **fields: Any) -> ProgressReport:
    """The next version, with a row for each item as it stands and each lead's newest update since the round was opened.

    Its items stand without a theme, counted by the edition in which they were agreed.
    """
    fields.setdefault("version", round.reports.count() + 1)
    fields.setdefault("by", round.opened_by)
    report = ProgressReport.objects.create(round=round, **fields)
    rows = list(ActionItem.objects.filter(pk__in=[item.pk for item in action_items]).with_standing(report.as_of))
    by_edition: dict[Edition, list[Any]] = {}
    for item in sorted(rows, key=lambda item: [one.pk for one in action_items].index(item.pk)):
        by_edition.setdefault(item.edition, []).append(item)
    place = count(1)
    for position, (edition, items) in enumerate(by_edition.items(), 1):
        theme = ReportedTheme.objects.create(
            report=report,
            position=position,
            edition=edition,
            opened=len(items),
            closed=sum(item.status == ActionItem.Status.CLOSED for item in items),
            carried=sum(item.times_carried > 0 for item in items),
            overdue=sum(item.is_overdue(report.as_of) for item in items),
        )
        for item in items:
            _a_reported_item(report, theme, item, next(place))
    return report


def _a_reported_item(report: ProgressReport, theme: ReportedTheme, item: Any, position: int) -> None:
    kept = (*("number", "text_en", "text_nl", "measure_en", "measure_nl", "status", "status_since", "is_joint"),)
    kept += ("due_on", "original_due_on", "times_carried", "escalation_level")
    reported = ReportedItem.objects.create(
        report=report,
        theme=theme,
        action_item=item,
        position=position,
        is_public=item.audience == Audience.PUBLIC,
        is_overdue=item.is_overdue(report.as_of),
        **{name: getattr(item, name) for name in kept},
    )
    for lead in item.leads.all():
        said = item.updates.filter(party=lead.party, at__gte=report.round.opened_at, at__lte=report.as_of)
        ReportedLead.objects.create(
            item=reported,
            party=lead.party,
            organisation=lead.organisation,
            owner_post_en=lead.owner_post_en,
            owner_post_nl=lead.owner_post_nl,
            update=said.order_by("-at", "-pk").first(),
            is_asked=item.status in ActionItem.WORKING,
        )


def a_progress_section(report: ProgressReport, **fields: Any) -> ProgressSection:
    """A draft of the secretariat; public with `audience` and `published_at`."""
    said = {"text_en": "The pilot goes on until summer.", "text_nl": "De proef loopt door tot de zomer."}
    return ProgressSection.objects.create(report=report, edition=report.round.edition, **{**said, **fields})


def a_section_cleared_by_press(edition: Edition, **fields: Any) -> ProgressSection:
    """A draft whose text the press officers of all parties have cleared; of the first round that the edition has not had."""
    by = an_account(a_person())
    kind = next(kind for kind in ProgressRound.Kind.values if not edition.progress_rounds.filter(kind=kind).exists())
    report = a_progress_report(a_progress_round(edition, by, kind=kind, status=ProgressRound.Status.CLOSED))
    section = a_progress_section(report, **fields)
    for party in edition.dialogue.parties.all():
        a_consent(section, an_account(a_person(party)), ProgressSection.CLEARED, party=party)
    return section


def a_structure(dialogue: Dialogue, **fields: Any) -> ConsultationStructure:
    """A draft between all parties of the dialogue; `parties` and `working_groups` may be given."""
    n = number()
    parties, groups = fields.pop("parties", dialogue.parties.all()), fields.pop("working_groups", ())
    said = {"slug": f"structure-{n}", "name_en": f"Structure {n}"}
    structure = ConsultationStructure.objects.create(dialogue=dialogue, **{**said, **fields})
    structure.parties.set(parties)
    structure.working_groups.set(groups)
    return structure


def an_assessment(structure: ConsultationStructure, **fields: Any) -> StructureAssessment:
    said = {"assessed_on": date(2026, 10, 1), "text_en": f"It serves its purpose, {number()}."}
    return StructureAssessment.objects.create(structure=structure, **{**said, **fields})


def a_change(action_item: ActionItem, by: User, **fields: Any) -> ActionChange:
    """A later due date, proposed for the party of `by` and waiting for the others."""
    said: dict[str, Any] = {
        "kind": ActionChange.Kind.DUE_DATE,
        "reason": "The vendor delivers later.",
        "party": by.person.party,
    }
    said["before"] = {"due_on": action_item.due_on.isoformat() if action_item.due_on else None}
    said["after"] = {"due_on": "2028-03-31"}
    return ActionChange.objects.create(action_item=action_item, proposed_by=by, **{**said, **fields})
