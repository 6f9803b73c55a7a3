"""Faults of what linking and unlinking do: nothing, too much, the wrong thing, or two things at once."""
# ruff: noqa: ARG002, D102 - a fault is described once, by the docstring of its class

from __future__ import annotations

from typing import TYPE_CHECKING

from appointment_conformance.apis.omneo.reference.operations import LinkAction, Linking, UnlinkAction
from appointment_conformance.apis.omneo.reference.state import APPOINTMENTS, Appointment, Link
from appointment_conformance.reference.call import Refused
from appointment_conformance.reference.mutation import Mutation, fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from appointment_conformance.apis.omneo.reference.state import OmneoState, Record
    from appointment_conformance.reference.call import Answer, Call

    Target = tuple[str, str]

NEEDS_LINKS = (
    "OMN-LINK-02", "OMN-LINK-03", "OMN-LINK-04", "OMN-UNLINK-02", "OMN-UNLINK-03", "OMN-UNLINK-04", "OMN-UNLINK-06",
    "OMN-RACE-01", "OMN-RACE-02",
)  # fmt: skip
#: What can be told of links alone: nothing of it is about unlinking.
ONLY_LINKS = ("OMN-LINK-02", "OMN-LINK-03", "OMN-LINK-04", "OMN-RACE-01")


def _others(state: OmneoState, appointment: Appointment) -> Iterator[Appointment]:
    """Return the other fixtures: a fault never goes beyond these."""
    fixtures = (state.appointments.get(text) for text in APPOINTMENTS)
    return (each for each in fixtures if each is not None and each is not appointment)


@fault("OMN-LINK-01", entails=(*NEEDS_LINKS, "OMN-UNLINK-05"))
class LinkDoesNothing(LinkAction):
    """Linking is answered well and adds nothing."""

    def add(self, appointment: Appointment, target: Target) -> None:
        """Add nothing."""


def _stores_nothing(status: int) -> Mutation:
    class StoresNothing(Linking):
        async def change(self, appointment: Appointment, target: Target) -> None:
            if isinstance(self, UnlinkAction):
                raise Refused(status, "This target is not linked.", {"id": ["Not linked."]} if status == 422 else None)

    StoresNothing.__doc__ = (
        f"Linking is answered well and adds nothing; unlinking what is not linked is answered {status}."
    )
    name = f"link-stores-nothing-and-unlink-answers-{status}"
    return fault("OMN-LINK-01", entails=ONLY_LINKS, name=name)(StoresNothing)


STORES_NOTHING = tuple(_stores_nothing(status) for status in (404, 409, 422))


@fault("OMN-LINK-03", entails=ONLY_LINKS)
class LinkShownOnceAndNotStored(Linking):
    """Linking shows the new link in its answer and forgets it; unlinking what is not linked is answered 404."""

    async def perform(self, call: Call) -> Answer:
        if isinstance(self, UnlinkAction):
            self.target(call)
            raise Refused(404, "This target is not linked.")
        appointment = self.found(call)
        answer = await super().perform(call)
        appointment.links.clear()
        return answer


@fault("OMN-LINK-01", entails=(*NEEDS_LINKS, "OMN-UNLINK-05", "OMN-EFFECT-01", "OMN-EFFECT-02"))
class LinkShownLate(LinkAction):
    """The answer to linking shows the links as they were before."""

    def links(self, links: list[Link]) -> list[Record]:
        return super().links(links[:-1])


@fault("OMN-LINK-01", entails=NEEDS_LINKS)
class LinkAddsTwoEntries(LinkAction):
    """Linking once adds two entries."""

    def add(self, appointment: Appointment, target: Target) -> None:
        super().add(appointment, target)
        super().add(appointment, target)


@fault("OMN-LINK-01", entails=NEEDS_LINKS)
class LinkOfAnotherTarget(LinkAction):
    """Linking a profile or list adds the entry of another one."""

    def target(self, call: Call) -> Target:
        kind, text = super().target(call)
        known = list(self.state.profiles if kind == "profile" else self.state.lists)
        return kind, known[(known.index(text.lower()) + 1) % len(known)] if text.lower() in known else text


