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
from .audience import Audience
from .correspondence import OutgoingMessage
from .delegations import Delegation, Registration
from .dialogues import Appointment, Dialogue
from .editions import Appearance, Edition
from .journal import JournalEntry, JournalHead
from .outcomes import Commitment, Result
from .preparation import PreparationTask
from .progress import Evidence, ProgressUpdate
from .working_groups import CoChair, Mandate, Theme, WorkingGroup

__all__ = [
    "ActionConsent",
    "ActionItem",
    "ActionLead",
    "ActionMove",
    "AgendaRelease",
    "Appearance",
    "Appointment",
    "Audience",
    "CoChair",
    "Commitment",
    "Delegation",
    "Dialogue",
    "Edition",
    "Evidence",
    "JournalEntry",
    "JournalHead",
    "Mandate",
    "OutgoingMessage",
    "PreparationTask",
    "ProgressUpdate",
    "Registration",
    "ReleasedSession",
    "ReleasedSpeaker",
    "Result",
    "Room",
    "Session",
    "SpeakerSlot",
    "Theme",
    "Venue",
    "WorkingGroup",
]
