"""The Omneo races: pairs of requests at the same instant, in rounds that share one look at what they left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appointment_conformance.apis.omneo.links import Link, link_state
from appointment_conformance.engine.context import PUT_OFF_SECONDS, ScenarioContext
from appointment_conformance.engine.scenario import Scenario
from appointment_conformance.traffic.case import Case

from .form import fixtures_of
from .probes import Action, Look, act
from .scenarios import FixtureRoles, do, ensure, settle


@dataclass(frozen=True, slots=True)
class Race:
    """Pairs of actions on one target at the same instant; `linked` is what the target is before.

    `case` is what its probes are cases of, and `look` the moment of the look after a round.
    """

    case: Case
    look: Look
    actions: tuple[Action, Action]
    linked: bool
    pairs: int


#: Pairs of links in one run; `rate_seen` says what they are good for.
PAIRS: Final = 10
TWO_LINKS: Final = Race(
    Case("race", "two-links"), Look.AFTER_TWO_LINKS_AT_ONCE, ("link", "link"), linked=False, pairs=PAIRS
)
BOTH: Final = Race(Case("race", "both"), Look.AFTER_LINK_AND_UNLINK_AT_ONCE, ("link", "unlink"), linked=True, pairs=3)
RACES: Final = (TWO_LINKS, BOTH)
#: Pairs of a round at most, each on a target of its own; the next run takes away what they leave.
ROUND: Final = 4
#: Pairs that are sent at most in place of those where the target was available to one request only.
SPARES: Final = 2


def rate_seen(pairs: int = PAIRS, certainty: float = 0.95) -> float:
    """Return the share of pairs from which on a defect is seen in one of `pairs` with that certainty."""
    return 1.0 - float((1 - certainty) ** (1 / pairs))


def races(context: ScenarioContext) -> None:
    """Two links of one target at the same instant, then a link and an unlink; each round ends with a look."""
    roles = FixtureRoles(context)
    settle(context, roles.appointment, linked=roles.kept, unlinked=roles.probed)
    for race in RACES:
        _run(context, race, roles, _targets(context, roles))
    # Either of the last pair may have come last: from here on every run is alike again.
    do(context, "link", roles.appointment, roles.probed, "after-the-races")


def _targets(context: ScenarioContext, roles: FixtureRoles) -> tuple[Link, ...]:
    """The targets that are raced for: all but the one that every look names."""
    fixtures = fixtures_of(context.target)
    lists: list[Link] = [("list", record_id) for record_id in fixtures.lists]
    profiles: list[Link] = [("profile", record_id) for record_id in fixtures.profiles if record_id != roles.kept[1]]
    return tuple((*profiles[:1], *lists[:1], *profiles[1:], *lists[1:])[:ROUND])


def _run(context: ScenarioContext, race: Race, roles: FixtureRoles, targets: tuple[Link, ...]) -> None:
    """Send rounds of pairs until enough of them could be judged, or none is to spare."""
    judged, left = 0, race.pairs + SPARES
    while judged < race.pairs and left:
        chosen = targets[: min(race.pairs - judged, left)]
        for link in chosen:
            ensure(context, roles.appointment, link, linked=race.linked)
        answered = sum(_is_judged(context, race, roles.appointment, link) for link in chosen)
        judged, left = judged + answered, left - len(chosen)
        if answered < len(chosen):
            # One of two may have come alone: what it did is not to be blamed on the other pairs.
            link_state(context).forget()
            context.client.rate_limiter.wait(PUT_OFF_SECONDS)
        do(context, "link", roles.appointment, roles.kept, race.look)


def _is_judged(context: ScenarioContext, race: Race, appointment: str, link: Link) -> bool:
    """Send one pair; say whether both answers say something."""
    name, case = race.case.label, race.case
    pair = [act(context, action, appointment, link, name=name, kind="race", case=case) for action in race.actions]
    return all(seen.judged for seen in context.send_together(pair))


def _most(count: Callable[[Race], int]) -> int:
    return sum(count(race) for race in RACES)


# Where there is one target only, every pair has a round of its own; where nothing is known, it is linked first.
_LINKS = _most(lambda race: (race.pairs + SPARES) * (race.actions.count("link") + len(["prepare", "look"])))
_UNLINKS = _most(lambda race: (race.pairs + SPARES) * (race.actions.count("unlink") + (not race.linked)))

SCENARIO = Scenario("races", {"link": _LINKS + 4, "unlink": _UNLINKS + 1}, races)
