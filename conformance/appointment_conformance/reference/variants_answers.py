"""Conformant varieties of what answers look like, in the document and on the wire."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from appointment_conformance.apis.mijnklantportaal.reference.operations import CancelAction, MijnKlantportaalRules
from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking
from appointment_conformance.apis.omneo.reference.rules import OmneoRules
from appointment_conformance.reference.call import Answer, Call, Refused
from appointment_conformance.reference.mutation import variant
from appointment_conformance.reference.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from appointment_conformance.apis.mijnklantportaal.reference.state import Record
    from appointment_conformance.apis.omneo.reference.state import Appointment, Link

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
class NullMembers(MijnKlantportaalRules):
    """An appointment has neither a customer nor a meeting."""

    def shown(self, appointment: Record) -> object:
        return appointment | {"customerId": None, "onlineMeetingLink": None}


@variant
class OmneoExtraMembers(LinkAction):
    """Appointments and links have members the documents do not know."""

    def shown(self, appointment: Appointment) -> Record:
        return super().shown(appointment) | {"colour": "blue", "permissions": {"can_link": True}}

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"created_at": "2031-02-18 09:30:00"}


@variant
class ExtraMembers(MijnKlantportaalRules):
    """Appointments have members the documents do not know."""

    def shown(self, appointment: Record) -> object:
        return appointment | {"name": "Intake", "location": {"floor": 2}}


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


@variant
class DatesInUtc(MijnKlantportaalRules):
    """Dates are in UTC and end in Z."""

    def shown(self, appointment: Record) -> object:
        return appointment | {name: _in_utc(appointment[name]) for name in ("startsAt", "endsAt", "createdAt")}


def _in_utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@variant
class TextInDutch(Rules):
    """What is wrong is said in Dutch."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        document = {**super().error(call, refused), "message": "Dit kan niet, hélaas."}
        errors = refused.errors
        return document if errors is None else {**document, "errors": {name: ["Ongeldig veld."] for name in errors}}


@variant
class DebugMembers(Rules):
    """Errors have the members of a server in debug mode."""

    def error(self, call: Call, refused: Refused) -> Mapping[str, object]:
        trace = [{"file": "/app/Http/Kernel.php", "line": 42, "function": "handle"}]
        debug = {"exception": "HttpException", "file": "/app/Handler.php", "line": 17, "trace": trace}
        return {**debug, **super().error(call, refused)}


@variant
class ChallengeLeftOut(Rules):
    """A 401 does not say which credentials are wanted, which RFC 9110 demands and many servers leave out."""

    def challenge(self) -> dict[str, str]:
        return {}


@variant
class NoRateLimitHeaders(MijnKlantportaalRules):
    """Answers do not say what is left of the rate limit."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        headers = super().headers(call, answer)
        return {name: value for name, value in headers.items() if not name.startswith("X-RateLimit")}


@variant
class ExtraHeaders(Rules):
    """Answers have a cookie and other headers nobody asked for."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        extra = {"Set-Cookie": "session=none; Path=/; HttpOnly", "Server": "example", "X-Powered-By": "example"}
        return super().headers(call, answer) | extra


@variant
class ConnectionClosed(Rules):
    """The connection ends after each answer."""

    def headers(self, call: Call, answer: Answer) -> dict[str, str]:
        return super().headers(call, answer) | {"Connection": "close"}


@variant
class CharsetNamed(Rules):
    """The media type names the charset."""

    media_type = "application/json; charset=utf-8"


@variant
class ErrorsAsProblemJson(Rules):
    """Errors have the media type of problem details."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.status >= 400:
            response.headers["content-type"] = "application/problem+json"
        return response


@variant
class Chunked(Rules):
    """Content is sent in chunks, without a length."""

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.content is not None:
            del response.headers["content-length"]
        return response


class _Compressing(Rules):
    """Compresses content where a request that says nothing means `unsaid`."""

    unsaid: ClassVar[str]

    def send(self, call: Call, answer: Answer) -> Response:
        response = super().send(call, answer)
        if answer.content is not None and "gzip" in call.headers.get("accept-encoding", self.unsaid):
            response.body = gzip.compress(bytes(response.body), mtime=0)
            response.headers["content-length"] = str(len(response.body))
            response.headers["content-encoding"] = "gzip"
        response.headers["vary"] = "accept-encoding"
        return response


@variant
class Compressed(_Compressing):
    """Content is compressed where the request accepts that."""

    unsaid = "identity"


@variant
class CompressedUnasked(_Compressing):
    """Content is compressed, too, where the request does not say what it accepts (RFC 9110, section 12.5.3)."""

    unsaid = "gzip"


@variant
class Slow(Rules):
    """An answer takes 20 milliseconds."""

    async def respond(self, call: Call) -> Response:
        await asyncio.sleep(0.02)
        return await super().respond(call)


class _Busy(Rules):
    every: int
    busy: Answer

    async def answer(self, call: Call) -> Answer:
        return self.busy if self.state.requests % self.every == 0 else await super().answer(call)


@variant
class NowAndThen503(_Busy):
    """Every ninth request is answered 503, to be sent again at once, and has no effect."""

    every = 9
    busy = Answer(503, {"message": "Service Unavailable"}, {"Retry-After": "0"})


@variant
class NowAndThen429(_Busy):
    """Every 25th request is answered 429, to be sent again a second later, and has no effect."""

    every = 25
    busy = Answer(429, {"code": 429, "message": "Too many requests."}, {"Retry-After": "1"})


@variant
class MeetingNamedOnlyWhileScheduled(CancelAction):
    """The answer to a cancel leaves the meeting out."""

    def shown(self, appointment: Record) -> object:
        return {name: value for name, value in appointment.items() if name != "onlineMeetingLink"}
