"""Faults of the values that Omneo's link answers: their types, the records that a link carries, what a read shows."""
# ruff: noqa: D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from appointment_conformance.apis.omneo.reference.neighbours import AppointmentRead
from appointment_conformance.apis.omneo.reference.operations import LinkAction
from appointment_conformance.apis.omneo.reference.resource import appointment_document
from appointment_conformance.reference.mutation import Mutation, fault

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, Link, Record
    from appointment_conformance.reference.call import Answer, Call


def _showing(name: str, breaks: str, what: str, *entails: str, place: str = "", **members: Any) -> Mutation:
    """Return the fault that shows other members, of the appointment or of the record at `place`."""

    class Showing(LinkAction):
        def shown(self, appointment: Appointment) -> Record:
            document = super().shown(appointment)
            return document | ({place: (document[place] or {}) | members} if place else members)

    Showing.__doc__ = f"The answer to linking {what}."
    return fault(breaks, entails=entails, name=f"link-shows-{name}")(Showing)


TYPES = (
    _showing("the-duration-as-text", "OMN-OK-04", "has the minutes of the definition as a text",
             place="appointment_definition", duration_minutes="30"),
    _showing("flags-as-numbers", "OMN-OK-04", "has 1 and 0 for true and false",
             place="appointment_definition", is_published=1, is_archived=0),
    _showing("flags-as-text", "OMN-OK-04", "has the text `true` for true", "OMN-OK-05",
             place="appointment_definition", is_published="true"),
    _showing("a-list-of-one-definition", "OMN-OK-04", "has the definition within an array",
             appointment_definition=[{"id": 31}]),
    _showing("the-location-id-as-text", "OMN-OK-04", "has the id of the location as a text", location_id="7"),
    _showing("the-total-as-text", "OMN-OK-04", "has an amount of money as a text", "OMN-OK-05",
             place="transaction", total="0.00"),
    _showing("notes-as-an-array", "OMN-OK-04", "has the notes as an array", "OMN-OK-05", notes=["Bring the form."]),
    _showing("the-status-as-a-number", "OMN-OK-04", "has a number for the status", "OMN-OK-05", status=2),
    _showing("a-name-as-a-number", "OMN-OK-04", "has a number for a first name", "OMN-OK-05",
             place="profile", first_name=1),
    _showing("a-name-as-an-object", "OMN-OK-04", "has an object for the name of the staff", "OMN-OK-05",
             place="assigned_staff", last_name={"en": "Sample"}),
    _showing("a-zone-as-an-array", "OMN-OK-04", "has an array for the location's time zone", "OMN-OK-05",
             place="location", timezone=["Europe", "Amsterdam"]),
    _showing("the-own-zone-as-an-object", "OMN-OK-04", "has an object for its time zone", "OMN-OK-05",
             timezone={"name": "Europe/Amsterdam"}),
    _showing("a-handle-as-a-number", "OMN-OK-04", "has a number for the handle of the definition", "OMN-OK-05",
             place="appointment_definition", handle=31),
    _showing("the-booking-type-as-a-flag", "OMN-OK-04", "has a flag for the way of booking", "OMN-OK-05",
             place="appointment_definition", booking_type=True),
    _showing("the-order-as-its-id", "OMN-OK-04", "has an id in place of the order", order=12),
    _showing("the-order-number-as-a-number", "OMN-OK-04", "has a number for the number of the order", "OMN-OK-05",
             place="order", order_number=12),
    _showing("the-order-id-as-text", "OMN-OK-04", "has the id of the order as a text", order_id="0"),
    _showing("the-definition-id-as-text", "OMN-OK-04", "has the id of the definition as a text",
             appointment_definition_id="31"),
    _showing("a-status-as-a-flag", "OMN-OK-04", "has a flag for the status of the transaction", "OMN-OK-05",
             place="transaction", status=True),
    _showing("answers-as-text", "OMN-OK-04", "has JSON text in place of the answers", answers="[]"),
    _showing("the-booker-as-a-number", "OMN-OK-04", "has a number for the profile it is booked for", "OMN-OK-05",
             profile_id=4711),
    _showing("a-fraction-of-an-id", "OMN-OK-04", "has an id of the transaction that is no integer", "OMN-OK-05",
             transaction_id=0.5),
    _showing("times-as-numbers", "OMN-OK-04", "has a number of seconds for a time", "OMN-OK-05",
             scheduled_start_at=1930316400),
)  # fmt: skip

MEMBERS = (
    _showing("another-status", "OMN-OK-05", "has another status than a read", status="requested"),
    _showing("another-time", "OMN-OK-05", "has another time than a read", scheduled_start_at="2031-03-05 11:00:00"),
    _showing("another-booker", "OMN-OK-05", "has the name of somebody else than a read", place="profile",
             first_name="Somebody"),
    _showing("no-notes", "OMN-OK-05", "has no notes where a read has", notes=None),
)  # fmt: skip


