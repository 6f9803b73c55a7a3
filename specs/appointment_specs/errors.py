"""What can go wrong with a contract."""

from __future__ import annotations

__all__ = ["ContractError"]


class ContractError(ValueError):
    """A contract, overlay or schema of this package cannot be used; the text is one clear sentence."""
