"""Faults of Omneo's paths, credentials and methods, and of what all its answers have in common."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.apis.omneo.reference.state import APPOINTMENTS, Appointment
from appointment_conformance.reference import shared_faults
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import fault, shared_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from appointment_conformance.apis.omneo.reference.state import Record

EVERY_PATH = tuple(f"OMN-PATH-{number:02d}" for number in range(1, 6))

CREDENTIALS = (
    shared_fault(shared_faults.NoCredentialsNeeded, Linking, "OMN-AUTH-01", entails=("OMN-EFFECT-02",)),
    shared_fault(shared_faults.NoCredentialsNeeded, LinkAction, "OMN-AUTH-01", entails=("OMN-EFFECT-02",), of="link-"),
    shared_fault(
        shared_faults.NoCredentialsNeeded, UnlinkAction, "OMN-AUTH-01", entails=("OMN-EFFECT-02",), of="unlink-"
    ),
    shared_fault(shared_faults.AnonymousAnswers403, Linking, "OMN-AUTH-01"),
    shared_fault(shared_faults.AnonymousIsSentToLogin, Linking, "OMN-AUTH-01"),
    shared_fault(
        shared_faults.AnyTokenServed,
        Linking,
        "OMN-AUTH-02",
        entails=("OMN-AUTH-04", "OMN-AUTH-06", "OMN-AUTH-08", "OMN-AUTH-09", "OMN-EFFECT-02"),
    ),
    shared_fault(shared_faults.TokenTruncated, Linking, "OMN-AUTH-06", entails=("OMN-EFFECT-02",)),
    shared_fault(shared_faults.UnknownTokenAnswers403, Linking, "OMN-AUTH-02", entails=("OMN-AUTH-06", "OMN-AUTH-08")),
    shared_fault(shared_faults.AnySchemeServed, Linking, "OMN-AUTH-03", entails=("OMN-AUTH-07", "OMN-EFFECT-02")),
    shared_fault(shared_faults.UnknownSchemeServed, Linking, "OMN-AUTH-03", entails=("OMN-AUTH-07", "OMN-EFFECT-02")),
    shared_fault(shared_faults.SchemeEndingServed, Linking, "OMN-AUTH-07"),
    shared_fault(shared_faults.JunkAfterTokenIgnored, Linking, "OMN-AUTH-08", entails=("OMN-EFFECT-02",)),
    shared_fault(
        shared_faults.JunkAfterTokenIgnored, UnlinkAction, "OMN-AUTH-08", entails=("OMN-EFFECT-02",), of="unlink-"
    ),
    shared_fault(shared_faults.JunkAfterTokenAnswers500, Linking, "OMN-ERR-04", "OMN-AUTH-08"),
    shared_fault(shared_faults.TokenCaseIgnored, Linking, "OMN-AUTH-04", entails=("OMN-EFFECT-02",)),
    shared_fault(shared_faults.PermissionIgnored, Linking, "OMN-AUTH-05", entails=("OMN-EFFECT-02",)),
    shared_fault(
        shared_faults.PermissionIgnored, UnlinkAction, "OMN-AUTH-05", entails=("OMN-EFFECT-02",), of="unlink-"
    ),
    shared_fault(shared_faults.ForbiddenAnswers401, Linking, "OMN-AUTH-05"),
    shared_fault(shared_faults.AnonymousRefusedAndServed, LinkAction, "OMN-EFFECT-02", of="link-"),
    shared_fault(shared_faults.AnonymousRefusedAndServed, UnlinkAction, "OMN-EFFECT-02", of="unlink-"),
    shared_fault(shared_faults.ForbiddenRefusedAndServed, LinkAction, "OMN-EFFECT-02", of="link-"),
    shared_fault(shared_faults.ForbiddenRefusedAndServed, UnlinkAction, "OMN-EFFECT-02", of="unlink-"),
)

ERRORS = (
    shared_fault(shared_faults.NoMessageWith401, Linking, "OMN-ERR-03"),
    shared_fault(shared_faults.NoMessageWith403, Linking, "OMN-ERR-03"),
    shared_fault(shared_faults.NoMessageWith404, Linking, "OMN-ERR-03", entails=("OMN-PATH-04",)),
    shared_fault(shared_faults.MessageIsAnObject, Linking, "OMN-ERR-03", entails=("OMN-PATH-04",)),
)

METHODS = (
    shared_fault(shared_faults.UndeclaredMethodServed, Linking, "OMN-METHOD-01", entails=("OMN-EFFECT-01", "HTTP-01")),
    shared_fault(shared_faults.UndeclaredMethodAnswers200, Linking, "OMN-METHOD-01", entails=("HTTP-01",)),
    shared_fault(
        shared_faults.UndeclaredMethodAnswers500, Linking, "OMN-ERR-04", "OMN-METHOD-01", entails=("HTTP-01",)
    ),
    shared_fault(shared_faults.NoAllow, Linking, "HTTP-06"),
    shared_fault(shared_faults.AllowIsEmpty, Linking, "HTTP-01", entails=("HTTP-06",)),
    shared_fault(shared_faults.AllowNamesAnother, Linking, "HTTP-01", entails=("HTTP-06",)),
    shared_fault(shared_faults.AllowNamesTheRefused, Linking, "HTTP-01"),
    shared_fault(shared_faults.NoChallenge, Linking, "HTTP-02"),
)

WIRE = (
    shared_fault(shared_faults.ErrorsAsHtml, Linking, "HTTP-03"),
    shared_fault(shared_faults.NoMediaTypeWith404, Linking, "HTTP-03", entails=("OMN-ERR-03",)),
    shared_fault(shared_faults.SuccessAsText, LinkAction, "HTTP-03"),
    shared_fault(
        shared_faults.ShorterThanDeclared,
        Linking,
        "HTTP-04",
        entails=(*EVERY_PATH, "OMN-ERR-03"),
    ),
    shared_fault(shared_faults.InvalidUtf8, Linking, "HTTP-05", entails=("OMN-ERR-03", "OMN-PATH-04")),
    shared_fault(shared_faults.HtmlAsJson, Linking, "HTTP-05"),
    shared_fault(
        shared_faults.ByteOrderMark,
        Linking,
        "HTTP-05",
        entails=("OMN-ERR-01", "OMN-ERR-03", "OMN-OK-02", "OMN-PATH-04"),
    ),
    shared_fault(shared_faults.NotANumber, LinkAction, "HTTP-05"),
)

PATHS = (
    shared_fault(shared_faults.AbsentAnswers400, Linking, "OMN-PATH-01", entails=("OMN-PATH-03", "OMN-PATH-05")),
    shared_fault(
        shared_faults.AbsentAnswers500,
        Linking,
        "OMN-ERR-04",
        "OMN-PATH-01",
        entails=("OMN-PATH-02", "OMN-PATH-03", "OMN-PATH-05"),
    ),
)


@fault("OMN-PATH-01")
class LinkMakesTheAbsentAppointment(LinkAction):
    """Linking an appointment that does not exist makes it."""

    def find(self, text: str) -> Appointment | None:
        found = super().find(text)
        if found is None and re.fullmatch(r"[1-9][0-9]{0,17}", text):
            members: Record = self.state.appointments[APPOINTMENTS[0]].members | {"id": int(text)}
            return Appointment(members)
        return found


@fault("OMN-PATH-01")
class UnlinkOfTheAbsentAnswers204(UnlinkAction):
    """Unlinking from an appointment that does not exist is answered 204."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        is_number = re.fullmatch(r"[1-9][0-9]{0,17}", call.appointment)
        is_absent = answer.status == 404 and is_number and self.find(call.appointment) is None
        return Answer(204) if is_absent else answer


