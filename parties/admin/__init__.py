"""The register, as its keepers see it."""

from . import accounts, organisations, parties, people, sources

__all__ = ["accounts", "organisations", "parties", "people", "sources"]