@fault("OMN-LINK-01", entails=(*NEEDS_LINKS, "OMN-LINK-06", "OMN-LINK-07"))
class LinkUnderTheOtherType(LinkAction):
    """The entry of a new link has the other type."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"type": {"profile": "list", "list": "profile"}.get(link.type, link.type)}


@fault("OMN-LINK-01", entails=(*NEEDS_LINKS, "OMN-LINK-07"))
class LinkIdCutOff(LinkAction):
    """The entry of a new link has the id of its target without the last letter."""

    def link_document(self, link: Link) -> Record:
        return super().link_document(link) | {"target_id": link.target_id[:-1]}


@fault("OMN-LINK-02", entails=("OMN-RACE-01", "OMN-RACE-02"))
class LinkAgainAddsAgain(LinkAction):
    """Linking again adds a second entry."""

    def same(self, link: Link, target: Target) -> bool:
        return False


@fault("OMN-LINK-02", entails=("OMN-OK-01", "OMN-RACE-01", "OMN-RACE-02"))
class LinkAgainAnswers409(LinkAction):
    """Linking again is refused with 409."""

    async def change(self, appointment: Appointment, target: Target) -> None:
        if any(self.same(link, target) for link in appointment.links):
            raise Refused(409, "Linked already.")
        await super().change(appointment, target)


@fault("OMN-LINK-02", entails=("OMN-LINK-01", *NEEDS_LINKS))
class LinkAgainUnlinks(LinkAction):
    """Linking again takes the link away."""

    async def change(self, appointment: Appointment, target: Target) -> None:
        kept = [link for link in appointment.links if not self.same(link, target)]
        if len(kept) < len(appointment.links):
            appointment.links = kept
        else:
            await super().change(appointment, target)


@fault("OMN-LINK-03", entails=(*NEEDS_LINKS, "OMN-EFFECT-01", "OMN-EFFECT-02"))
class LinkReplacesAll(LinkAction):
    """Linking a second target takes the first away."""

    def add(self, appointment: Appointment, target: Target) -> None:
        appointment.links.clear()
        super().add(appointment, target)


@fault("OMN-LINK-03", entails=(*NEEDS_LINKS, "OMN-EFFECT-01", "OMN-EFFECT-02"))
class LinkReplacesTheSameType(LinkAction):
    """Linking a second target of a type takes the first of that type away."""

    def add(self, appointment: Appointment, target: Target) -> None:
        appointment.links = [link for link in appointment.links if link.type != target[0]]
        super().add(appointment, target)


@fault("OMN-LINK-04", entails=("OMN-UNLINK-06",))
class LinkLeaksToOthers(LinkAction):
    """Linking one appointment links the other fixtures as well."""

    def add(self, appointment: Appointment, target: Target) -> None:
        for each in (appointment, *_others(self.state, appointment)):
            if not any(self.same(link, target) for link in each.links):
                super().add(each, target)


@fault("OMN-LINK-04", entails=("OMN-UNLINK-06",))
class LinkMovesTheTarget(LinkAction):
    """Linking a target takes it away from other appointments."""

    def add(self, appointment: Appointment, target: Target) -> None:
        for each in _others(self.state, appointment):
            each.links = [link for link in each.links if not self.same(link, target)]
        super().add(appointment, target)


@fault("OMN-LINK-04", entails=("OMN-UNLINK-06",))
class LinkClearsOthers(LinkAction):
    """Linking one appointment takes the links of the other fixtures away."""

    def add(self, appointment: Appointment, target: Target) -> None:
        for each in _others(self.state, appointment):
            each.links = []
        super().add(appointment, target)


@fault("OMN-OK-01", entails=("OMN-RACE-02",))
class UnlinkRefusesWhatIsLinked(UnlinkAction):
    """Unlinking is answered 404, whatever is linked."""

    async def change(self, appointment: Appointment, target: Target) -> None:
        raise Refused(404, "This target is not linked.")


@fault("OMN-UNLINK-02")
class UnlinkDoesNothing(UnlinkAction):
    """Unlinking is answered well and takes nothing away."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return False


@fault("OMN-UNLINK-02")
class UnlinkLeavesLists(UnlinkAction):
    """Unlinking a list takes nothing away."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return super().goes(appointment, link, target) and link.type != "list"


@fault("OMN-UNLINK-02", entails=("OMN-UNLINK-03", "OMN-UNLINK-04", "OMN-RACE-02"))
class UnlinkRemovesTheFirst(UnlinkAction):
    """Unlinking takes the oldest link away, whichever it is."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return link is appointment.links[0]


@fault("OMN-UNLINK-02", entails=("OMN-UNLINK-03", "OMN-UNLINK-04", "OMN-RACE-02"))
class UnlinkRemovesTheNewest(UnlinkAction):
    """Unlinking takes the newest link away, whichever it is."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return link is appointment.links[-1]


@fault("OMN-UNLINK-02", entails=("OMN-UNLINK-03", "OMN-UNLINK-04", "OMN-RACE-02"))
class UnlinkRemovesTheOthers(UnlinkAction):
    """Unlinking takes every link away but the one that was named."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return not super().goes(appointment, link, target)


