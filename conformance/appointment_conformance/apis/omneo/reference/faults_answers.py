"""Faults of what Omneo answers: the status, the appointment, and the errors."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.apis.omneo.reference.state import Appointment, Link, Record

SEEN_IN_LINKS = (
    "OMN-OK-02", "OMN-EFFECT-01", "OMN-EFFECT-02", "OMN-LINK-01", "OMN-LINK-02", "OMN-LINK-03", "OMN-LINK-04",
    "OMN-UNLINK-02", "OMN-UNLINK-03", "OMN-UNLINK-04", "OMN-UNLINK-05", "OMN-UNLINK-06", "OMN-RACE-01", "OMN-RACE-02",
)  # fmt: skip


@fault("OMN-OK-01", entails=("OMN-RACE-01", "OMN-RACE-02"))
class LinkAnswers202(LinkAction):
    """Linking is answered 202."""

    success = 202


@fault("OMN-OK-01", entails=("OMN-OK-03", *SEEN_IN_LINKS))
class LinkAnswers204(LinkAction):
    """Linking is answered 204, without content."""

    def done(self, appointment: Appointment) -> Answer:
        del appointment
        return Answer(204)


@fault("OMN-OK-01", entails=("OMN-UNLINK-01", "OMN-UNLINK-07", "OMN-RACE-02"))
class UnlinkAnswers200(UnlinkAction):
    """Unlinking is answered 200, without content."""

    success = 200


@fault("OMN-OK-01", entails=("OMN-UNLINK-01", "OMN-UNLINK-07", "OMN-RACE-02"))
class UnlinkAnswersWithAMessage(UnlinkAction):
    """Unlinking is answered 200, with a message."""

    def done(self, appointment: Appointment) -> Answer:
        del appointment
        return Answer(200, {"message": "Unlinked."})


@fault("OMN-OK-01", entails=SEEN_IN_LINKS)
class ListsRefused(Linking):
    """No list can be linked or unlinked."""

    def list_error(self, value: object) -> str | None:
        return super().list_error(value) or "The selected id is invalid."


@fault("OMN-OK-02", entails=("OMN-OK-03", *SEEN_IN_LINKS))
class LinkAnswersWithoutEnvelope(LinkAction):
    """The answer to linking is the bare appointment."""

    def enveloped(self, document: Record) -> object:
        return document


@fault("OMN-OK-02", entails=("OMN-OK-03", *SEEN_IN_LINKS))
class LinkAnswersWithAnArray(LinkAction):
    """The answer to linking has the appointment within an array."""

    def enveloped(self, document: Record) -> object:
        return {"data": [document]}


@fault("OMN-OK-02", entails=(*SEEN_IN_LINKS, "OMN-OK-06"))
class LinkAnswersWithoutLinks(LinkAction):
    """The answer to linking lacks the links."""

    def shown(self, appointment: Appointment) -> Record:
        document = super().shown(appointment)
        del document["links"]
        return document


@fault("OMN-OK-02", entails=("OMN-OK-03", "OMN-OK-06"))
class LinkAnswersWithoutId(LinkAction):
    """The answer to linking lacks the appointment's own id."""

    def shown(self, appointment: Appointment) -> Record:
        document = super().shown(appointment)
        del document["id"]
        return document


@fault("OMN-OK-02", entails=("OMN-OK-03", "OMN-OK-04"))
class LinkAnswersWithIdAsText(LinkAction):
    """The answer to linking has the appointment's id as a text."""

    def shown(self, appointment: Appointment) -> Record:
        return super().shown(appointment) | {"id": str(appointment.members["id"])}


@fault("OMN-OK-02", entails=(*SEEN_IN_LINKS, "OMN-OK-06"))
class LinkEntryWithoutTargetId(LinkAction):
    """A link's entry lacks the id of its target."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        del document["target_id"]
        return document


@fault("OMN-LINK-01", entails=SEEN_IN_LINKS)
class LinkEntryTypeIsAClassName(LinkAction):
    """A link's entry has a class name instead of the alias."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"type": f"App\\Models\\{link.type.title()}"}


