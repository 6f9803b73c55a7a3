"""MijnKlantportaal: what the documents leave open, and how this target answers it."""

from __future__ import annotations

from collections import Counter

from appointment_conformance.apis.mijnklantportaal.fixtures import LOOK
from appointment_conformance.apis.mijnklantportaal.questions import PENDING
from appointment_conformance.engine import Evidence
from appointment_conformance.engine.observation import observation, statuses
from appointment_conformance.http_rules.questions import (
    answer_without_credentials,
    answer_without_permission,
    rate_limit_headers_of,
)
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.case import (
    ABSENT,
    FIRST_TIME,
    Moment,
)
from appointment_conformance.traffic.lag import LAG_WAITS
from appointment_conformance.traffic.recording import ProbeResult

from .reads import last_of_each


@observation("MKP-OBS-01", operation="cancel", scenarios=("questions",))
def credentials_or_appointment(evidence: Evidence) -> str | None:
    """No credentials and an absent appointment: which of the two does the answer report?"""
    return answer_without_credentials(evidence)


@observation("MKP-OBS-02", operation="cancel", scenarios=("questions",))
def permission_or_appointment(evidence: Evidence) -> str | None:
    """No permission and an absent appointment: which of the two does the answer report?"""
    return answer_without_permission(evidence)


@observation("MKP-OBS-03", operation="cancel", scenarios=("essentials", "paths"))
def malformed_id(evidence: Evidence) -> str | None:
    """How is a cancel of text that cannot be an appointment's id answered?"""
    return statuses([seen for seen in evidence.seen("path") if seen.probe.case != ABSENT])


@observation("MKP-OBS-04", operation="cancel", scenarios=("questions",))
def pending(evidence: Evidence) -> str | None:
    """How is a cancel of a pending appointment answered?"""
    return statuses(evidence.seen("question", case=PENDING))


@observation("MKP-OBS-05", operation="cancel", scenarios=("life cycle",))
def offset(evidence: Evidence) -> str | None:
    """Do times end in `Z` or in an offset, and do they have fractions of a second?"""
    for seen in evidence.seen("valid", case=FIRST_TIME):
        time = member(seen, "startsAt")
        if isinstance(time, str):
            return f"{'Z' if time.endswith('Z') else 'an offset'}, {'with' if '.' in time else 'without'} fractions"
    return None


@observation("MKP-OBS-06", operation="cancel", scenarios=("life cycle",))
def rate_limit_headers(evidence: Evidence) -> str | None:
    """Which rate-limit headers do answers carry?"""
    return rate_limit_headers_of(evidence, "X-RateLimit-Limit", "X-RateLimit-Remaining")


@observation("MKP-OBS-07", operation="cancel", scenarios=("life cycle",))
def reads(evidence: Evidence) -> str | None:
    """Are reads served, and what do they show after a cancel?"""
    for seen in last_of_each(evidence.seen("read", moment=Moment.AFTER)):
        return f"yes, status {seen.status} with `{member(seen, 'status')}`"
    return "no" if evidence.seen("read") else None


@observation("MKP-OBS-08", operation="cancel", scenarios=("life cycle", "credentials", "paths", "race"))
def lag(evidence: Evidence) -> str | None:
    """By how much do reads lag behind a cancel?"""
    moments = Counter(
        (seen.scenario, seen.probe.moment, seen.probe.appointment) for seen in evidence.seen("read", where=_is_later)
    )
    # Where not even the last read agreed, it is evidence, and no lag.
    again = [count - 1 for count in moments.values() if 1 < count <= len(LAG_WAITS)]
    if not evidence.seen("read", moment=Moment.AFTER):
        return None
    return f"reads lag by up to {sum(LAG_WAITS[: max(again)]):g} s" if again else "not seen to lag"


def _is_later(seen: ProbeResult) -> bool:
    """Whether a read was sent after something else had been sent to the appointment."""
    return seen.probe.moment not in {LOOK, None}
