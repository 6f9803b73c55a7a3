"""Both APIs on FastAPI: pydantic models, dependencies, and handlers for the errors that the pages describe."""

import json
import os
from collections import defaultdict
from datetime import UTC, datetime
from threading import Lock
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Path, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException as StarletteHTTPException

records = json.loads(os.environ["RECORDS"])
app = FastAPI(title="Appointments")
lock = Lock()


class Profile(BaseModel):
    id: UUID
    first_name: str = "Jo"
    last_name: str = "Example"
    email: str = "jo@example.com"


class ProductList(BaseModel):
    id: int
    name: str = "Wishlist"
    handle: str = "wishlist"
    profile_id: UUID


class Link(BaseModel):
    id: int
    type: Literal["profile", "list"]
    target_id: str
    profile: Profile | None = None
    linkable: ProductList | None = None


class Appointment(BaseModel):
    id: int
    appointment_definition_id: int = 7
    profile_id: UUID
    profile: Profile
    location_id: int | None = None
    assigned_staff_id: UUID | None = None
    status: str = "confirmed"
    scheduled_start_at: datetime = datetime(2030, 3, 5, 9, 0, tzinfo=UTC)
    scheduled_end_at: datetime = datetime(2030, 3, 5, 9, 30, tzinfo=UTC)
    timezone: str = "Australia/Melbourne"
    notes: str | None = None
    meta: dict[str, str] | None = None
    created_at: datetime = datetime(2029, 12, 1, 12, 0, tzinfo=UTC)
    updated_at: datetime = datetime(2029, 12, 1, 12, 0, tzinfo=UTC)


class LinkedAppointment(Appointment):
    links: list[Link]


class ShownAppointment(BaseModel):
    data: Appointment


class ShownLinkedAppointment(BaseModel):
    data: LinkedAppointment


class ProfileTarget(BaseModel):
    type: Literal["profile"]
    id: UUID


class ListTarget(BaseModel):
    type: Literal["list"]
    id: Annotated[str, Field(pattern=r"^\d+$")]


LinkTarget = Annotated[ProfileTarget | ListTarget, Field(discriminator="type")]


class Meeting(BaseModel):
    id: str
    customerId: str | None = None
    attendeeName: str = "John Doe"
    attendeeEmail: str = "john.doe@example.com"
    startsAt: datetime = datetime(2030, 3, 5, 16, 0, tzinfo=UTC)
    endsAt: datetime = datetime(2030, 3, 5, 16, 30, tzinfo=UTC)
    status: Literal["scheduled", "canceled", "pending"]
    onlineMeetingLink: str | None = None
    createdAt: datetime = datetime(2029, 12, 1, 12, 0, tzinfo=UTC)


appointments = {
    number: Appointment(id=number, profile_id=(owner := records["omneo"]["profiles"][0]), profile=Profile(id=owner))
    for number in records["omneo"]["appointments"]
}
profiles = {UUID(each): Profile(id=each) for each in records["omneo"]["profiles"]}
lists = {each: ProductList(id=each, profile_id=records["omneo"]["profiles"][0]) for each in records["omneo"]["lists"]}
links: dict[int, list[Link]] = defaultdict(list)
meetings = {
    each: Meeting(id=each, status=status)
    for status in ("scheduled", "pending")
    for each in records["mijnklantportaal"][status]
}


def authenticated(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    if credentials.credentials not in (records["token"], records["forbidden_token"]):
        raise HTTPException(401, "Unauthenticated.", {"WWW-Authenticate": "Bearer"})
    return credentials.credentials


def may_write(token: Annotated[str, Depends(authenticated)]) -> None:
    if token != records["token"]:
        raise HTTPException(403, "Invalid scope(s) provided.")


def found(appointment: int) -> Appointment:
    if appointment not in appointments:
        raise HTTPException(404, "Appointment not found.")
    return appointments[appointment]


def link_of(target: LinkTarget) -> Link:
    """The target's record as it stands in `links`, with an id to be given."""
    if isinstance(target, ProfileTarget) and target.id in profiles:
        return Link(id=0, type="profile", target_id=str(target.id), profile=profiles[target.id])
    if isinstance(target, ListTarget) and int(target.id) in lists:
        return Link(id=0, type="list", target_id=str(int(target.id)), linkable=lists[int(target.id)])
    raise RequestValidationError([{"loc": ("body", "id"), "msg": "The selected id is invalid.", "type": "exists"}])


Found = Annotated[Appointment, Depends(found)]
omneo = APIRouter(prefix="/api/v3/appointments", dependencies=[Depends(authenticated)])


@omneo.get("/{appointment}")
def read_appointment(appointment: Found) -> ShownAppointment:
    return ShownAppointment(data=appointment)


@omneo.post("/{appointment}/link", dependencies=[Depends(may_write)])
def link_appointment(appointment: Found, target: LinkTarget) -> ShownLinkedAppointment:
    link = link_of(target)
    with lock:
        kept = links[appointment.id]
        if not any((one.type, one.target_id) == (link.type, link.target_id) for one in kept):
            last = max((one.id for each in links.values() for one in each), default=0)
            kept.append(link.model_copy(update={"id": last + 1}))
        return ShownLinkedAppointment(data=LinkedAppointment(**dict(appointment), links=list(kept)))


@omneo.post("/{appointment}/unlink", status_code=204, dependencies=[Depends(may_write)])
def unlink_appointment(appointment: Found, target: LinkTarget) -> None:
    gone = link_of(target)
    with lock:
        kept = links[appointment.id]
        links[appointment.id] = [one for one in kept if (one.type, one.target_id) != (gone.type, gone.target_id)]


mijnklantportaal = APIRouter(prefix="/v1/appointments", dependencies=[Depends(authenticated)])


def meeting_found(appointment_id: Annotated[str, Path(alias="appointmentId")]) -> Meeting:
    if appointment_id not in meetings:
        raise HTTPException(404, "No appointment can be found for the given ID.")
    return meetings[appointment_id]


@mijnklantportaal.get("/{appointmentId}")
def get_appointment(meeting: Annotated[Meeting, Depends(meeting_found)]) -> Meeting:
    return meeting


@mijnklantportaal.delete("/{appointmentId}", dependencies=[Depends(may_write)])
def cancel_appointment(meeting: Annotated[Meeting, Depends(meeting_found)]) -> Meeting:
    with lock:
        if meeting.status == "canceled":
            raise HTTPException(409, "The appointment is already canceled.")
        meeting.status = "canceled"
        return meeting


app.include_router(omneo)
app.include_router(mijnklantportaal)


@app.exception_handler(StarletteHTTPException)
def with_message(_: Request, error: StarletteHTTPException) -> JSONResponse:
    return JSONResponse({"message": error.detail}, error.status_code, error.headers)


@app.exception_handler(RequestValidationError)
def with_errors(_: Request, invalid: RequestValidationError) -> JSONResponse:
    errors: dict[str, list[str]] = defaultdict(list)
    for one in invalid.errors():
        errors[str(one["loc"][-1])].append(one["msg"])
    return JSONResponse({"message": "The given data was invalid.", "errors": errors}, 422)
