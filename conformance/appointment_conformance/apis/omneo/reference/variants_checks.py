"""Conformant varieties of what is checked, in which order, and with which effect, where the documents leave it open."""
# ruff: noqa: D102, D107 - a variant is described once, by the docstring of its class

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from appointment_conformance.apis.omneo.reference.neighbours import AppointmentRead
from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.apis.omneo.reference.state import APPOINTMENTS, LISTS, PROFILES, Appointment, Link
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from appointment_conformance.apis.omneo.reference.state import OmneoState, Record

    Step = Callable[[Call], None]


@variant
class BodyBeforeAppointment(Linking):
    """A wrong body is refused before an absent appointment."""

    def steps(self) -> Sequence[Step]:
        return (self.credentials, self.body, self.record, self.permission)


@variant
class BodyBeforePermission(Linking):
    """A wrong body is refused before a missing permission."""

    def steps(self) -> Sequence[Step]:
        return (self.credentials, self.record, self.body, self.permission)


@variant
class AnythingElseWantsAnInteger(Linking):
    """Under a type that is no alias an id has to be an integer, as for a list."""

    def id_error(self, kind: object, value: object) -> str | None:
        error = super().id_error(kind, value)
        is_alias = isinstance(kind, str) and kind in self.types
        is_integer = isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value, re.ASCII) is not None
        return error if error or is_alias or is_integer else "The id field must be an integer."


@variant
class UnknownTargetAnswers404(Linking):
    """A well-formed id that no record has is answered 404."""

    def unknown(self) -> str | None:
        raise Refused(404, "No such target.")


@variant
class UnknownTargetAccepted(Linking):
    """A well-formed id that no record has is accepted."""

    def unknown(self) -> str | None:
        return None


class _UnlinkedRefused(UnlinkAction):
    status: int
    errors_of_unlinked: dict[str, list[str]] | None = None

    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        if not any(self.same(link, target) for link in appointment.links):
            raise Refused(self.status, "This target is not linked.", self.errors_of_unlinked)
        await super().change(appointment, target)


@variant
class UnlinkedAnswers404(_UnlinkedRefused):
    """Unlinking what is not linked is answered 404."""

    status = 404


@variant
class UnlinkedAnswers422(_UnlinkedRefused):
    """Unlinking what is not linked is answered 422."""

    status = 422
    errors_of_unlinked = {"id": ["This target is not linked."]}  # noqa: RUF012 - never changed


@variant
class PaddingTrimmed(Linking):
    """Spaces around a text in the body are taken away first."""

    def fields(self, call: Call) -> Record:
        fields = super().fields(call)
        return {name: value.strip(" ") if isinstance(value, str) else value for name, value in fields.items()}


@variant
class WrongMediaTypeAnswers415(Linking):
    """Content of another media type than JSON is answered 415."""

    def body(self, call: Call) -> None:
        if "json" not in call.headers.get("content-type", "json").lower():
            raise Refused(415)
        super().body(call)


@variant
class AnyMediaTypeRead(Linking):
    """Content is read as JSON whatever its media type."""

    def fields(self, call: Call) -> Record:
        decoded = self.decode(call.body)
        return decoded if isinstance(decoded, dict) else {}


@variant
class FormsRead(Linking):
    """A body sent as a form is read as well."""

    def fields(self, call: Call) -> Record:
        if "x-www-form-urlencoded" in call.headers.get("content-type", ""):
            return dict(parse_qsl(call.body.decode("utf-8", "replace")))
        return super().fields(call)


@variant
class NoJsonAnswers400(Linking):
    """Content that is no JSON text, and no content, is answered 400."""

    def body(self, call: Call) -> None:
        if call.body.strip() != b"null" and self.decode(call.body) is None:
            raise Refused(400, "The body is no JSON text.")
        super().body(call)


@variant
class ListIdsAsTextOnly(Linking):
    """A JSON integer is refused as the id of a list."""

    def list_error(self, value: object) -> str | None:
        return super().list_error(value) if isinstance(value, str) else "The id field must be a string."


@variant
class ListIdsWithSignOrZeros(Linking):
    """A plus or zeros before the id of a list are accepted."""

    def list_error(self, value: object) -> str | None:
        padded = isinstance(value, str) and re.fullmatch(r"\+?0*([0-9]{1,19})", value)
        return super().list_error(padded[1] if padded else value)


@variant
class UuidsInOtherForms(Linking):
    """A UUID without hyphens or within braces is accepted."""

    def profile_error(self, value: object) -> str | None:
        digits = re.fullmatch(r"\{?([0-9a-fA-F-]{32,36})\}?", value) if isinstance(value, str) else None
        plain = digits[1].replace("-", "") if digits else ""
        cut = "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
        is_other_form = len(plain) == 32 and str(value).strip("{}") in {plain, cut}
        return super().profile_error(cut if is_other_form else value)


@variant
class UuidsInLowerCaseOnly(Linking):
    """The id of a profile in upper case is the id of no profile."""

    def profile_error(self, value: object) -> str | None:
        return super().profile_error(value) or (self.unknown() if value not in self.state.profiles else None)


@variant
class MalformedNumberAnswers422(Linking):
    """A path with anything but an integer for the appointment is answered 422."""

    def record(self, call: Call) -> None:
        if not re.fullmatch(r"-?[0-9]+", call.appointment):
            raise Refused(422, "Not an integer.", {"appointment": ["The appointment must be an integer."]})
        super().record(call)


@variant
class LinksFromTheStart(Linking):
    """The fixtures are linked before the first request."""

    def __init__(self, state: OmneoState) -> None:
        super().__init__(state)
        for text in APPOINTMENTS:
            kept = state.appointments[text].links
            if not kept:
                kept.append(Link(next(state.numbers), "profile", PROFILES[-1]))
                kept.append(Link(next(state.numbers), "list", LISTS[-1]))


@variant
class LinkedElsewhereToo(LinkAction):
    """The appointments have a link of a type that only the back office makes."""

    def links(self, links: list[Link]) -> list[Record]:
        own = {"id": 1, "type": "order", "target_id": 5, "profile": None, "linkable": {"id": 5}}
        return [own, *super().links(links)]


@variant
class LinksNewestFirst(LinkAction):
    """The newest link comes first."""

    def links(self, links: list[Link]) -> list[Record]:
        return super().links(links[::-1])


@variant
class ReadsShowLinks(AppointmentRead):
    """Reading an appointment shows its links."""

    async def perform(self, call: Call) -> Answer:
        return Answer(200, LinkAction(self.state).done(self.found(call)).content)
