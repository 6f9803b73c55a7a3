"""Both appointment APIs as one Flask application, written from the vendors' pages.

Flask routes, parses and refuses, marshmallow validates and serializes, SQLAlchemy keeps the records in SQLite.
"""

import json
import re
from datetime import UTC, datetime
from functools import wraps
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, abort, g, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_dump, validates_schema
from marshmallow.validate import OneOf
from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, Unauthorized

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
INTEGER = re.compile(r"-?[0-9]{1,18}")
ZONE = ZoneInfo("Europe/Amsterdam")
APPOINTMENT = "/appointments/<int(max=2147483647):appointment_id>"
#: Members that the vendor's sample has besides; this application has nothing to tell there.
UNUSED = (
    "appointment_definition_id location_id location assigned_staff_id assigned_staff approved_at confirmed_at"
    " cancelled_at arrived_at completed_at no_show_at rejected_at approved_by cancelled_by rejected_by"
    " transaction_id transaction order_id order answers meta updated_at"
)


class Base(DeclarativeBase):
    """What every table shares."""


class Token(Base):
    """A bearer token of one account, with its scopes and, where it has one, its last moment."""

    __tablename__ = "tokens"
    secret: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    scopes: Mapped[str]
    expires_at: Mapped[datetime | None]

    def is_valid(self):
        """Whether the token has not expired."""
        return self.expires_at is None or self.expires_at > datetime.now(UTC).replace(tzinfo=None)

    def allows(self, scope):
        """Whether the token was given this scope, or all of them."""
        scopes = self.scopes.split(" ")
        return scope in scopes or "*" in scopes


class Profile(Base):
    """A person to link to."""

    __tablename__ = "profiles"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]


class ProductList(Base):
    """A list to link to."""

    __tablename__ = "lists"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    name: Mapped[str]
    handle: Mapped[str]
    profile_id: Mapped[str] = mapped_column(ForeignKey("profiles.id"))


class Link(Base):
    """A link of an appointment to a profile or a list; the constraint keeps it single."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("appointment_id", "type", "target_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id"))
    type: Mapped[str]
    target_id: Mapped[str]
    profile_id: Mapped[str | None] = mapped_column(ForeignKey("profiles.id"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("lists.id"))
    profile: Mapped[Profile | None] = relationship()
    linkable: Mapped[ProductList | None] = relationship()


class Appointment(Base):
    """An appointment of Omneo."""

    __tablename__ = "appointments"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    profile_id: Mapped[str] = mapped_column(ForeignKey("profiles.id"))
    status: Mapped[str]
    scheduled_start_at: Mapped[datetime]
    scheduled_end_at: Mapped[datetime]
    duration_minutes: Mapped[int]
    timezone: Mapped[str]
    notes: Mapped[str | None]
    created_at: Mapped[datetime]
    profile: Mapped[Profile] = relationship()
    links: Mapped[list[Link]] = relationship(order_by=Link.id)


class Booking(Base):
    """An appointment of MijnKlantportaal."""

    __tablename__ = "bookings"
    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    customer_id: Mapped[str | None]
    attendee_name: Mapped[str]
    attendee_email: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str]
    meeting_link: Mapped[str | None]
    created_at: Mapped[datetime]


class LinkActionSchema(Schema):
    """The body of link and unlink: an alias, and an id whose form depends on it."""

    class Meta:
        """What is not known is let through and left out."""

        unknown = EXCLUDE

    type = fields.String(required=True, validate=OneOf(["profile", "list"]))
    id = fields.String(required=True)

    @validates_schema
    def check_id(self, data, **_):
        """Refuse an id that has not the form of its type."""
        if data["type"] == "profile" and not UUID.fullmatch(data["id"]):
            raise ValidationError("Not a valid UUID.", "id")
        if data["type"] == "list" and not INTEGER.fullmatch(data["id"]):
            raise ValidationError("Not a valid integer.", "id")


class ProfileSchema(Schema):
    """A profile within another record."""

    id = fields.String()
    first_name = fields.String()
    last_name = fields.String()
    email = fields.String()


class ListSchema(Schema):
    """A list within a link."""

    id = fields.String()
    name = fields.String()
    handle = fields.String()
    profile_id = fields.String()


class LinkSchema(Schema):
    """A link with the record that it leads to."""

    id = fields.String()
    type = fields.String()
    target_id = fields.String()
    profile = fields.Nested(ProfileSchema)
    linkable = fields.Nested(ListSchema)


class AppointmentSchema(Schema):
    """An appointment of Omneo without its links, as reads show it."""

    id = fields.Integer()
    profile_id = fields.String()
    profile = fields.Nested(ProfileSchema)
    status = fields.String()
    scheduled_start_at = fields.DateTime(format="%Y-%m-%d %H:%M:%S")
    scheduled_end_at = fields.DateTime(format="%Y-%m-%d %H:%M:%S")
    timezone = fields.String()
    notes = fields.String()
    created_at = fields.DateTime(format="%Y-%m-%d %H:%M:%S")
    appointment_definition = fields.Function(lambda shown: {"duration_minutes": shown.duration_minutes})

    @post_dump
    def add_unused(self, data, **_):
        """Name every member of the sample."""
        return dict.fromkeys(UNUSED.split()) | data


class LinkedAppointmentSchema(AppointmentSchema):
    """An appointment of Omneo with its links, as a link answers it."""

    links = fields.List(fields.Nested(LinkSchema))


def atom(moment):
    """Return a moment in UTC in ATOM format, with the portal's offset."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE).isoformat(timespec="seconds")


