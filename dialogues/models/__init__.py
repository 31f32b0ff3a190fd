"""What is true of dialogues, and who may read it."""

from .action_items import ActionItem, ActionLead, ActionMove
from .agenda import AgendaStep, Session, SpeakerSlot
from .appearances import Appearance
from .approach import Statement
from .audience import Audience
from .calendars import CalendarAddress
from .carry_over import CarryOver
from .conclusions import SessionReport, Summary, SummaryComment
from .consents import Consent
from .correspondence import Correspondence, OutgoingMessage
from .decisions import HeadsDecision
from .delegations import Category, Delegation, OwnDetails, Registration
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .engagements import Engagement, EngagementSize, EngagementStop, Initiative
from .exports import Export
from .information import Information, InformationVersion
from .journal import JournalEntry, JournalHead
from .news import NewsItem
from .nominations import DelegationQuota, Nomination, NominationConsent, NominationRound
from .outcomes import Commitment, Figure, OutcomeDocument, Result
from .papers import Paper, PaperOpening, PaperVersion
from .participants import ListedParticipant, ParticipantList
from .preparation import PreparationTask, TemplateTask
from .progress import Evidence, ProgressUpdate
from .publication import Correction, Publishable, publishable_models
from .releases import AgendaRelease, ReleasedSession, ReleasedSpeaker, ReleaseWithdrawal
from .venues import Room, Venue
from .working_groups import CoChair, Lineage, Mandate, Theme, WorkingGroup

__all__ = [
    "ActionItem",
    "ActionLead",
    "ActionMove",
    "AgendaRelease",
    "AgendaStep",
    "Appearance",
    "Appointment",
    "Audience",
    "CalendarAddress",
    "CarryOver",
    "Category",
    "CoChair",
    "Commitment",
    "Consent",
    "Correction",
    "Correspondence",
    "Delegation",
    "DelegationQuota",
    "Dialogue",
    "Edition",
    "Engagement",
    "EngagementSize",
    "EngagementStop",
    "Evidence",
    "Export",
    "Figure",
    "HeadsDecision",
    "Information",
    "InformationVersion",
    "Initiative",
    "JournalEntry",
    "JournalHead",
    "Lineage",
    "ListedParticipant",
    "Mandate",
    "NewsItem",
    "Nomination",
    "NominationConsent",
    "NominationRound",
    "OutcomeDocument",
    "OutgoingMessage",
    "OwnDetails",
    "Paper",
    "PaperOpening",
    "PaperVersion",
    "ParticipantList",
    "PreparationTask",
    "ProgressUpdate",
    "Publishable",
    "Registration",
    "ReleaseWithdrawal",
    "ReleasedSession",
    "ReleasedSpeaker",
    "Result",
    "Room",
    "Session",
    "SessionReport",
    "SpeakerSlot",
    "Statement",
    "Summary",
    "SummaryComment",
    "TemplateTask",
    "Theme",
    "Venue",
    "WorkingGroup",
    "publishable_models",
]