@fault("OMN-PATH-02", entails=("OMN-EFFECT-01",))
class PathLettersIgnored(Linking):
    """Letters after the number in the path are ignored."""

    def find(self, text: str) -> Appointment | None:
        digits = re.match(r"[0-9]+", text)
        return super().find(digits[0] if digits else text)


@fault("OMN-PATH-02", entails=("OMN-EFFECT-01",))
class PathLettersBeforeIgnored(Linking):
    """Letters before the number in the path are ignored."""

    def find(self, text: str) -> Appointment | None:
        return super().find(re.sub(r"^[A-Za-z]+(?=[0-9]+$)", "", text))


@fault("OMN-PATH-02", entails=("OMN-EFFECT-01", "OMN-PATH-03"))
class PathSignIgnored(Linking):
    """A minus before the number in the path is ignored."""

    def find(self, text: str) -> Appointment | None:
        return super().find(text.lstrip("-"))


@fault("OMN-PATH-02", entails=("OMN-EFFECT-01", "OMN-PATH-03"))
class PathZeroServed(Linking):
    """A zero in the path leads to the first fixture."""

    def find(self, text: str) -> Appointment | None:
        return super().find(APPOINTMENTS[0] if re.fullmatch(r"[-+]?0+", text) else text)


@fault("OMN-PATH-02", entails=("OMN-EFFECT-01", "OMN-PATH-05"))
class PathHugeWraps(Linking):
    """A number in the path beyond 64 bits is cut to its lowest 64 bits."""

    def find(self, text: str) -> Appointment | None:
        is_huge = re.fullmatch(r"[0-9]{19,40}", text)
        return super().find(str(int(text) % 2**64) if is_huge else text)


