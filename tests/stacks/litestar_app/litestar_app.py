"""Both APIs on Litestar: msgspec structures, an authentication middleware, guards and exception handlers."""

import json
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, Litestar, Request, Response, delete, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    ClientException,
    HTTPException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    ValidationException,
)
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult, DefineMiddleware
from msgspec import Meta, Struct, field

records = json.loads(os.environ["RECORDS"])
lock = Lock()


class ProfileTarget(Struct, tag_field="type", tag="profile"):
    id: UUID


class ListTarget(Struct, tag_field="type", tag="list"):
    id: Annotated[str, Meta(pattern=r"^[0-9]+$")]


class Profile(Struct):
    id: UUID
    first_name: str = "Jo"
    last_name: str = "Example"
    email: str = "jo@example.com"


class ProductList(Struct):
    id: int
    name: str = "Wishlist"
    handle: str = "wishlist"
    profile_id: UUID | None = None


class Link(Struct):
    id: int
    type: Literal["profile", "list"]
    target_id: str
    profile: Profile | None = None
    linkable: ProductList | None = None


class Appointment(Struct):
    id: int
    profile_id: UUID
    profile: Profile
    appointment_definition_id: int = 7
    location_id: int | None = None
    status: str = "confirmed"
    scheduled_start_at: datetime = datetime(2030, 3, 5, 9, 0, tzinfo=UTC)
    scheduled_end_at: datetime = datetime(2030, 3, 5, 9, 30, tzinfo=UTC)
    timezone: str = "Australia/Melbourne"
    notes: str | None = None


class LinkedAppointment(Appointment):
    links: list[Link] = field(default_factory=list)


class Data(Struct):
    data: LinkedAppointment | Appointment


class Meeting(Struct, rename="camel"):
    id: str
    status: Literal["scheduled", "canceled", "pending"]
    customer_id: str | None = None
    attendee_name: str = "John Doe"
    attendee_email: str = "john.doe@example.com"
    starts_at: datetime = datetime(2030, 3, 5, 16, 0, tzinfo=UTC)
    ends_at: datetime = datetime(2030, 3, 5, 16, 30, tzinfo=UTC)
    online_meeting_link: str | None = None
    created_at: datetime = datetime(2029, 12, 1, 12, 0, tzinfo=UTC)


owner = UUID(records["omneo"]["profiles"][0])
profiles = {UUID(each): Profile(UUID(each)) for each in records["omneo"]["profiles"]}
lists = {each: ProductList(each, profile_id=owner) for each in records["omneo"]["lists"]}
appointments = {each: Appointment(each, owner, profiles[owner]) for each in records["omneo"]["appointments"]}
links: dict[int, dict[tuple[str, str], Link]] = defaultdict(dict)
meetings = {
    each: Meeting(each, status) for status in ("scheduled", "pending") for each in records["mijnklantportaal"][status]
}


@dataclass
class Client:
    may_write: bool


class BearerAuthentication(AbstractAuthenticationMiddleware):
    async def authenticate_request(self, connection: ASGIConnection) -> AuthenticationResult:
        scheme, _, token = connection.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in (records["token"], records["forbidden_token"]):
            raise NotAuthorizedException("Unauthenticated.")
        return AuthenticationResult(Client(may_write=token == records["token"]), token)


def may_write(connection: ASGIConnection, _: BaseRouteHandler) -> None:
    if not connection.user.may_write:
        raise PermissionDeniedException("Invalid scope(s) provided.")


def link_of(target: ProfileTarget | ListTarget) -> Link:
    """The target's record as it stands in `links`, with an id to be given."""
    if isinstance(target, ProfileTarget) and target.id in profiles:
        return Link(0, "profile", str(target.id), profile=profiles[target.id])
    if isinstance(target, ListTarget) and int(target.id) in lists:
        return Link(0, "list", str(int(target.id)), linkable=lists[int(target.id)])
    raise NotFoundException("No such profile or list.")


class AppointmentController(Controller):
    path = "/api/v3/appointments/{appointment:int}"

    def _found(self, appointment: int) -> Appointment:
        if appointment not in appointments:
            raise NotFoundException("No such appointment.")
        return appointments[appointment]

    @get(sync_to_thread=False)
    def read(self, appointment: int) -> Data:
        return Data(self._found(appointment))

    @post("/link", guards=[may_write], sync_to_thread=False)
    def link(self, appointment: int, data: ProfileTarget | ListTarget) -> Data:
        found, link = self._found(appointment), link_of(data)
        with lock:
            link.id = max((one.id for each in links.values() for one in each.values()), default=0) + 1
            links[appointment].setdefault((link.type, link.target_id), link)
            shown = {name: getattr(found, name) for name in found.__struct_fields__}
            return Data(LinkedAppointment(**shown, links=list(links[appointment].values())))

    @post("/unlink", guards=[may_write], status_code=204, sync_to_thread=False)
    def unlink(self, appointment: int, data: ProfileTarget | ListTarget) -> None:
        self._found(appointment)
        link = link_of(data)
        with lock:
            if links[appointment].pop((link.type, link.target_id), None) is None:
                raise NotFoundException("It is not linked.")


class MeetingController(Controller):
    path = "/v1/appointments/{appointment_id:str}"

    def _found(self, appointment_id: str) -> Meeting:
        if appointment_id not in meetings:
            raise NotFoundException("No appointment can be found for the given ID.")
        return meetings[appointment_id]

    @get(sync_to_thread=False)
    def read(self, appointment_id: str) -> Meeting:
        return self._found(appointment_id)

    @delete(guards=[may_write], status_code=200, sync_to_thread=False)
    def cancel(self, appointment_id: str) -> Meeting:
        meeting = self._found(appointment_id)
        with lock:
            if meeting.status == "canceled":
                raise ClientException("The appointment is already canceled.", status_code=409)
            meeting.status = "canceled"
        return meeting


def with_message(_: Request, error: HTTPException) -> Response:
    return Response({"message": error.detail}, status_code=error.status_code, headers=error.headers)


def with_errors(_: Request, invalid: ValidationException) -> Response:
    errors: dict[str, list[str]] = defaultdict(list)
    for one in invalid.extra:
        errors[one["key"]].append(one["message"])
    return Response({"message": invalid.detail, "errors": errors}, status_code=422)


app = Litestar(
    [AppointmentController, MeetingController],
    middleware=[DefineMiddleware(BearerAuthentication)],
    exception_handlers={HTTPException: with_message, ValidationException: with_errors},
)
