"""What the documents of the bookings API leave open."""

from __future__ import annotations

from appointment_conformance.api import Evidence, answer_without_credentials, observation


@observation("BKG-OBS-01", operation="confirm", scenarios=("questions",))
def credentials_or_booking(evidence: Evidence) -> str | None:
    """No credentials and an absent booking: which of the two does the answer report?"""
    return answer_without_credentials(evidence)
