"""Which `type` and `id` of a link body name a target, and what is said of those that do not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from appointment_conformance.reference.call import Call, Refused
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, OmneoState, Record

__all__ = ["LIMIT", "OmneoRules", "Targeted"]

LIMIT = 2**63
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
INTEGER = re.compile(r"-?[0-9]{1,19}")


class OmneoRules(Rules):
    """What every Omneo operation shares: the state, and how an appointment is looked up."""

    state: OmneoState
    plain_id = re.compile(r"-?[0-9]{1,10}")

    def find(self, text: str) -> Appointment | None:
        """Return the appointment with exactly this number as its path segment."""
        return self.state.appointments.get(text)

    def is_foreign(self, call: Call) -> bool:
        """Whether the path names an appointment of another account."""
        found = self.find(call.appointment)
        return found is not None and found.is_foreign

    def record(self, call: Call) -> None:
        """Refuse with 404 when the path leads to no appointment."""
        self.found(call)

    def found(self, call: Call) -> Appointment:
        """Return the appointment of the path, or refuse with 404."""
        appointment = self.find(call.appointment)
        if appointment is None:
            raise Refused(404, "No such appointment.")
        return appointment

    def fields(self, call: Call) -> Record:
        """Return the members of a JSON object sent as such; none for any other content, which then lacks them all."""
        if "json" not in call.headers.get("content-type", "").lower():
            return {}
        decoded = self.decode(call.body)
        return decoded if isinstance(decoded, dict) else {}

    def decode(self, body: bytes) -> object:
        """Return the JSON value, or `None` for content that is no JSON text."""
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            return None


class Targeted(OmneoRules):
    """The body that link and unlink share: an alias and the id of one target."""

    types: tuple[str, ...] = ("profile", "list")

    def body(self, call: Call) -> None:
        """Refuse with 422 unless the body names a target."""
        errors = self.errors(self.fields(call))
        if errors:
            raise Refused(422, next(iter(errors.values()))[0], errors)

    def errors(self, fields: Record) -> dict[str, list[str]]:
        """Return the wrong fields, each with its messages; empty when the body names a target."""
        kind, value = fields.get("type"), fields.get("id")
        found = {"type": self.type_error(kind), "id": self.id_error(kind, value)}
        return {name: [message] for name, message in found.items() if message}

    def type_error(self, kind: object) -> str | None:
        """Return what is wrong with an alias: it is required, a string, and one of the known ones, case included."""
        if kind is None or kind == "":
            return "The type field is required."
        if not isinstance(kind, str):
            return "The type field must be a string."
        return None if kind in self.types else "The selected type is invalid."

    def id_error(self, kind: object, value: object) -> str | None:
        """Return what is wrong with an id, given the alias; without a known alias only its JSON type is judged."""
        if value is None or value == "":
            return "The id field is required."
        if kind == "profile":
            return self.profile_error(value)
        if kind == "list":
            return self.list_error(value)
        return None if isinstance(value, str) else "The id field must be a string."

    def profile_error(self, value: object) -> str | None:
        """Return what is wrong with the id of a profile: it is UUID text, in either case, of a known profile."""
        if not isinstance(value, str) or UUID.fullmatch(value) is None:
            return "The id field must be a valid UUID."
        return None if value.lower() in self.state.profiles else self.unknown()

    def list_error(self, value: object) -> str | None:
        """Return what is wrong with the id of a list: a 64-bit integer, as text or number, of a known list."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if -LIMIT <= value < LIMIT else "beyond"
        if not isinstance(value, str) or INTEGER.fullmatch(value) is None or not -LIMIT <= int(value) < LIMIT:
            return "The id field must be an integer."
        return None if str(int(value)) in self.state.lists else self.unknown()

    def unknown(self) -> str | None:
        """Return what is said of a well-formed id that no record has."""
        return "The selected id is invalid."

    def target(self, call: Call) -> tuple[str, str]:
        """Return the alias and the id of a body that has passed, the id as text and as it was sent."""
        fields = self.fields(call)
        return str(fields.get("type")), str(fields.get("id"))
