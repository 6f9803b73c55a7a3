"""Omneo's links: what a probe asks for, what an answer shows, and what a run knows of the links of each appointment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from appointment_conformance.traffic.answer import id_text, json_of
from appointment_conformance.traffic.probe import Probe
from appointment_conformance.traffic.recording import Seen

if TYPE_CHECKING:
    from appointment_conformance.engine.context import ScenarioContext

#: A link as (type, target id as text).
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the suite knew of links when it sent a probe."""

    #: The link that the body names.
    link: Link | None = None
    #: Links of the appointment that the suite knew before, None where it knew nothing.
    before: tuple[Link, ...] | None = None
    #: Links taken away since `before` was seen.
    unlinked: frozenset[Link] = frozenset()
    #: Actions done on other appointments since `before` was seen.
    elsewhere: frozenset[str] = frozenset()


_NOTHING: Final = LinkFacts()


@dataclass(frozen=True, slots=True)
class LinkProbe(Probe):
    """A probe of link or unlink, with what was known of links when it was sent."""

    facts: LinkFacts = field(default=_NOTHING)


class LinkState:
    """What the answers of a run have told about the links of each appointment; reads never show them."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._known: dict[str, tuple[Link, ...]] = {}
        self._unlinked: dict[str, set[Link]] = {}
        self._elsewhere: dict[str, set[str]] = {}

    def facts(self, appointment: str, link: Link | None) -> LinkFacts:
        """Return what is known of an appointment's links, for a probe that names `link`."""
        return LinkFacts(
            link=link,
            before=self._known.get(appointment),
            unlinked=self.unlinked(appointment),
            elsewhere=frozenset(self._elsewhere.get(appointment, ())),
        )

    def unlinked(self, appointment: str) -> frozenset[Link]:
        """Return the links taken away since they were last seen."""
        return frozenset(self._unlinked.get(appointment, ()))

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


def link_state(context: ScenarioContext) -> LinkState:
    """Return what the run on `context` knows of links. Raises TypeError where the context was made for another API."""
    if not isinstance(context.state, LinkState):
        raise TypeError("scenarios of links need a context whose state is a LinkState")
    return context.state


def facts_of(seen: Seen) -> LinkFacts:
    """Return what was known of links when the probe was sent; nothing of a probe of anything else."""
    return facts_in(seen.probe)


def facts_in(probe: Probe) -> LinkFacts:
    """Return what a probe knows of links; nothing where it is of anything else."""
    return probe.facts if isinstance(probe, LinkProbe) else _NOTHING


def links_of(seen: Seen) -> tuple[Link, ...] | None:
    """Return the links that a link answer shows, as (type, id text), or None where it shows no list of links."""
    data = json_of(seen)
    links = data["data"].get("links") if isinstance(data, dict) and isinstance(data.get("data"), dict) else None
    if not isinstance(links, list) or not all(isinstance(link, dict) for link in links):
        return None
    return tuple((str(link.get("type")), id_text(link.get("target_id"))) for link in links)


def link_named_in(body: bytes) -> Link:
    """Return the link that a valid body names."""
    value = json.loads(body)
    return value["type"], value["id"]


def listed(links: Iterable[Link]) -> str:
    """Return links in words."""
    return ", ".join(f"{kind} {target}" for kind, target in links) or "no links"