@fault("OMN-OK-03", entails=("OMN-OK-05",))
class LinkAnswersWithAnotherAppointment(LinkAction):
    """The answer to linking shows another appointment's number."""

    def shown(self, appointment: Appointment) -> Record:
        return super().shown(appointment) | {"id": appointment.members["id"] + 1}


@fault("OMN-UNLINK-07")
class UnlinkDeclaresALength(UnlinkAction):
    """The 204 of unlinking has a Content-Length of zero."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        extra = {"Content-Length": "0"} if answer.status == 204 else {}
        return super().headers(call, answer) | extra


@fault("OMN-UNLINK-01", entails=("HTTP-04", "OMN-UNLINK-07"))
class UnlinkSendsContent(UnlinkAction):
    """The 204 of unlinking comes with content, and the connection ends after it."""

    def send(self, call: Call, answer: Answer) -> Response:
        if answer.status != 204:
            return super().send(call, answer)
        headers = self.headers(call, answer) | {"Content-Length": "2", "Connection": "close"}
        return Response(b"{}", 204, headers)


class _Errors(Linking):
    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = super().error(call, refused)
        return document if refused.errors is None else self.wrong(document, refused.errors)

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        raise NotImplementedError


@fault("OMN-ERR-01", entails=("OMN-ERR-02", "OMN-ERR-05"))
class ErrorsAreAText(_Errors):
    """`errors` is a text instead of a map."""

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        return {**document, "errors": " ".join(errors)}


@fault("OMN-ERR-01", entails=("OMN-ERR-02", "OMN-ERR-05"))
class ErrorsAreAnArray(_Errors):
    """`errors` is an array of objects instead of a map."""

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        return {**document, "errors": [{"field": name, "messages": texts} for name, texts in errors.items()]}


@fault("OMN-ERR-01", entails=("OMN-ERR-02", "OMN-ERR-05"))
class ErrorsOfAFieldAreAText(_Errors):
    """What is wrong with a field is a text instead of a list of texts."""

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        return {**document, "errors": {name: texts[0] for name, texts in errors.items()}}


@fault("OMN-ERR-01", entails=("OMN-ERR-02", "OMN-ERR-05"))
class NoErrorsWith422(_Errors):
    """A 422 has a message and no `errors`."""

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        del errors
        return {"message": document["message"]}


@fault("OMN-ERR-01")
class NoMessageWith422(_Errors):
    """A 422 has `errors` and no message."""

    def wrong(self, document: Mapping[str, object], errors: Mapping[str, list[str]]) -> Mapping[str, object]:
        del document
        return {"errors": errors}


@fault("OMN-ERR-02")
class ErrorsNameTheOtherField(Linking):
    """What is wrong with one field is said of the other."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        other = {"type": "id", "id": "type"}
        return {other[name]: messages for name, messages in super().errors(fields).items()}


@fault("OMN-ERR-02")
class ErrorsNameBothFields(Linking):
    """When one field is wrong, both are named."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        errors = super().errors(fields)
        return {name: ["This field is invalid."] for name in ("type", "id")} if errors else {}


@fault("OMN-ERR-02", entails=("OMN-ERR-05",))
class ErrorsNameTheBody(Linking):
    """What is wrong with a field is said of the body, and no field is named."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        return {"body": ["The body is invalid."]} if super().errors(fields) else {}


@fault("OMN-ERR-02", entails=("OMN-ERR-05",))
class ErrorsDescribeNothing(Linking):
    """The wrong fields are named, and no text says what is wrong with them."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        return {name: [] for name in super().errors(fields)}

    def body(self, call: Call) -> None:
        if errors := self.errors(self.fields(call)):
            raise Refused(422, "The body is invalid.", errors)


@fault("OMN-ERR-05")
class ErrorsNameOnlyTheFirstField(Linking):
    """When both fields are wrong, only one is named."""

    def errors(self, fields: Record) -> dict[str, list[str]]:
        return dict(list(super().errors(fields).items())[:1])
