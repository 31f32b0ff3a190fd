"""What is true of dialogues, and who may read it."""

from .action_items import ActionItem, ActionLead, ActionMove
from .agenda import (
    AgendaRelease,
    ReleasedSession,
    ReleasedSpeaker,
    Room,
    Session,
    SpeakerSlot,
    Venue,
)
from .appearances import Appearance
from .approach import Statement
from .audience import Audience
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
from .journal import JournalEntry, JournalHead
from .news import NewsItem
from .nominations import DelegationQuota, Nomination, NominationConsent, NominationRound
from .outcomes import Commitment, Figure, OutcomeDocument, Result
from .participants import ListedParticipant, ParticipantList
from .preparation import PreparationTask, TemplateTask
from .progress import Evidence, ProgressUpdate
from .publication import Correction, Publishable, publishable_models
from .working_groups import CoChair, Lineage, Mandate, Theme, WorkingGroup

__all__ = [
    "ActionItem",
    "ActionLead",
    "ActionMove",
    "AgendaRelease",
    "Appearance",
    "Appointment",
    "Audience",
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
    "ParticipantList",
    "PreparationTask",
    "ProgressUpdate",
    "Publishable",
    "Registration",
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
