"""The contracts of the appointment APIs as data, with a small reader.

Illustration: `contract("omneo")["paths"]` holds the link and unlink operations.
"""

from __future__ import annotations

from .contract import APIS, contract, described_statuses, published
from .deviations import deviations_schema
from .errors import ContractError
from .findings import Finding, document_findings, examine
from .targets import targets_schema

__all__ = [
    "APIS",
    "ContractError",
    "Finding",
    "contract",
    "described_statuses",
    "deviations_schema",
    "document_findings",
    "examine",
    "published",
    "targets_schema",
]
