"""The error that is raised for a contract that cannot be used."""

from __future__ import annotations

__all__ = ["ContractError"]


class ContractError(ValueError):
    """A contract, overlay or schema cannot be used; the message is one sentence."""
