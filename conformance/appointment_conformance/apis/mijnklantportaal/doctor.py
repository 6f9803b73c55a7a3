"""What the doctor looks at for MijnKlantportaal: appointments that are still scheduled."""

from __future__ import annotations

from appointment_conformance.engine.doctor_checks import DoctorChecks
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.recording import ProbeResult

from .fixtures import LEAST_SCHEDULED


def is_canceled(seen: ProbeResult) -> bool:
    """Return whether a read shows a canceled appointment."""
    return bool(member(seen, "status") == "canceled")


def is_scheduled(seen: ProbeResult) -> bool:
    """Return whether a read shows a scheduled appointment."""
    return seen.status == 200 and member(seen, "status") == "scheduled"


DOCTOR = DoctorChecks(
    second_fixture_for="all that takes a cancel",
    min_fixtures=LEAST_SCHEDULED,
    is_used_up=is_canceled,
    is_usable=is_scheduled,
)
