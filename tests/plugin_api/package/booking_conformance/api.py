"""The bookings API as a value: what the entry point leads to."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from appointment_conformance.api import Api, DoctorChecks, Seen, SelftestLimits, member

from .contract import CONTRACT
from .form import FORM
from .policy import policy
from .provisioning import PROVISIONING
from .scenarios import SCENARIOS, is_confirmed

if TYPE_CHECKING:
    from appointment_conformance.reference import ReferenceApi


def is_pending(seen: Seen) -> bool:
    """Return whether a read shows a booking that can be confirmed."""
    return seen.status == 200 and member(seen, "status") == "pending"


def _reference() -> ReferenceApi:
    # A run against a real target does without a web server.
    from .reference import REFERENCE

    return REFERENCE


API: Final = Api(
    name="booking",
    title="Bookings",
    id_prefix="BKG",
    contract=CONTRACT,
    form=FORM,
    policy=policy,
    scenarios=SCENARIOS,
    requirements="booking_conformance.requirements",
    observations="booking_conformance.observations",
    doctor=DoctorChecks(is_used_up=is_confirmed, is_usable=is_pending),
    provisioning=PROVISIONING,
    proof=files(__package__) / "proof.json",
    witnesses=files(__package__) / "witnesses.json",
    reference=_reference,
    selftest=SelftestLimits(requests=30, appointments=1, cut=14),
)
