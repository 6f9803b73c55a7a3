"""The stage: what a scenario plays on. It owns the client, the fixtures not used up yet, and the seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from appointment_conformance.errors import TooFewFixtures
from appointment_conformance.targets import Target
from appointment_conformance.traffic.client import Client
from appointment_conformance.traffic.guard import Guard
from appointment_conformance.traffic.probe import Headers, Link, Probe, bearer
from appointment_conformance.traffic.recording import Seen

Profile = Literal["gate", "thorough"]


class Stage:
    """One target during one run, and what is known of it."""

    def __init__(self, target: Target, client: Client, *, profile: Profile, seed: int) -> None:
        """Begin with every appointment of the target unused and nothing known about its links."""
        self.client, self.profile, self.seed = client, profile, seed
        self.equip(target)
        self.scenario = ""
        self.links = LinkBook()
        #: Reads of appointments to which nothing else has been sent since.
        self.fresh_reads: dict[str, Seen] = {}
        self._sent: set[str] = set()
        self._first_seen = 0
        self._absent_exists = False
        self.used_appointments: list[str] = []

    def equip(self, target: Target) -> None:
        """Go on with `target` as it stands now, its fixtures made; the client lets out what is for them."""
        self.target, self._unused = target, list(target.fixtures.appointments)
        self.client.obey(Guard.of(target))

    def send(self, probe: Probe) -> Seen:
        """Send one probe under the name of the scenario that plays."""
        seen = self.client.send(probe, self.scenario)
        served = seen.status is not None and 200 <= seen.status < 300
        self._absent_exists |= served and self.target.absent_appointment in probe.path.split("/")
        return seen

    def send_once(self, probe: Probe) -> Seen | None:
        """Send one probe, unless one of this name has been sent in this run already; then return None."""
        if probe.name in self._sent:
            return None
        self._sent.add(probe.name)
        return self.send(probe)

    def send_together(self, probes: Sequence[Probe]) -> list[Seen]:
        """Send probes at the same instant, each on a connection of its own, read to its last byte."""
        return self.client.send_together(probes, self.scenario)

    def forget(self, *, turn: int) -> None:
        """Know nothing and have sent nothing, as before replay `turn`, counted from 1.

        Every turn begins with another of the appointments that are not used up.
        """
        self._unused.sort(key=self.target.fixtures.appointments.index)
        first = turn % max(1, len(self._unused))
        self._unused = [*self._unused[first:], *self._unused[:first]]
        self.links.forget()
        self.fresh_reads.clear()
        self._sent.clear()
        self._first_seen = len(self.client.recording.seen)

    def live_appointment(self) -> str:
        """Return a scheduled appointment without using it up. Raises TooFewFixtures."""
        if not self._unused:
            raise TooFewFixtures("every appointment of the target is used up; add one to fixtures.appointments.")
        return self._unused[0]

    @property
    def unused(self) -> int:
        """How many appointments are not used up."""
        return len(self._unused)

    @property
    def absent_appointment(self) -> str:
        """An id that no appointment has. Raises TooFewFixtures.

        One that was neither configured nor shown absent by a read is not sent to again once it has been served.
        """
        if self._absent_exists and self.target.fixtures.absent_appointment is None:
            raise TooFewFixtures(
                "the target serves an appointment made up to be absent; set fixtures.absent_appointment."
            )
        return self.target.absent_appointment

    def bystander(self) -> str | None:
        """Return another appointment than the live one that is not used up, None where there is none."""
        return self._unused[1] if len(self._unused) > 1 else None

    def use_appointment(self) -> str:
        """Return a scheduled appointment that is not handed out again. Raises TooFewFixtures."""
        appointment = self.live_appointment()
        self.lay_aside(appointment)
        return appointment

    def lay_aside(self, appointment: str) -> None:
        """Hand out `appointment` no more."""
        self._unused.remove(appointment)
        self.used_appointments.append(appointment)

    def sent_bodies(self, operation: str) -> frozenset[bytes]:
        """Return every body that this run has already sent to fixtures with valid credentials."""
        kinds = {"valid", "near-miss", "malformed", "generated"}
        sent = (seen.probe for seen in self.client.recording.seen[self._first_seen :])
        return frozenset(p.body for p in sent if p.body is not None and p.operation == operation and p.kind in kinds)

    @property
    def authorized(self) -> Headers:
        """The header of valid credentials."""
        return bearer(self.target.token)


class LinkBook:
    """What the answers have told about the links of each appointment; reads never show them."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._known: dict[str, tuple[Link, ...]] = {}
        self._unlinked: dict[str, set[Link]] = {}
        self._elsewhere: dict[str, set[str]] = {}

    def before(self, appointment: str) -> tuple[Link, ...] | None:
        """Return the links last seen on `appointment`, or None."""
        return self._known.get(appointment)

    def unlinked(self, appointment: str) -> frozenset[Link]:
        """Return the links taken away since they were last seen."""
        return frozenset(self._unlinked.get(appointment, ()))

    def elsewhere(self, appointment: str) -> frozenset[str]:
        """Return the actions done on other appointments since the links of `appointment` were last seen."""
        return frozenset(self._elsewhere.get(appointment, ()))

    def shown(self, appointment: str, links: tuple[Link, ...]) -> None:
        """Note what the answer to a link showed."""
        self._known[appointment] = links
        self._unlinked.pop(appointment, None)
        self._elsewhere[appointment] = set()
        self._disturb(appointment, "link")

    def taken_away(self, appointment: str, link: Link) -> None:
        """Note a successful unlink."""
        self._unlinked.setdefault(appointment, set()).add(link)
        self._disturb(appointment, "unlink")

    def forget(self) -> None:
        """Know nothing again."""
        self._known.clear()
        self._unlinked.clear()
        self._elsewhere.clear()

    def holds(self, appointment: str, link: Link) -> bool | None:
        """Say whether `link` is there, None where that is not known."""
        known = self._known.get(appointment)
        if known is None:
            return None
        return link in known and link not in self.unlinked(appointment)

    def _disturb(self, here: str, action: str) -> None:
        for appointment, actions in self._elsewhere.items():
            if appointment != here:
                actions.add(action)
