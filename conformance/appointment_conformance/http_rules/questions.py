"""Answers to questions that the documents of any API leave open."""

from __future__ import annotations

from appointment_conformance.engine import Evidence
from appointment_conformance.engine.observation import statuses
from appointment_conformance.traffic.answer import header
from appointment_conformance.traffic.case import CREDENTIALS_OR_APPOINTMENT, PERMISSION_OR_APPOINTMENT


def answer_without_credentials(evidence: Evidence) -> str | None:
    """Return how a request without credentials on an absent record is answered, None where it was not sent."""
    return statuses(evidence.seen("question", case=CREDENTIALS_OR_APPOINTMENT))


def answer_without_permission(evidence: Evidence) -> str | None:
    """Return how a request without permission on an absent record is answered, None where it was not sent."""
    return statuses(evidence.seen("question", case=PERMISSION_OR_APPOINTMENT))


def rate_limit_headers_of(evidence: Evidence, *names: str) -> str | None:
    """Return which of the headers `names` the first valid answer has, with their values; None without an answer."""
    for seen in evidence.seen("valid"):
        found = [f"{name}: {value}" for name in names if (value := header(seen, name)) is not None]
        return ", ".join(found) or "none"
    return None
