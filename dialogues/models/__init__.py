"""What is true of dialogues, and who may read it."""

from .action_changes import ActionChange
from .action_import import ActionColumn
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
from .progress_rounds import (
    PartyView,
    ProgressReport,
    ProgressRound,
    ProgressSection,
    ReportedEngagement,
    ReportedItem,
    ReportedLead,
    ReportedTheme,
)
from .publication import Correction, Publishable, publishable_models
from .releases import AgendaRelease, ReleasedSession, ReleasedSpeaker, ReleaseWithdrawal
from .structures import ConsultationStructure, StructureAssessment, StructureChair
from .venues import Room, Venue
from .working_groups import CoChair, Lineage, Mandate, Theme, WorkingGroup

__all__ = [
    "ActionChange",
    "ActionColumn",
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
    "ConsultationStructure",
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
    "PartyView",
    "PreparationTask",
    "ProgressReport",
    "ProgressRound",
    "ProgressSection",
    "ProgressUpdate",
    "Publishable",
    "Registration",
    "ReleaseWithdrawal",
    "ReleasedSession",
    "ReleasedSpeaker",
    "ReportedEngagement",
    "ReportedItem",
    "ReportedLead",
    "ReportedTheme",
    "Result",
    "Room",
    "Session",
    "SessionReport",
    "SpeakerSlot",
    "Statement",
    "StructureAssessment",
    "StructureChair",
    "Summary",
    "SummaryComment",
    "TemplateTask",
    "Theme",
    "Venue",
    "WorkingGroup",
    "publishable_models",
]
