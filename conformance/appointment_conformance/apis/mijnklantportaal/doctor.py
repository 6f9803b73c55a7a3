"""What the doctor looks at for MijnKlantportaal: appointments that are still scheduled."""

from __future__ import annotations

from appointment_conformance.engine.doctor_checks import DoctorChecks

from .fixtures import LEAST_SCHEDULED, is_canceled, shows_scheduled

DOCTOR = DoctorChecks(
    second_fixture_for="all that takes a cancel",
    min_fixtures=LEAST_SCHEDULED,
    is_used_up=is_canceled,
    is_usable=shows_scheduled,
)