@fault("OMN-UNLINK-04", entails=("OMN-UNLINK-03", "OMN-RACE-02"))
class UnlinkRemovesAll(UnlinkAction):
    """Unlinking takes every link of the appointment away."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return True


@fault("OMN-UNLINK-03", entails=("OMN-RACE-02",))
class UnlinkRemovesTheType(UnlinkAction):
    """Unlinking takes every link of the type away."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return link.type == target[0]


@fault("OMN-UNLINK-04", entails=("OMN-RACE-02",))
class UnlinkRemovesTheOtherTypeToo(UnlinkAction):
    """Unlinking takes the links of the other type along."""

    def goes(self, appointment: Appointment, link: Link, target: Target) -> bool:
        return super().goes(appointment, link, target) or link.type != target[0]


@fault("OMN-UNLINK-05", entails=("OMN-OK-01", *NEEDS_LINKS))
class UnlinkDeletesTheAppointment(UnlinkAction):
    """Unlinking deletes the appointment."""

    async def perform(self, call: Call) -> Answer:
        answer = await super().perform(call)
        self.state.appointments.pop(call.appointment, None)
        return answer


@fault("OMN-UNLINK-05", entails=("OMN-OK-01",))
class UnlinkOfTheLastDeletesTheAppointment(UnlinkAction):
    """Taking the last link away deletes the appointment."""

    async def perform(self, call: Call) -> Answer:
        had_links = bool(self.found(call).links)
        answer = await super().perform(call)
        if had_links and not self.found(call).links:
            self.state.appointments.pop(call.appointment)
        return answer


@fault("OMN-UNLINK-06")
class UnlinkEverywhere(UnlinkAction):
    """Unlinking takes the same target's link on the other fixtures away."""

    async def change(self, appointment: Appointment, target: Target) -> None:
        await super().change(appointment, target)
        for each in _others(self.state, appointment):
            each.links = [link for link in each.links if not self.same(link, target)]


@fault("OMN-RACE-01", entails=("OMN-RACE-02",))
class LinksAtOnceLeaveTwo(LinkAction):
    """Two links of one target at the same instant leave two entries."""

    async def pause(self, appointment: Appointment) -> None:
        place = f"link {appointment.members['id']}"
        await self.state.meet(place, place)


class _EveryFifthPair(LinkAction):
    pairs = 0

    async def change(self, appointment: Appointment, target: Target) -> None:
        place = f"link {appointment.members['id']}"
        is_second = place in self.state.waiting
        if await self.state.meet(place, place) and is_second:
            self.pairs += 1
            if self.pairs % 5 == 0:
                self.collide(appointment, target)
        await super().change(appointment, target)

    def collide(self, appointment: Appointment, target: Target) -> None:
        raise NotImplementedError


@fault("OMN-RACE-01", entails=("OMN-RACE-02",))
class EveryFifthPairOfLinksLeavesTwo(_EveryFifthPair):
    """Of five pairs of links at the same instant one leaves two entries."""

    def collide(self, appointment: Appointment, target: Target) -> None:
        self.add(appointment, target)
        self.add(appointment, target)


@fault("OMN-ERR-04", entails=("OMN-RACE-02",))
class EveryFifthPairOfLinksAnswers500(_EveryFifthPair):
    """Of five pairs of links at the same instant one has an answer of 500, as by a deadlock in the database."""

    def collide(self, appointment: Appointment, target: Target) -> None:
        raise Refused(500)


class _Crossing(Linking):
    async def pause(self, appointment: Appointment) -> None:
        number, is_unlink = appointment.members["id"], isinstance(self, UnlinkAction)
        here, there = (f"unlink {number}", f"link {number}") if is_unlink else (f"link {number}", f"unlink {number}")
        if await self.state.meet(here, there) and is_unlink:
            self.collide(appointment)

    def collide(self, appointment: Appointment) -> None:
        raise NotImplementedError


@fault("OMN-RACE-02", entails=("OMN-RACE-01", "OMN-ERR-04"))
class LinkAndUnlinkAtOnceAnswer500(_Crossing):
    """An unlink at the same instant as a link is answered 500."""

    def collide(self, appointment: Appointment) -> None:
        raise Refused(500)


@fault("OMN-RACE-02", entails=("OMN-RACE-01",))
class LinkAndUnlinkAtOnceDropOthers(_Crossing):
    """An unlink at the same instant as a link takes every other link away."""

    def collide(self, appointment: Appointment) -> None:
        appointment.links = []
