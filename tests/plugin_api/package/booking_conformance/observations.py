"""What the documents of the bookings API leave open."""

from __future__ import annotations

from appointment_conformance.api import CREDENTIALS_OR_APPOINTMENT, Evidence, observation, statuses


@observation("BKG-OBS-01", operation="confirm", scenarios=("questions",))
def credentials_or_booking(evidence: Evidence) -> str | None:
    """No credentials and an absent booking: which is spoken of?"""
    return statuses(evidence.seen("question", case=CREDENTIALS_OR_APPOINTMENT))
