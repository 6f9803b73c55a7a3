"""What a targets file says of a target of the bookings API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from appointment_conformance.api import Fixtures, TargetForm
from appointment_specs import TargetKeys

from .contract import CONTRACT

#: What the targets file calls the members of `Fixtures`.
WORDS: Final = {
    "appointments": "bookings",
    "absent_appointment": "absent_booking",
    "foreign_appointments": "foreign_bookings",
}


def read_fixtures(data: Mapping[str, Any]) -> Fixtures:
    """Build the fixtures from the value of `fixtures`."""
    return Fixtures.from_dict(data, WORDS)


def absent_id(base_url: str) -> str:
    """Return an id that no booking has."""
    return f"bk_{uuid.uuid5(uuid.NAMESPACE_URL, base_url).hex}"


FORM: Final = TargetForm(
    api="booking",
    contract=CONTRACT,
    keys=TargetKeys.read(CONTRACT.folder, served_before="/bookings"),
    read_fixtures=read_fixtures,
    read_provision=lambda value: value or None,
    absent_id=absent_id,
    words=WORDS,
    record="booking",
)
