"""Conformant varieties of what answers look like."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking
from appointment_conformance.apis.omneo.reference.rules import OmneoRules
from appointment_conformance.reference.call import Answer, Call
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, Link, Record

KEPT = {"id", "appointment_definition_id", "profile_id", "location_id", "status", "links"}


class _Errors(Linking):
    def named(self, field: str) -> str:
        raise NotImplementedError

    def errors(self, fields: Record) -> dict[str, list[str]]:
        return {self.named(field): texts for field, texts in super().errors(fields).items()}


@variant
class ErrorsNameAPath(_Errors):
    """The wrong field is named with a path before it."""

    def named(self, field: str) -> str:
        return f"data.{field}"


@variant
class ErrorsNameAPointer(_Errors):
    """The wrong field is named as a place in the document."""

    def named(self, field: str) -> str:
        return f"$.{field}"


@variant
class ErrorsNameWithCapitals(_Errors):
    """The wrong field is named with a capital letter, as the member of a class."""

    def named(self, field: str) -> str:
        return field.capitalize()


@variant
class LinkAnswers201(LinkAction):
    """Linking is answered 201."""

    success = 201


@variant
class OmneoNullMembers(OmneoRules):
    """Whatever may be missing of an appointment is null."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        data = answer.content.get("data") if isinstance(answer.content, dict) else None
        if not isinstance(data, dict):
            return answer
        shown = {name: value if name in KEPT else None for name, value in data.items()}
        return Answer(answer.status, {"data": shown}, answer.headers)


@variant
class FewMembers(LinkAction):
    """Whatever may be missing of an appointment is not there."""

    def shown(self, appointment: Appointment) -> Record:
        return {name: value for name, value in super().shown(appointment).items() if name in KEPT}


@variant
class OmneoExtraMembers(LinkAction):
    """Appointments and links have members the documents do not know."""

    def shown(self, appointment: Appointment) -> Record:
        return super().shown(appointment) | {"colour": "blue", "permissions": {"can_link": True}}

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"created_at": "2031-02-18 09:30:00"}


@variant
class AppointmentIdsWithAFraction(LinkAction):
    """The appointment's integer id is written with a fraction of zero."""

    def shown(self, appointment: Appointment) -> Record:
        return super().shown(appointment) | {"id": float(appointment.members["id"])}


@variant
class LinkIdsAsNumbers(LinkAction):
    """The id of a link is a number."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"id": link.id}


@variant
class ListTargetsAsNumbers(LinkAction):
    """The target's id of a list is a number."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        is_number = link.type == "list" and link.target_id.isdecimal()
        return document | {"target_id": int(link.target_id)} if is_number else document


@variant
class LinksWithIdsOnly(LinkAction):
    """A link does not carry the record it leads to."""

    def link_document(self, link: Link) -> Record:
        return {"id": link.id, "type": link.type, "target_id": link.target_id}
