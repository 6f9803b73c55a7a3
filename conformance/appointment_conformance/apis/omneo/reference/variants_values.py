"""Conformant varieties of the values of an answer: the ids of links, what they carry, and what a read shows."""
# ruff: noqa: D102 - a variant is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.neighbours import AppointmentRead
from appointment_conformance.apis.omneo.reference.operations import LinkAction
from appointment_conformance.apis.omneo.reference.resource import appointment_document
from appointment_conformance.reference.call import Answer, Call
from appointment_conformance.reference.mutation import variant

if TYPE_CHECKING:
    from appointment_conformance.apis.omneo.reference.state import Appointment, Link, Record


@variant
class LinkIdsByType(LinkAction):
    """The links of each type are numbered from one."""

    def links(self, links: list[Link]) -> list[Record]:
        counts: dict[str, int] = {}
        for link in links:
            counts[link.type] = counts.get(link.type, 0) + 1
        numbers = {kind: iter(range(1, count + 1)) for kind, count in counts.items()}
        return [link | {"id": next(numbers[link["type"]])} for link in super().links(links)]


@variant
class LinksHaveNoIds(LinkAction):
    """A link is a row that its appointment, type and target name: it has no id of its own."""

    def link_document(self, link: Link) -> Record:
        return {name: value for name, value in super().link_document(link).items() if name != "id"}


@variant
class LinkIdsAreNull(LinkAction):
    """A link has no id of its own, and null in its place."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"id": None}


@variant
class EmptyRecordsAreArrays(LinkAction):
    """The record that a link does not carry is an empty array, as PHP writes one without members."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {name: document[name] or [] for name in ("profile", "linkable")}


@variant
class ProfileAsLinkable(LinkAction):
    """A link to a profile carries that profile a second time, as what it links to."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {"linkable": document["linkable"] or document["profile"]}


@variant
class ProfileAsLinkableWithItsRow(LinkAction):
    """A link to a profile carries the number of the profile's row as what it links to."""

    def link_document(self, link: Link) -> Record:
        document = super().link_document(link)
        return document | {"linkable": document["linkable"] or {"id": 17}}


@variant
class LinkUpdatesTheAppointment(LinkAction):
    """Linking sets the time at which the appointment was updated."""

    def add(self, appointment: Appointment, target: tuple[str, str]) -> None:
        super().add(appointment, target)
        appointment.members["updated_at"] = f"2031-02-19 09:{len(appointment.links):02d}:00"


class _Read(AppointmentRead):
    def document(self, document: Record) -> Record:
        raise NotImplementedError

    async def perform(self, call: Call) -> Answer:
        return Answer(200, {"data": self.document(appointment_document(self.state, self.found(call)))})


@variant
class ReadsWithoutRecords(_Read):
    """A read shows no record that the appointment refers to, and null or an empty list in its place."""

    def document(self, document: Record) -> Record:
        nothing = dict.fromkeys(
            ("appointment_definition", "profile", "location", "assigned_staff", "transaction", "order")
        )
        return document | nothing | {"answers": [], "links": []}


@variant
class ReadsInOtherNotation(_Read):
    """A read has its times in the notation of RFC 3339, its ids as text, and null for what is empty."""

    def document(self, document: Record) -> Record:
        times = {
            name: text.replace(" ", "T") + ".000000Z" for name, text in document.items() if _is_time(name) and text
        }
        empty = {name: None for name, value in document.items() if value == ""}
        return document | empty | times | {"location_id": str(document["location_id"])}


@variant
class ReadsCounted(_Read):
    """A read has members that change with every read."""

    def document(self, document: Record) -> Record:
        return document | {"views": self.state.requests, "seen_at": f"2031-02-18 09:{self.state.requests % 60:02d}:00"}


def _is_time(name: str) -> bool:
    return name.endswith("_at")