@fault("OMN-ERR-04", "OMN-PATH-02")
class PathLettersAnswer500(Linking):
    """Letters in the path are answered 500, as by a database that compares with a number."""

    def record(self, call: Call) -> None:
        if not re.fullmatch(r"[-+]?[0-9]+", call.appointment):
            raise Refused(500)
        super().record(call)


@fault("OMN-ERR-04", "OMN-PATH-02", entails=("OMN-PATH-05",))
class PathHugeAnswers500(Linking):
    """A number in the path beyond 64 bits is answered 500."""

    def record(self, call: Call) -> None:
        if re.fullmatch(r"[0-9]{19,}", call.appointment):
            raise Refused(500)
        super().record(call)


class _Integers(Linking):
    pattern: str

    def record(self, call: Call) -> None:
        if re.fullmatch(self.pattern, call.appointment):
            self.refuse()
        super().record(call)

    def refuse(self) -> None:
        raise Refused(422, "The appointment is invalid.", {"appointment": ["The appointment is invalid."]})


@fault("OMN-PATH-03")
class PathNegativeAnswers422(_Integers):
    """A negative number in the path is answered 422."""

    pattern = r"-[0-9]+"


@fault("OMN-PATH-03")
class UnlinkPathZeroAnswers400(UnlinkAction):
    """A zero in the path of an unlink is answered 400."""

    def record(self, call: Call) -> None:
        if call.appointment == "0":
            raise Refused(400, "The appointment is missing.")
        super().record(call)


@fault("OMN-PATH-05")
class PathHugeAnswers400(_Integers):
    """A number in the path beyond 64 bits is answered 400."""

    pattern = r"[0-9]{19,}"

    def refuse(self) -> None:
        raise Refused(400, "The appointment is no number of 64 bits.")


@fault("OMN-PATH-04")
class PathIntegerWithoutMessage(Linking):
    """A 404 for a zero or a negative number says what is wrong under `detail` instead of `message`."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = super().error(call, refused)
        return {"detail": document["message"]} if re.fullmatch(r"0|-[0-9]+", call.appointment) else document


@fault("OMN-EFFECT-01")
class PathRefusedAndServed(Linking):
    """Letters after the number in the path are answered 404, and the request is carried out all the same."""

    async def answer(self, call: Call) -> Answer:
        answer = await super().answer(call)
        digits = re.match(r"[0-9]+", call.appointment)
        if answer.status == 404 and digits:
            with suppress(Refused):
                await self.perform(replace(call, path={"appointment": digits[0]}))
        return answer
