"""The standing register: who there is, apart from any one edition."""

from .accounts import DeskCode, User
from .organisations import Organisation
from .parties import Party
from .people import Person
from .sources import Citation, Source

__all__ = ["Citation", "DeskCode", "Organisation", "Party", "Person", "Source", "User"]