class BookingSchema(Schema):
    """An appointment of MijnKlantportaal."""

    id = fields.String()
    customerId = fields.String(attribute="customer_id")
    attendeeName = fields.String(attribute="attendee_name")
    attendeeEmail = fields.String(attribute="attendee_email")
    startsAt = fields.Function(lambda booking: atom(booking.starts_at))
    endsAt = fields.Function(lambda booking: atom(booking.ends_at))
    status = fields.String()
    onlineMeetingLink = fields.String(attribute="meeting_link")
    createdAt = fields.Function(lambda booking: atom(booking.created_at))


def requires(scope):
    """Let a view be called only with a valid bearer token that has the scope."""

    def decorate(view):
        @wraps(view)
        def guarded(**arguments):
            credentials = request.authorization
            if credentials is None or credentials.type != "bearer" or not credentials.token:
                raise Unauthorized("Unauthenticated.", www_authenticate=WWWAuthenticate("bearer"))
            token = g.session.get(Token, credentials.token)
            if token is None or not token.is_valid():
                raise Unauthorized("Unauthenticated.", www_authenticate=WWWAuthenticate("bearer"))
            if not token.allows(scope):
                abort(403, "This action is unauthorized.")
            g.account_id = token.account_id
            return view(**arguments)

        return guarded

    return decorate


def find(model, record_id):
    """Return the record of the account that has this id, or answer 404."""
    record = g.session.scalar(select(model).where(model.id == record_id, model.account_id == g.account_id))
    if record is None:
        abort(404, "No such appointment.")
    return record


def find_target():
    """Return the columns of a link to the record that the body names, or answer 422."""
    action = LinkActionSchema().load(request.get_json())
    model, column = (Profile, "profile_id") if action["type"] == "profile" else (ProductList, "list_id")
    target_id = action["id"].lower() if model is Profile else int(action["id"])
    target = g.session.scalar(select(model).where(model.id == target_id, model.account_id == g.account_id))
    if target is None:
        raise ValidationError("The selected id is invalid.", "id")
    return {"type": action["type"], "target_id": str(target.id), column: target.id}


omneo = Blueprint("omneo", __name__, url_prefix="/api/v3")
portal = Blueprint("portal", __name__, url_prefix="/v1")


@omneo.get(APPOINTMENT)
@requires("appointments.read")
def read_appointment(appointment_id):
    """Show an appointment, without its links."""
    return {"data": AppointmentSchema().dump(find(Appointment, appointment_id))}


@omneo.post(APPOINTMENT + "/link")
@requires("appointments.write")
def link_appointment(appointment_id):
    """Link an appointment to a profile or a list; once is enough."""
    appointment = find(Appointment, appointment_id)
    g.session.execute(insert(Link).values(appointment_id=appointment.id, **find_target()).on_conflict_do_nothing())
    g.session.commit()
    return {"data": LinkedAppointmentSchema().dump(appointment)}


@omneo.post(APPOINTMENT + "/unlink")
@requires("appointments.write")
def unlink_appointment(appointment_id):
    """Take the link to a profile or a list away."""
    appointment = find(Appointment, appointment_id)
    g.session.execute(delete(Link).filter_by(appointment_id=appointment.id, **find_target()))
    g.session.commit()
    return "", 204


@portal.get("/appointments/<booking_id>")
@requires("appointments.read")
def read_booking(booking_id):
    """Show an appointment."""
    return BookingSchema().dump(find(Booking, booking_id))


@portal.delete("/appointments/<booking_id>")
@requires("appointments.write")
def cancel_booking(booking_id):
    """Cancel an appointment, once."""
    booking = find(Booking, booking_id)
    not_yet = update(Booking).where(Booking.id == booking.id, Booking.status != "canceled")
    if g.session.execute(not_yet.values(status="canceled")).rowcount == 0:
        abort(409, "The appointment is already canceled.")
    g.session.commit()
    return BookingSchema().dump(booking)


def refuse(error):
    """Answer an HTTP error as JSON, with the headers that belong to it."""
    response = error.get_response()
    response.data = json.dumps({"message": error.description})
    response.content_type = "application/json"
    return response


def refuse_body(error):
    """Answer a body that breaks a rule, with the messages of each field."""
    return {"message": "The given data was invalid.", "errors": error.normalized_messages()}, 422


def create_app(database, records=()):
    """Return the application on this database, to which the records are added first."""
    engine = create_engine(database)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(records)
        session.commit()

    app = Flask(__name__)
    app.register_blueprint(omneo)
    app.register_blueprint(portal)
    app.register_error_handler(HTTPException, refuse)
    app.register_error_handler(ValidationError, refuse_body)

    @app.before_request
    def open_session():
        g.session = Session(engine)

    @app.teardown_request
    def close_session(_error):
        g.session.close()

    return app
