"""What is true of dialogues, and who may read it."""

from .action_items import ActionConsent, ActionItem, ActionLead, ActionMove
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
from .correspondence import Correspondence, OutgoingMessage
from .delegations import Category, Delegation, OwnDetails, Registration
from .dialogues import Appointment, Dialogue
from .editions import Edition
from .engagements import Engagement, Initiative
from .exports import Export
from .journal import JournalEntry, JournalHead
from .news import NewsItem
from .nominations import DelegationQuota, Nomination, NominationConsent, NominationRound
from .outcomes import Commitment, Figure, OutcomeDocument, Result
from .participants import ListedParticipant, ParticipantList
from .preparation import PreparationTask
from .progress import Evidence, ProgressUpdate
from .publication import Correction, Publishable, publishable_models
from .working_groups import CoChair, Lineage, Mandate, Theme, WorkingGroup

__all__ = [
    "ActionConsent",
    "ActionItem",
    "ActionLead",
    "ActionMove",
    "AgendaRelease",
    "Appearance",
    "Appointment",
    "Audience",
    "Category",
    "CoChair",
    "Commitment",
    "Correction",
    "Correspondence",
    "Delegation",
    "DelegationQuota",
    "Dialogue",
    "Edition",
    "Engagement",
    "Evidence",
    "Export",
    "Figure",
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
    "SpeakerSlot",
    "Statement",
    "Theme",
    "Venue",
    "WorkingGroup",
    "publishable_models",
]
