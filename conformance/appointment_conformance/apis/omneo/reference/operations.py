"""Omneo's link and unlink, as the vendor's pages and its own client describe them."""

from __future__ import annotations

from appointment_conformance.apis.omneo.reference.resource import appointment_document
from appointment_conformance.apis.omneo.reference.rules import Targeted
from appointment_conformance.apis.omneo.reference.state import Appointment, Link, Record
from appointment_conformance.reference.call import Answer, Call

__all__ = ["LinkAction", "Linking", "UnlinkAction"]


class Linking(Targeted):
    """What link and unlink share: how a target is recognised among the links, and what both leave alone."""

    success: int

    def same(self, link: Link, target: tuple[str, str]) -> bool:
        """Whether a link leads to the target; profile ids are compared without regard to case."""
        kind, text = target
        return link.type == kind and link.target_id.lower() == text.lower()

    async def pause(self, appointment: Appointment) -> None:
        """Wait between the check and the change. By default it does not wait."""

    async def perform(self, call: Call) -> Answer:
        """Change the links and answer."""
        appointment, target = self.found(call), self.target(call)
        await self.change(appointment, target)
        return self.done(appointment)

    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        """Change the links of the appointment."""
        raise NotImplementedError

    def done(self, appointment: Appointment) -> Answer:
        """Return the answer to a request that was carried out."""
        raise NotImplementedError


class LinkAction(Linking):
    """`POST /v3/appointments/{appointment}/link`."""

    success = 200

    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        """Add the link unless it is there."""
        present = any(self.same(link, target) for link in appointment.links)
        await self.pause(appointment)
        if not present:
            self.add(appointment, target)

    def add(self, appointment: Appointment, target: tuple[str, str]) -> None:
        """Append one link to the target, under a new number."""
        appointment.links.append(Link(next(self.state.numbers), *target))

    def done(self, appointment: Appointment) -> Answer:
        """Return the appointment with all its links."""
        return Answer(self.success, self.enveloped(self.shown(appointment)))

    def enveloped(self, document: Record) -> object:
        """Return the document under `data`."""
        return {"data": document}

    def shown(self, appointment: Appointment) -> Record:
        """Return the appointment's document with its links."""
        return appointment_document(self.state, appointment) | {"links": self.links(appointment.links)}

    def links(self, links: list[Link]) -> list[Record]:
        """Return the documents of the links, in their order."""
        return [self.link_document(link) for link in links]

    def link_document(self, link: Link) -> Record:
        """Return one link with the record it leads to: `profile` for a profile, `linkable` for a list."""
        profile = self.state.profiles.get(link.target_id.lower()) if link.type == "profile" else None
        linkable = self.state.lists.get(link.target_id) if link.type == "list" else None
        return {
            "id": str(link.id),
            "type": link.type,
            "target_id": link.target_id,
            "profile": profile,
            "linkable": linkable and linkable | {"id": str(linkable["id"])},
        }


class UnlinkAction(Linking):
    """`POST /v3/appointments/{appointment}/unlink`."""

    success = 204

    async def change(self, appointment: Appointment, target: tuple[str, str]) -> None:
        """Take exactly the link of the target away; without one there is nothing to do."""
        await self.pause(appointment)
        appointment.links = [link for link in appointment.links if not self.goes(appointment, link, target)]

    def goes(self, appointment: Appointment, link: Link, target: tuple[str, str]) -> bool:
        """Whether this link of the appointment goes when the target is unlinked."""
        del appointment
        return self.same(link, target)

    def done(self, appointment: Appointment) -> Answer:
        """Return 204, which never has content."""
        del appointment
        return Answer(self.success)
