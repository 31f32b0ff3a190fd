"""The standing register as the secretariat keeps it, a file a topic."""

from . import accounts, organisations, parties, people, sources

__all__ = ["accounts", "organisations", "parties", "people", "sources"]
