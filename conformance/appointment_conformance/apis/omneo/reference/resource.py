"""How Omneo shows an appointment: every member of the published sample, with records in place of the placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, OmneoState, Record

__all__ = ["appointment_document"]

STAMPS = ("approved_at", "cancelled_at", "arrived_at", "completed_at", "no_show_at", "rejected_at")
ACTORS = ("approved_by", "cancelled_by", "rejected_by")


def appointment_document(state: OmneoState, appointment: Appointment) -> Record:
    """Return the appointment without its links, with the records it refers to."""
    members = appointment.members
    return {
        **dict.fromkeys(STAMPS, ""),
        **dict.fromkeys(ACTORS, ""),
        "assigned_staff_id": None,
        **members,
        "appointment_definition": _definition(state, members),
        "profile": state.profiles.get(str(members["profile_id"])),
        "location": state.locations.get(str(members["location_id"])),
        "assigned_staff": _staff(members),
        "transaction_id": 0,
        "order_id": 0,
        "transaction": {"id": 0, "external_id": "", "receipt_ref": "", "total": 0, "status": ""},
        "order": {"id": 0, "external_id": "", "receipt_ref": "", "order_number": "", "total": 0, "status": ""},
        "answers": [],
    }


def _definition(state: OmneoState, members: Record) -> Record | None:
    found: Record | None = state.definitions.get(str(members["appointment_definition_id"]))
    return found and {
        "description": "",
        "is_published": True,
        "is_archived": False,
        "duration_minutes": 30,
        "booking_type": "instant",
        "meta": [],
        "normal_hours": [],
        "special_hours": [],
        "locations": [],
        "staff": [],
        **found,
    }


def _staff(members: Record) -> Record | None:
    text = members.get("assigned_staff_id")
    return text and {"id": text, "first_name": "Edith", "last_name": "Sample", "email": "edith@example.com"}