def _lacking(name: str, what: str, *members: str) -> Mutation:
    class Lacking(LinkAction):
        def shown(self, appointment: Appointment) -> Record:
            return {key: value for key, value in super().shown(appointment).items() if key not in members}

    Lacking.__doc__ = f"The answer to linking lacks {what}."
    return fault("OMN-OK-06", name=f"link-answers-without-{name}")(Lacking)


MISSING = (
    _lacking("status", "the status", "status"),
    _lacking("the-location", "the location", "location", "location_id"),
    _lacking("the-transaction", "the transaction", "transaction"),
    _lacking("times", "when it takes place", "scheduled_start_at", "scheduled_end_at", "timezone"),
    _lacking("the-booker", "who it is booked for", "profile", "profile_id"),
    _lacking("answers", "the answers", "answers"),
)


@fault("OMN-OK-06")
class LinkEntryWithoutLinkable(LinkAction):
    """A link's entry lacks `linkable`."""

    def link_document(self, link: Link) -> Record:
        return {name: value for name, value in super().link_document(link).items() if name != "linkable"}


@fault("OMN-OK-05")
class LinkWipesTheNotes(LinkAction):
    """Linking wipes the notes of the appointment."""

    def add(self, appointment: Appointment, target: tuple[str, str]) -> None:
        super().add(appointment, target)
        appointment.members["notes"] = None


@fault("OMN-OK-05")
class LinkChangesTheStatus(LinkAction):
    """Linking changes the status of the appointment."""

    def add(self, appointment: Appointment, target: tuple[str, str]) -> None:
        super().add(appointment, target)
        appointment.members["status"] = "arrived"


@fault("OMN-OK-05")
class ReadAfterLinkShowsAnotherLocation(AppointmentRead):
    """A read shows another location once something is linked."""

    async def perform(self, call: Call) -> Answer:
        answer, appointment = await super().perform(call), self.found(call)
        document = appointment_document(self.state, appointment) | ({"location_id": 8} if appointment.links else {})
        return type(answer)(200, {"data": document})


@fault("OMN-LINK-05")
class LinkIdsAllAlike(LinkAction):
    """Every link in an answer has the same id."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"id": "1"}


@fault("OMN-LINK-05")
class LinkIdsOfTheAppointment(LinkAction):
    """A link has the id of its appointment."""

    def shown(self, appointment: Appointment) -> Record:
        document = super().shown(appointment)
        return document | {"links": [link | {"id": document["id"]} for link in document["links"]]}


@fault("OMN-LINK-05")
class LinkIdsShared(LinkAction):
    """The two newest links of a type have the same id."""

    def links(self, links: list[Link]) -> list[Record]:
        counts = Counter(link.type for link in links)
        shared = {kind: [link for link in links if link.type == kind][-2:] for kind in counts}
        documents = zip(super().links(links), links, strict=True)
        return [one | {"id": "1"} if link in shared[link.type] else one for one, link in documents]


@fault("OMN-LINK-06")
class ListLinkCarriesItsOwner(LinkAction):
    """A link to a list carries the profile that the list belongs to."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        owner = document["linkable"] and self.state.profiles.get(document["linkable"]["profile_id"])
        return document | {"profile": document["profile"] or owner}


@fault("OMN-LINK-06")
class ProfileLinkCarriesAList(LinkAction):
    """A link to a profile carries a list of that profile."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {"linkable": document["linkable"] or next(iter(self.state.lists.values()))}


@fault("OMN-LINK-06", entails=("OMN-LINK-07",))
class LinksCarryTheBooker(LinkAction):
    """Every link carries the profile for which the appointment is booked."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"profile": next(iter(self.state.profiles.values()))}


@fault("OMN-LINK-07")
class ProfileLinkCarriesAnother(LinkAction):
    """A link to a profile carries the next profile."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {"profile": document["profile"] and _next(self.state.profiles, link.target_id)}


@fault("OMN-LINK-07")
class ListLinkCarriesAnother(LinkAction):
    """A link to a list carries the next list."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {"linkable": document["linkable"] and _next(self.state.lists, link.target_id)}


def _next(records: dict[str, Record], text: str) -> Record:
    known = list(records)
    return records[known[(known.index(text.lower()) + 1) % len(known)]]


RECORDS = (
    _showing("another-location", "OMN-OK-07", "has another location than the one it names", "OMN-OK-05",
             place="location", id=8),
    _showing("another-definition", "OMN-OK-07", "has another definition than the one it names", "OMN-OK-05",
             place="appointment_definition", id=32),
    _showing("another-profile", "OMN-OK-07", "has another profile than the one it is booked for",
             place="profile", id="9d99d6e8-8181-4a74-9c3e-7b1f0c2d9a55"),
)  # fmt: skip
